#include <algorithm>
#include <cmath>

#include <starling/core/check.hpp>
#include <starling/inference/summary.hpp>

namespace starling {

namespace {

double quantile_of_sorted(const std::vector<double>& sorted, double probability) {
  const double position = probability * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double share = position - static_cast<double>(below);
  return (1.0 - share) * sorted[below] + share * sorted[above];
}

}  // namespace

double quantile(std::vector<double> values, double probability) {
  check_that(!values.empty(), "quantile", "there are no values");
  check_in_range("quantile", "probability", probability, 0.0, 1.0);
  std::ranges::sort(values);
  return quantile_of_sorted(values, probability);
}

std::vector<MarginalSummary> summarise_draws(std::span<const double> theta, int dimensions) {
  check_positive("summarise_draws", "dimensions", dimensions);
  const auto columns = static_cast<std::size_t>(dimensions);
  const std::size_t draws = theta.size() / columns;
  check_that(draws >= 2, "summarise_draws", "fewer than two draws");
  std::vector<MarginalSummary> result;
  for (std::size_t d = 0; d < columns; ++d) {
    std::vector<double> values;
    double sum = 0.0;
    for (std::size_t i = 0; i < draws; ++i) values.push_back(theta[i * columns + d]);
    for (const double value : values) sum += value;
    const double mean = sum / static_cast<double>(draws);
    double squares = 0.0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    std::ranges::sort(values);
    result.push_back({mean, std::sqrt(squares / static_cast<double>(draws - 1)),
                      quantile_of_sorted(values, 0.025), quantile_of_sorted(values, 0.975)});
  }
  return result;
}

std::vector<std::vector<double>> pointwise_quantiles(std::span<const double> series, std::int64_t length,
                                                     std::span<const double> probabilities) {
  check_positive("pointwise_quantiles", "length", static_cast<double>(length));
  const auto size = static_cast<std::size_t>(length);
  const std::size_t runs = series.size() / size;
  check_that(runs > 0, "pointwise_quantiles", "there are no series");
  std::vector<std::vector<double>> result(probabilities.size(), std::vector<double>(size));
  for (std::size_t t = 0; t < size; ++t) {
    std::vector<double> values;
    for (std::size_t run = 0; run < runs; ++run) values.push_back(series[run * size + t]);
    std::ranges::sort(values);
    for (std::size_t p = 0; p < probabilities.size(); ++p)
      result[p][t] = quantile_of_sorted(values, probabilities[p]);
  }
  return result;
}

}  // namespace starling
