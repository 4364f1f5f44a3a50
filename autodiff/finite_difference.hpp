#pragma once

#include <functional>
#include <span>
#include <vector>

namespace starling {

/// Six-point central differences, error of order step^6: offsets ±1, ±2, ±3 steps with weights ±45, -+9, ±1
/// over 60 steps. The step of element x is `relative_step` max(|x|, 1); the default balances rounding against
/// truncation for smooth functions of order 1 in double. Do not difference across a kink or a jump.
inline constexpr double kDifferenceStep = 1e-3;

/// Gradient of a scalar function at `point`.
std::vector<double> finite_difference_gradient(const std::function<double(std::span<const double>)>& function,
                                               std::span<const double> point,
                                               double relative_step = kDifferenceStep);

/// Jacobian of a vector function, [outputs][inputs].
std::vector<double> finite_difference_jacobian(
    const std::function<std::vector<double>(std::span<const double>)>& function,
    std::span<const double> point, double relative_step = kDifferenceStep);

}  // namespace starling
