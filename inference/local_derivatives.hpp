#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <starling/inference/mean_estimate.hpp>
#include <starling/inference/noisy_function.hpp>

namespace starling {

/// One coordinate's step to both sides and the range it must stay in. At an end of the range differences are
/// one-sided.
struct DifferenceStep {
  double step = 0.05;
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};

/// The derivative of an expected output by one input.
struct LocalDerivative {
  MeanEstimate derivative;       // with the given step
  MeanEstimate half_step;        // with half of it
  MeanEstimate step_difference;  // the first minus the second, run by run
  MeanEstimate log_derivative;   // of log E[output]; NaN where the mean output is not positive

  /// Whether the step changes nothing that its noise would not explain: the two differ by at most three
  /// standard errors, or by at most a thousandth of the derivative.
  [[nodiscard]] bool steps_agree() const;
};

struct LocalDerivatives {
  int inputs = 0;
  int outputs = 0;
  std::vector<MeanEstimate> value;           // [outputs]
  std::vector<LocalDerivative> derivatives;  // [inputs][outputs]

  [[nodiscard]] const LocalDerivative& at(int input, int output) const {
    return derivatives[static_cast<std::size_t>(input) * static_cast<std::size_t>(outputs) +
                       static_cast<std::size_t>(output)];
  }
};

/// Derivatives of the mean output over points [rows][dimensions] by central differences with common noise:
/// each row is one run with its own random numbers, which the shifted runs share. Rows may be equal, for the
/// derivative at a point, or draws of a distribution, for its average over it; standard errors are over rows,
/// the spread of the draws included. The function is called (4 dimensions + 1) times with all rows. Throws
/// InputError unless there are at least two rows, one step for each dimension, every step is positive and
/// every point inside its range; and as checked_outputs().
LocalDerivatives local_derivatives(const NoisyFunction& function, std::span<const double> points,
                                   std::span<const DifferenceStep> steps, std::uint64_t noise);

}  // namespace starling
