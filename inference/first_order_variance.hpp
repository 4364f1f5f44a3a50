#pragma once

#include <span>
#include <vector>

#include <starling/inference/mean_estimate.hpp>

namespace starling {

/// What the uncertainty of one input adds to the variance of a function to first order, with the derivatives
/// g and the covariances S of the inputs.
struct VarianceContribution {
  double alone = 0.0;             // g_p^2 S_pp
  double with_covariances = 0.0;  // g_p sum over q of S_pq g_q; all of them add up to g^T S g
};

/// One for each input. Throws InputError unless covariance is [inputs][inputs].
std::vector<VarianceContribution> first_order_variance(std::span<const double> derivatives,
                                                       std::span<const double> covariance);

/// Two runs at each of several draws of the inputs, with independent noise.
struct VarianceOfRuns {
  MeanEstimate of_draws;  // variance of the expected output over the draws: the covariance of the two runs
  MeanEstimate of_noise;  // variance of a run around its expectation, on average over the draws
};

/// Throws InputError for lists of different lengths and fewer than two draws.
VarianceOfRuns variance_of_runs(std::span<const double> first, std::span<const double> second);

}  // namespace starling
