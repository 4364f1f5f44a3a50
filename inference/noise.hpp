#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace starling {

/// The simulator's own noise at one parameter value, from repeated runs.
struct NoiseModel {
  std::vector<double> mean;       // [outputs]
  std::vector<double> sd;         // [outputs]
  std::vector<double> precision;  // [outputs][outputs] of a single run around the mean
};

/// Mean, spread and precision of `outputs` [runs][outputs].
///
/// The precision is the inverse of the sample covariance, made safe in three ways: standard deviations below
/// kSmallestNoiseSd are raised to it (outputs that no run moves); eigenvalues of the correlation matrix below
/// kSmallestEigenvalue are raised to it (combinations that no run moves, such as the cumulative cases of days
/// without infections); and the inverse is scaled by (runs - outputs - 2) / (runs - 1), which makes it
/// unbiased (Hartlap, Simon & Schneider 2007). Throws InputError unless runs > outputs + 2, and
/// NonFiniteError for outputs that are not finite.
NoiseModel measure_noise(std::span<const double> outputs, std::int64_t runs);

inline constexpr double kSmallestNoiseSd = 1e-3;
inline constexpr double kSmallestEigenvalue = 1e-4;

}  // namespace starling
