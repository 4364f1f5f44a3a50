#include <cmath>

#include <fmt/format.h>

#include <starling/core/check.hpp>
#include <starling/inference/mean_estimate.hpp>

namespace starling {

MeanEstimate mean_estimate(std::span<const double> values) {
  check_that(values.size() >= 2, "mean_estimate",
             fmt::format("{} values, expected at least two", values.size()));
  const auto count = static_cast<double>(values.size());
  double mean = 0.0;
  for (const double value : values) mean += value / count;
  double variance = 0.0;
  for (const double value : values) variance += (value - mean) * (value - mean) / (count - 1.0);
  return {mean, std::sqrt(variance / count)};
}

}  // namespace starling
