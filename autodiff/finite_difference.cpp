#include <algorithm>
#include <cmath>

#include <starling/autodiff/finite_difference.hpp>

namespace starling {

std::vector<double> finite_difference_jacobian(
    const std::function<std::vector<double>(std::span<const double>)>& function,
    std::span<const double> point, double relative_step) {
  constexpr double kWeights[] = {45.0, -9.0, 1.0};
  std::vector<double> moved(point.begin(), point.end());
  std::vector<double> jacobian;
  for (std::size_t i = 0; i < point.size(); ++i) {
    const double step = relative_step * std::max(1.0, std::abs(point[i]));
    std::vector<double> column;
    for (int k = 1; k <= 3; ++k) {
      for (const double side : {1.0, -1.0}) {
        moved[i] = point[i] + side * k * step;
        const std::vector<double> values = function(moved);
        column.resize(values.size(), 0.0);
        for (std::size_t o = 0; o < values.size(); ++o)
          column[o] += side * kWeights[k - 1] * values[o] / (60.0 * step);
      }
    }
    moved[i] = point[i];
    jacobian.resize(column.size() * point.size());
    for (std::size_t o = 0; o < column.size(); ++o) jacobian[o * point.size() + i] = column[o];
  }
  return jacobian;
}

std::vector<double> finite_difference_gradient(const std::function<double(std::span<const double>)>& function,
                                               std::span<const double> point, double relative_step) {
  return finite_difference_jacobian(
      [&](std::span<const double> x) { return std::vector<double>{function(x)}; }, point, relative_step);
}

}  // namespace starling
