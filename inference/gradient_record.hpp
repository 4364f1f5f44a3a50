#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <starling/inference/estimated_derivatives.hpp>
#include <starling/inference/local_derivatives.hpp>
#include <starling/inference/noisy_function.hpp>

namespace starling {

/// The gradient of a noisy loss at one point, by each parameter: its mean over draws of the noise and how far
/// a single draw's gradient lies from it.
struct GradientRecord {
  std::vector<double> theta;              // [parameters] the point
  std::vector<MeanEstimate> gradient;     // [parameters]
  std::vector<double> sd;                 // [parameters] of one draw's gradient
  std::vector<MeanEstimate> differences;  // [parameters] true gradient; empty where it was not looked for

  /// Parameters whose gradient is off the differences by more than a tenth of them and three standard errors,
  /// or whose standard error is more than ten times what the differences can be.
  [[nodiscard]] std::vector<std::size_t> wrong() const;
};

/// `draws` gradients of `loss`, which gives one number a draw. Throws InputError for fewer than two draws.
GradientRecord record_gradient(const RecordedOutputs& loss, std::span<const double> theta, std::size_t draws,
                               std::uint64_t noise);

/// Adds what differences with common noise say over `runs` runs. `loss` gives one number a row; steps are of
/// a size at which it is about quadratic.
void add_differences(const NoisyFunction& loss, std::span<const DifferenceStep> steps, std::size_t runs,
                     std::uint64_t noise, GradientRecord& record);

}  // namespace starling
