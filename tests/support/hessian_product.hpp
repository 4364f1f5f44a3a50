#pragma once

#include <vector>

#include <starling/autodiff/gradient_check.hpp>
#include <starling/autodiff/tape.hpp>

#include "dual_values.hpp"
#include "values.hpp"

namespace starling::test {

template <class Function>
std::vector<double> tape_gradient(const Exec& exec, const Function& function, const HostArray& x) {
  Tape<double> tape(exec);
  const Var<double> variable = tape.variable(x.shape, x.values);
  tape.backward(function(tape, variable));
  return variable.adjoint();
}

/// Largest difference between the Hessian product of a scalar function by a tape of Dual numbers and
/// six-point differences of its gradient along the same direction. `function(tape, x)` is generic in the
/// number type.
template <class Function>
double worst_hessian_difference(const Exec& exec, const Function& function, const HostArray& x) {
  const std::vector<double> direction = spread(x.shape.size(), 99, -1.0, 1.0);
  Tape<starling::Dual<double>> tape(exec);
  const auto variable = tape.variable(x.shape, duals<double>(x.values, direction));
  tape.backward(function(tape, variable));
  const double step = 1e-3;
  std::vector<double> expected(x.values.size(), 0.0);
  const std::pair<int, double> stencil[] = {{3, 1.0},    {2, -9.0}, {1, 45.0},
                                            {-1, -45.0}, {-2, 9.0}, {-3, -1.0}};
  for (const auto& [steps, weight] : stencil) {
    HostArray moved = x;
    for (std::size_t i = 0; i < direction.size(); ++i) moved.values[i] += steps * step * direction[i];
    const std::vector<double> gradient = tape_gradient(exec, function, moved);
    for (std::size_t i = 0; i < expected.size(); ++i) expected[i] += weight * gradient[i] / (60.0 * step);
  }
  return worst_difference(tangents_of(variable.adjoint()), expected);
}

}  // namespace starling::test
