#pragma once

#include <cstdint>
#include <vector>

#include <starling/inference/mean_estimate.hpp>
#include <starling/inference/noisy_function.hpp>

namespace starling {

/// The Poincaré constant C of a distribution: Var g <= C E[g'^2] for every smooth g of its coordinate.
struct PoincareConstant {
  bool unconstrained = false;  // whether the coordinate is u instead of theta
  double value = 0.0;
  bool is_exact = false;  // else an upper bound
};

/// Of each prior in the coordinate where a constant is known (Roustant, Barthe and Iooss 2017):
///   normal       theta  sd^2                       uniform      theta  (high - low)^2 / pi^2
///   half_normal  theta  scale^2 / 2                exponential  theta  4 / rate^2
///   log_normal   u      scale^2
///   beta, gamma  u      1 / density(median)^2: an upper bound (Bobkov 1999), since log densities of u are
///   concave
/// Throws InputError for student_t, which has none.
PoincareConstant poincare_constant(const MarginalPrior& marginal);

struct DerivativeBoundSettings {
  int rows = 256;      // points at which derivatives are taken; at least 2
  double step = 0.01;  // of the central differences, in units of the square root of the Poincaré constant
  std::uint64_t seed = 1;  // of points and noise
};

/// Derivative-based global sensitivity measures.
struct DerivativeBounds {
  int inputs = 0;
  int outputs = 0;
  std::vector<double> variance;  // [outputs], over the prior
  std::vector<MeanEstimate>
      mean_square;  // nu, [inputs][outputs]: of the derivative by the constant's coordinate
  std::vector<MeanEstimate>
      total_bound;  // C nu / variance, [inputs][outputs]: at least the total Sobol index

  [[nodiscard]] std::size_t place(int input, int output) const {
    return static_cast<std::size_t>(input) * static_cast<std::size_t>(outputs) +
           static_cast<std::size_t>(output);
  }
};

/// Bounds of total Sobol indices by mean squared derivatives (Sobol' and Kucherenko 2009), by central
/// differences with the same noise at points of a shifted Sobol sequence. The function is called for rows x
/// (2 dimensions + 1) points. Differences of noise enter the mean squares and make the bounds wider, the more
/// the smaller the step. Standard errors leave the error of the variance out. total_bound is NaN for outputs
/// that do not vary. Throws InputError for priors without a constant and settings out of range, and as
/// checked_outputs().
DerivativeBounds derivative_bounds(const NoisyFunction& function, const Prior& prior,
                                   const DerivativeBoundSettings& settings);

}  // namespace starling
