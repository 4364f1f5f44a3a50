#include <algorithm>
#include <cmath>

#include <starling/core/check.hpp>
#include <starling/core/random.hpp>
#include <starling/inference/estimated_derivatives.hpp>

namespace starling {

std::vector<double> estimated_derivatives(const RecordedOutputs& outputs, std::span<const double> theta,
                                          std::size_t draws, std::uint64_t noise) {
  check_that(draws > 0 && !theta.empty() && theta.size() % draws == 0, "estimated_derivatives",
             "theta must have as many numbers for each draw");
  const std::size_t dimensions = theta.size() / draws;
  Tape<double> tape(Exec::cpu(1));
  const Var<double> leaf =
      tape.variable({static_cast<std::int64_t>(draws), static_cast<std::int64_t>(dimensions)}, theta);
  const Var<double> recorded = outputs(tape, leaf, noise);
  const auto per_draw = static_cast<std::size_t>(recorded.size()) / draws;
  std::vector<double> result(draws * per_draw * dimensions);
  for (std::size_t output = 0; output < per_draw; ++output) {
    std::vector<double> adjoint(draws * per_draw, 0.0);
    for (std::size_t draw = 0; draw < draws; ++draw) adjoint[draw * per_draw + output] = 1.0;
    tape.backward(recorded, adjoint);
    const std::vector<double> theta_adj = leaf.adjoint();
    for (std::size_t draw = 0; draw < draws; ++draw) {
      std::copy_n(theta_adj.begin() + static_cast<std::ptrdiff_t>(draw * dimensions), dimensions,
                  result.begin() + static_cast<std::ptrdiff_t>((draw * per_draw + output) * dimensions));
    }
  }
  return result;
}

std::vector<double> repeated_point(std::span<const double> point, std::size_t rows) {
  std::vector<double> result;
  for (std::size_t row = 0; row < rows; ++row) result.insert(result.end(), point.begin(), point.end());
  return result;
}

std::vector<double> independent_estimates(const RecordedOutputs& outputs, std::span<const double> point,
                                          std::size_t count, std::size_t draws_per_tape,
                                          std::uint64_t noise) {
  std::vector<double> result;
  for (std::size_t first = 0; first < count; first += draws_per_tape) {
    const std::size_t draws = std::min(draws_per_tape, count - first);
    const std::vector<double> own =
        estimated_derivatives(outputs, repeated_point(point, draws), draws, derive_seed(noise, first));
    result.insert(result.end(), own.begin(), own.end());
  }
  return result;
}

double EstimatorError::bias_standard_error() const {
  return std::hypot(estimate.standard_error, truth.standard_error);
}

bool EstimatorError::is_right(double part, double standard_errors) const {
  return std::abs(bias()) <= std::max(part * std::abs(truth.mean), standard_errors * bias_standard_error());
}

double EstimatorError::mean_squared_error(double estimates) const {
  const double explained = bias_standard_error() * bias_standard_error();
  return std::max(0.0, bias() * bias() - explained) + sd * sd / estimates;
}

EstimatorError estimator_error(std::span<const double> estimates, const MeanEstimate& truth) {
  const MeanEstimate mean = mean_estimate(estimates);
  return {mean, mean.standard_error * std::sqrt(static_cast<double>(estimates.size())), truth};
}

}  // namespace starling
