#pragma once

#include <utility>
#include <vector>

#include <starling/autodiff/derivatives.hpp>

#include "values.hpp"

namespace starling::test {

/// Largest difference between the Hessian product of a function of one array and six-point differences of its
/// gradient along the same direction. `function` takes any number type.
inline double worst_hessian_difference(const Exec& exec, const TapeFunction& function, const HostArray& x) {
  const std::vector<double> direction = spread(x.shape.size(), 99, -1.0, 1.0);
  const double step = 1e-3;
  const std::pair<int, double> stencil[] = {{3, 1.0},    {2, -9.0}, {1, 45.0},
                                            {-1, -45.0}, {-2, 9.0}, {-3, -1.0}};
  std::vector<double> expected(x.values.size(), 0.0);
  for (const auto& [steps, weight] : stencil) {
    HostArray moved = x;
    for (std::size_t i = 0; i < direction.size(); ++i) moved.values[i] += steps * step * direction[i];
    const std::vector<double> slopes = gradient(exec, function, {&moved, 1}).gradient[0];
    for (std::size_t i = 0; i < expected.size(); ++i) expected[i] += weight * slopes[i] / (60.0 * step);
  }
  return worst_difference(hessian_vector(exec, function, {&x, 1}, {direction})[0], expected);
}

}  // namespace starling::test
