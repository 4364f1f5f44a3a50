#pragma once

#include <optional>

#include <starling/autodiff/tape.hpp>
#include <starling/kernels/masked_linear.hpp>

namespace starling {

/// What else masked_linear does in its one pass.
template <class Real>
struct LinearOptions {
  Activation activation = Activation::identity;  // applied to x first
  std::optional<Var<Real>> mask{};               // [outputs][inputs] of 0 and 1, takes no gradient
  std::optional<Var<Real>> residual{};           // [rows][outputs], added to the result
};

/// y = (weight * mask) activation(x) + bias + residual. Shapes: x[rows][inputs], weight[outputs][inputs],
/// bias[outputs]; y[rows][outputs]. Masked weights have gradient 0.
template <class Real>
Var<Real> masked_linear(Var<Real> x, Var<Real> weight, Var<Real> bias,
                        const LinearOptions<Real>& options = {});

template <class Real>
Var<Real> masked_linear(Var<Real> x, Var<Real> weight, Var<Real> bias, Var<Real> mask) {
  return masked_linear(x, weight, bias, LinearOptions<Real>{.mask = mask});
}

}  // namespace starling
