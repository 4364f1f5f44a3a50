#include <cstdint>

#include <starling/core/check.hpp>
#include <starling/inference/first_order_variance.hpp>

namespace starling {

std::vector<VarianceContribution> first_order_variance(std::span<const double> derivatives,
                                                       std::span<const double> covariance) {
  const std::size_t inputs = derivatives.size();
  check_equal_size("first_order_variance", "covariance", static_cast<std::int64_t>(covariance.size()),
                   static_cast<std::int64_t>(inputs * inputs));
  std::vector<VarianceContribution> contributions(inputs);
  for (std::size_t p = 0; p < inputs; ++p) {
    double moved = 0.0;
    for (std::size_t q = 0; q < inputs; ++q) moved += covariance[p * inputs + q] * derivatives[q];
    contributions[p] = {derivatives[p] * derivatives[p] * covariance[p * inputs + p], derivatives[p] * moved};
  }
  return contributions;
}

VarianceOfRuns variance_of_runs(std::span<const double> first, std::span<const double> second) {
  check_equal_size("variance_of_runs", "second", static_cast<std::int64_t>(second.size()),
                   static_cast<std::int64_t>(first.size()));
  const double first_mean = mean_estimate(first).mean;
  const double second_mean = mean_estimate(second).mean;
  const auto count = static_cast<double>(first.size());
  std::vector<double> products;
  std::vector<double> squares;
  for (std::size_t i = 0; i < first.size(); ++i) {
    products.push_back((first[i] - first_mean) * (second[i] - second_mean) * count / (count - 1.0));
    squares.push_back(0.5 * (first[i] - second[i]) * (first[i] - second[i]));
  }
  return {mean_estimate(products), mean_estimate(squares)};
}

}  // namespace starling
