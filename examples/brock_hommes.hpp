#pragma once

#include <starling/examples/series.hpp>

namespace starling::examples {

/// Asset prices with traders who switch between four forecasting rules (Brock & Hommes 1998, J. Economic
/// Dynamics and Control 22:1235; equations and initial series as in BlackBIRDS 1.3). x is the price's
/// deviation from its fundamental value; rule h expects g_h x + b_h, with trend g_h and bias b_h, and is
/// chosen in proportion to exp(beta U_h), where U_h is the profit it would have made:
///
///     U_h = (x_{t-1} - R x_{t-2}) (g_h x_{t-3} + b_h - R x_{t-2})
///     n   = softmax(beta U)
///     x_t = (sum_h n_h (g_h x_{t-1} + b_h) + sigma eps_t) / R,   R = 1 + r
///
/// The more eagerly traders switch (beta large), the more irregular the series: gradients over many steps
/// grow without limit, which is what the horizon is for.
class BrockHommes {
 public:
  static constexpr int kRules = 4;
  /// The zeros with which every series begins.
  static constexpr int kInitialRecords = 3;
  /// Columns of theta: log beta, g_1 … g_4, b_1 … b_4, log sigma, log r.
  enum Parameter {
    log_beta,
    first_trend,
    first_bias = first_trend + kRules,
    log_sigma = first_bias + kRules,
    log_r,
    parameters
  };

  explicit BrockHommes(std::int64_t steps, GradientHorizon horizon = {}) : steps_(steps), horizon_(horizon) {}

  /// theta [draws][11] -> x [draws][3 + steps].
  template <class Real>
  Var<Real> simulate(Var<Real> theta, std::uint64_t seed) const {
    const std::int64_t draws = theta.shape().extent(0);
    return simulate_with_noise(theta, standard_normal(theta.tape(), {steps_, draws}, {seed}));
  }
  /// The same with standard normal noise eps [steps][draws].
  template <class Real>
  Var<Real> simulate_with_noise(Var<Real> theta, Var<Real> noise) const {
    check_parameters("BrockHommes", theta, parameters);
    const Var<Real> beta = exp(parameter(theta, log_beta));                    // [draws][1]
    const Var<Real> trend = soft_clamp(slice(theta, 1, first_trend, kRules));  // [draws][4]
    const Var<Real> bias = slice(theta, 1, first_bias, kRules);                // [draws][4]
    const Var<Real> sigma = exp(parameter(theta, log_sigma));
    const Var<Real> gross_return = 1.0 + exp(parameter(theta, log_r));

    Var<Real> x1 = filled(theta.tape(), beta.shape(), Real(0));  // x_{t-1}
    Var<Real> x2 = x1;                                           // x_{t-2}
    Var<Real> x3 = x1;                                           // x_{t-3}
    std::vector<Var<Real>> series(kInitialRecords, x1);
    for (std::int64_t step = 1; step <= steps_; ++step) {
      horizon_.before_step(step, x1, x2, x3);
      const Var<Real> profit = (x1 - gross_return * x2) * (trend * x3 + bias - gross_return * x2);
      const Var<Real> share = softmax(beta * profit, -1);
      const Var<Real> forecast = as_column(sum(share * (trend * x1 + bias), -1));
      x3 = x2;
      x2 = x1;
      x1 = (forecast + sigma * noise_of_step(noise, step)) / gross_return;
      series.push_back(x1);
    }
    return as_series(series);
  }

 private:
  /// max(min(g, 1), 0.001) with rounded corners of hardness 2: the trends stay positive and, but for the
  /// rounding, below 1. The larger of a and b: b + softplus(2 (a - b)) / 2.
  template <class Real>
  static Var<Real> soft_clamp(Var<Real> trend) {
    const Var<Real> below_one = 1.0 - softplus(2.0 * (1.0 - trend)) * 0.5;
    const Real low(1e-3);
    return low + softplus(2.0 * (below_one - low)) * 0.5;
  }

  std::int64_t steps_;
  GradientHorizon horizon_;
};

}  // namespace starling::examples
