#pragma once

#include <initializer_list>
#include <span>
#include <string>

#include <starling/autodiff/finite_difference.hpp>
#include <starling/autodiff/tape_function.hpp>

namespace starling {

/// The element at which the tape's gradient is furthest from finite differences.
struct GradientCheck {
  double worst_relative_error = 0.0;
  std::size_t argument = 0;
  std::int64_t element = 0;
  double by_tape = 0.0;
  double by_difference = 0.0;
};
std::string to_string(const GradientCheck& check);

/// Compares the tape's gradient of `function` by every element of every argument with six-point differences.
/// A result of more than one element is first summed with fixed weights between -1 and 1. Errors are relative
/// to the larger of the two derivatives, and to a thousandth of the largest derivative where both are
/// smaller.
GradientCheck check_gradient(const Exec& exec, const TapeFunction& function,
                             std::span<const HostArray> arguments, double relative_step = kDifferenceStep);
GradientCheck check_gradient(const TapeFunction& function, std::initializer_list<HostArray> arguments,
                             double relative_step = kDifferenceStep);

}  // namespace starling
