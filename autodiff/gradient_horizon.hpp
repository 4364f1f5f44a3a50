#pragma once

#include <cstdint>
#include <optional>

#include <starling/autodiff/rearrange.hpp>
#include <starling/core/check.hpp>

namespace starling {

/// How far back in time the gradient of a simulated step reaches. A model calls, in its loop over steps,
///
///     for (std::int64_t step = 1; step <= steps; ++step) {
///       horizon.before_step(step, x);   // every array that this step takes over from earlier ones
///       x = next(x, theta);
///       series.push_back(x);            // records keep their gradient
///     }
///
/// With horizon H the time axis falls into windows of H + 1 steps, of which the first begins with the initial
/// state, step 0: before steps H + 1, 2 (H + 1), … the state is handed on as a constant. The gradient of
/// every step therefore contains its own direct dependence on the parameters and passes through at most H
/// earlier steps (H / 2 on average). H = 0 keeps the direct dependence only; without a horizon, or with H not
/// below the number of steps, nothing is cut. Values never change. A horizon costs no time and no memory.
///
/// The derivative is then another one than that of the model: biased, but without the products of many step
/// Jacobians which make the gradients of chaotic models useless (Quera-Bofarull et al. 2023,
/// arXiv:2307.01085).
///
/// BlackBIRDS cuts before every step t > H whatever is older than the last H entries of the history. For H =
/// 0 that is the same rule. For H >= 1 it limits only how far back a step looks *itself*: the entries it
/// keeps were computed from older ones when those were not yet constants, so the gradient of a chain x_t =
/// f(x_{t-1}) still reaches the initial state. Here it does not. (Passing through exactly H steps everywhere
/// would take H + 1 copies of every step on the tape.)
class GradientHorizon {
 public:
  /// No horizon.
  GradientHorizon() = default;
  /// `earlier_steps` is H; InputError when negative.
  explicit GradientHorizon(std::int64_t earlier_steps) : earlier_steps_(earlier_steps) {
    check_non_negative("GradientHorizon", "earlier_steps", static_cast<double>(earlier_steps));
  }

  [[nodiscard]] std::optional<std::int64_t> earlier_steps() const { return earlier_steps_; }
  /// Whether a new window begins with this step; steps count from 1.
  [[nodiscard]] bool cuts_before(std::int64_t step) const {
    return earlier_steps_ && step % (*earlier_steps_ + 1) == 0;
  }

  /// Makes constants of the arrays that `step` takes over where a new window begins.
  template <class Real, class... Others>
  void before_step(std::int64_t step, Var<Real>& state, Others&... others) const {
    if (!cuts_before(step)) return;
    state = stop_gradient(state);
    ((others = stop_gradient(others)), ...);
  }

 private:
  std::optional<std::int64_t> earlier_steps_;
};

}  // namespace starling
