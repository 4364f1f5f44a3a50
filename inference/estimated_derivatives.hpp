#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include <starling/autodiff/tape.hpp>
#include <starling/inference/mean_estimate.hpp>

namespace starling {

/// Noisy outputs of draws, recorded on a tape: theta [draws][dimensions] -> [draws][outputs]. `noise` sets
/// the random numbers, which differ between draws.
using RecordedOutputs =
    std::function<Var<double>(Tape<double>& tape, Var<double> theta, std::uint64_t noise)>;

/// The derivative of every output of every draw as the tape has it: one backward pass for each output.
/// [draws][outputs][dimensions]
std::vector<double> estimated_derivatives(const RecordedOutputs& outputs, std::span<const double> theta,
                                          std::size_t draws, std::uint64_t noise);

/// A point on each of so many rows. [rows][dimensions]
std::vector<double> repeated_point(std::span<const double> point, std::size_t rows);

/// So many independent estimates at one point, with `draws_per_tape` of them on a tape, which keeps what the
/// simulator needs of each: [count][outputs][dimensions].
std::vector<double> independent_estimates(const RecordedOutputs& outputs, std::span<const double> point,
                                          std::size_t count, std::size_t draws_per_tape, std::uint64_t noise);

/// How independent estimates of one derivative of an expectation lie around its true value.
struct EstimatorError {
  MeanEstimate estimate;  // over the estimates
  double sd = 0.0;        // of one estimate
  MeanEstimate truth;

  [[nodiscard]] double bias() const { return estimate.mean - truth.mean; }
  /// Of both means.
  [[nodiscard]] double bias_standard_error() const;
  /// Whether the bias is below a part of the true value, or below some of its own standard errors.
  [[nodiscard]] bool is_right(double part, double standard_errors) const;
  /// Mean squared error of the average of so many estimates: the squared bias, less what its own error
  /// explains, and the variance divided by the number.
  [[nodiscard]] double mean_squared_error(double estimates) const;
};

/// Throws InputError for fewer than two estimates.
EstimatorError estimator_error(std::span<const double> estimates, const MeanEstimate& truth);

}  // namespace starling
