#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include <starling/autodiff/finite_difference.hpp>
#include <starling/autodiff/tape.hpp>

namespace starling {

/// An array on the host, the last axis the fastest.
struct HostArray {
  Shape shape;
  std::vector<double> values;
};

/// A computation recorded on a tape; the result may have any shape.
using TapeFunction = std::function<Var<double>(Tape<double>&, std::span<const Var<double>>)>;

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

/// The Jacobian of `function` by argument `argument` from reverse mode, one sweep per output:
/// [outputs][inputs].
std::vector<double> reverse_jacobian(const Exec& exec, const TapeFunction& function,
                                     std::span<const HostArray> arguments, std::size_t argument);

}  // namespace starling
