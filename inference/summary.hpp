#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace starling {

/// Marginal of one parameter over posterior draws.
struct MarginalSummary {
  double mean = 0.0;
  double sd = 0.0;
  double lower = 0.0;  // 2.5 % quantile
  double upper = 0.0;  // 97.5 % quantile
};

/// Quantile of values by linear interpolation between order statistics; 0 <= probability <= 1, not empty.
double quantile(std::vector<double> values, double probability);

/// Summary of every column of theta [draws][dimensions].
std::vector<MarginalSummary> summarise_draws(std::span<const double> theta, int dimensions);

/// Pointwise quantiles of series [runs][length] at the given probabilities: [probabilities][length].
std::vector<std::vector<double>> pointwise_quantiles(std::span<const double> series, std::int64_t length,
                                                     std::span<const double> probabilities);

}  // namespace starling
