#pragma once

#include <cstdint>
#include <vector>

#include <starling/inference/noisy_function.hpp>

namespace starling {

struct SobolIndexSettings {
  int rows = 1024;          // N, a power of two
  int rows_per_call = 256;  // of the function
  /// Whether the function draws random numbers. They are then one more input, the last: its first-order index
  /// is the share of the variance that noise alone explains, its total index the share in which noise takes
  /// part. The first-order indices of the expected output given the parameters are first / (1 - total of
  /// noise).
  bool noise_is_input = false;
  int bootstrap_samples = 200;  // 0: intervals are not computed
  double interval = 0.95;       // probability of the bootstrap intervals
  std::uint64_t seed = 1;       // of shift, noise and bootstrap
};

/// A number with its interval; both ends are the number itself where none was computed.
struct IndexEstimate {
  double value = 0.0;
  double low = 0.0;
  double high = 0.0;
};

/// Shares of the variance of each output. NaN for outputs that do not vary.
struct SobolIndices {
  int inputs = 0;  // dimensions, and one more where noise is an input
  int outputs = 0;
  std::vector<double> mean;          // [outputs]
  std::vector<double> variance;      // [outputs]
  std::vector<IndexEstimate> first;  // [inputs][outputs], what each input explains alone
  std::vector<IndexEstimate> total;  // [inputs][outputs], with all its interactions

  [[nodiscard]] std::size_t place(int input, int output) const {
    return static_cast<std::size_t>(input) * static_cast<std::size_t>(outputs) +
           static_cast<std::size_t>(output);
  }
};

/// Sobol's indices of independent inputs that are uniform on the unit cube. With the matrices A and B of a
/// 2 x dimensions wide Sobol sequence and A_B(i), which is A with column i of B (Saltelli et al. 2010), after
/// Jansen (1999):
///   first_i = 1 - mean (f(B) - f(A_B(i)))^2 / (2 V)        total_i = mean (f(A) - f(A_B(i)))^2 / (2 V)
/// with V the variance over A and B together. The function is called for rows x (dimensions + 2) points, and
/// rows more where noise is an input. Rows of A and A_B(i) share their noise; those of B have another, which
/// A_B(noise) shares. Estimates are not clipped: small ones can be negative. Percentile bootstrap over rows
/// takes these for independent, which they are less than chance would make them: its intervals are rather
/// wide. Throws InputError for dimensions or settings out of range, and as checked_outputs().
SobolIndices sobol_indices(const NoisyFunction& function, int dimensions, const SobolIndexSettings& settings);

/// The same for inputs with a prior.
SobolIndices sobol_indices(const NoisyFunction& function, const Prior& prior,
                           const SobolIndexSettings& settings);

}  // namespace starling
