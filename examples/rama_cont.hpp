#pragma once

#include <starling/examples/series.hpp>

namespace starling::examples {

/// Volatility clustering through inertia of traders (Cont 2005; as in BlackBIRDS 1.3). All agents see the
/// same news eps_t ~ N(0, news_sd^2) and act when it passes their own threshold nu_i; now and then an agent
/// makes the size of the last return its new threshold:
///
///     order_i = [eps_t > nu_i] - [eps_t < -nu_i]
///     r_t     = sum_i order_i / (agents * depth)
///     nu_i   <- |r_t| with probability `update_probability`,   log nu_i(0) ~ N(threshold_mu, threshold_sd^2)
///
/// The jumps of the orders are differentiated as if they were logistic functions of steepness 5 (hard values,
/// soft slopes), as in the reference.
class RamaCont {
 public:
  /// Columns of theta.
  enum Parameter { threshold_mu, log_threshold_sd, log_news_sd, log_depth, parameters };
  static constexpr double kSteepness = 5.0;

  struct Settings {
    std::int64_t agents = 100;
    std::int64_t steps = 200;
    double update_probability = 0.1;
    Relaxation relaxation = Relaxation::hard;
  };
  explicit RamaCont(const Settings& settings, GradientHorizon horizon = {})
      : settings_(settings), horizon_(horizon) {}

  /// theta [draws][4] -> r [draws][steps].
  template <class Real>
  Var<Real> simulate(Var<Real> theta, std::uint64_t seed) const {
    check_parameters("RamaCont", theta, parameters);
    Tape<Real>& tape = theta.tape();
    const std::int64_t draws = theta.shape().extent(0);
    const Shape agents{draws, settings_.agents};
    const Var<Real> news_sd = exp(parameter(theta, log_news_sd));
    const Var<Real> impact = exp(-parameter(theta, log_depth));  // of one order per agent
    const Var<Real> update_probability = filled(tape, agents, Real(settings_.update_probability));

    Var<Real> threshold = exp(parameter(theta, threshold_mu) +
                              exp(parameter(theta, log_threshold_sd)) *
                                  standard_normal(tape, agents, {derive_seed(seed, kThresholdStream)}));
    const Var<Real> news = standard_normal(tape, {settings_.steps, draws}, {derive_seed(seed, kNewsStream)});
    std::vector<Var<Real>> series;
    for (std::int64_t step = 1; step <= settings_.steps; ++step) {
      horizon_.before_step(step, threshold);
      const Var<Real> signal = news_sd * noise_of_step(news, step);  // [draws][1]
      const Var<Real> orders = is_positive(signal - threshold) - is_positive(-signal - threshold);
      const Var<Real> market_return = impact * as_column(mean(orders, -1));
      series.push_back(market_return);
      const RandomStream stream{derive_seed(seed, kUpdateStream), static_cast<std::uint32_t>(step)};
      const Var<Real> updates = bernoulli_straight_through(update_probability, stream);
      threshold = where(updates, abs(market_return), threshold);
    }
    return as_series(series);
  }

 private:
  static constexpr std::uint64_t kThresholdStream = 1;
  static constexpr std::uint64_t kNewsStream = 2;
  static constexpr std::uint64_t kUpdateStream = 3;

  template <class Real>
  Var<Real> is_positive(Var<Real> x) const {
    const Var<Real> soft = sigmoid(Real(kSteepness) * x);
    if (settings_.relaxation == Relaxation::soft) return soft;
    return straight_through(greater(x, x.tape().constant(Real(0))), soft);
  }

  Settings settings_;
  GradientHorizon horizon_;
};

}  // namespace starling::examples
