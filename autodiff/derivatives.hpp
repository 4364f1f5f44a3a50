#pragma once

#include <span>
#include <vector>

#include <starling/autodiff/tape_function.hpp>

namespace starling {

/// Derivatives of a whole computation, from host arrays to host arrays, on a tape of their own. Code that has
/// a tape already calls Tape::backward; this is for looking at a function, for tests and for second
/// derivatives. All throw InputError when an array does not have the size its shape says, or a direction or
/// adjoint not that of its array.

/// One array for each argument, each of the argument's size.
using PerArgument = std::vector<std::vector<double>>;

struct ValueAndGradient {
  double value;
  PerArgument gradient;
};

/// Reverse mode: value and gradient of a result of one element, in one forward and one reverse pass.
ValueAndGradient gradient(const Exec& exec, const TapeFunction& function,
                          std::span<const HostArray> arguments);

/// Reverse mode: J^T output_adj for every argument.
PerArgument vjp(const Exec& exec, const TapeFunction& function, std::span<const HostArray> arguments,
                std::span<const double> output_adj);

/// Forward mode: J times the directions, [outputs]; one forward pass, and memory of the forward pass alone.
/// `function` must take any number type.
std::vector<double> jvp(const Exec& exec, const TapeFunction& function, std::span<const HostArray> arguments,
                        const PerArgument& directions);

/// Jacobian by one argument, [outputs][inputs]: a reverse pass for each output, or a forward pass for each
/// input where these are fewer and `function` takes any number type.
std::vector<double> jacobian(const Exec& exec, const TapeFunction& function,
                             std::span<const HostArray> arguments, std::size_t argument);

/// Hessian of a result of one element times the directions, for every argument: forward mode over reverse
/// mode, about twice the cost of a gradient. `function` must take any number type.
PerArgument hessian_vector(const Exec& exec, const TapeFunction& function,
                           std::span<const HostArray> arguments, const PerArgument& directions);

}  // namespace starling
