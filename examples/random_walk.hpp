#pragma once

#include <starling/examples/series.hpp>

namespace starling::examples {

/// A walk of unit steps, x_0 = 0 and x_t = x_{t-1} + 2 eta_t - 1 with eta_t ~ Bernoulli(p) (BlackBIRDS 1.3).
/// A coin has no derivative; the Gumbel-Softmax estimator lends it that of a softened coin, at temperature
/// 0.1 as there: its mean is then within 2 % of d E[eta] / dp.
class RandomWalk {
 public:
  /// Columns of theta.
  enum Parameter { logit_p, parameters };
  static constexpr double kTemperature = 0.1;

  explicit RandomWalk(std::int64_t steps, GradientHorizon horizon = {},
                      Relaxation relaxation = Relaxation::hard)
      : steps_(steps), horizon_(horizon), relaxation_(relaxation) {}

  /// theta [draws][1] -> x [draws][1 + steps].
  template <class Real>
  Var<Real> simulate(Var<Real> theta, std::uint64_t seed) const {
    return walk(theta, [&](Var<Real> p, std::int64_t step) {
      const RandomStream stream{seed, static_cast<std::uint32_t>(step)};
      return bernoulli_gumbel_softmax(p, Real(kTemperature), relaxation_, stream);
    });
  }
  /// The same with standard logistic noise [steps][draws].
  template <class Real>
  Var<Real> simulate_with_noise(Var<Real> theta, Var<Real> noise) const {
    return walk(theta, [&](Var<Real> p, std::int64_t step) {
      return bernoulli_gumbel_softmax_with_noise(p, Real(kTemperature), relaxation_,
                                                 noise_of_step(noise, step));
    });
  }

 private:
  template <class Real, class Toss>
  Var<Real> walk(Var<Real> theta, const Toss& toss) const {
    check_parameters("RandomWalk", theta, parameters);
    const Var<Real> p = sigmoid(parameter(theta, logit_p));  // [draws][1]
    Var<Real> x = filled(theta.tape(), p.shape(), Real(0));
    std::vector<Var<Real>> series{x};
    for (std::int64_t step = 1; step <= steps_; ++step) {
      horizon_.before_step(step, x);
      x = x + (2.0 * toss(p, step) - 1.0);
      series.push_back(x);
    }
    return as_series(series);
  }

  std::int64_t steps_;
  GradientHorizon horizon_;
  Relaxation relaxation_;
};

}  // namespace starling::examples
