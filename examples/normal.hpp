#pragma once

#include <starling/examples/series.hpp>

namespace starling::examples {

/// Independent normal draws, x_t = mu + sigma eps_t: the model whose posterior is known.
class Normal {
 public:
  /// Columns of theta.
  enum Parameter { mu, log_sigma, parameters };

  explicit Normal(std::int64_t records) : records_(records) {}

  /// theta [draws][2] -> x [draws][records].
  template <class Real>
  Var<Real> simulate(Var<Real> theta, std::uint64_t seed) const {
    const std::int64_t draws = theta.shape().extent(0);
    return simulate_with_noise(theta, standard_normal(theta.tape(), {draws, records_}, {seed}));
  }
  /// The same with standard normal noise eps [draws][records].
  template <class Real>
  Var<Real> simulate_with_noise(Var<Real> theta, Var<Real> noise) const {
    check_parameters("Normal", theta, parameters);
    return parameter(theta, mu) + exp(parameter(theta, log_sigma)) * noise;
  }

  /// - log density of observed x [records] under each draw, but for the constant. [draws]
  template <class Real>
  static Var<Real> negative_log_likelihood(Var<Real> theta, Var<Real> observed) {
    const Var<Real> log_sd = parameter(theta, log_sigma);
    const Var<Real> standardised = (observed - parameter(theta, mu)) * exp(-log_sd);
    return sum(0.5 * square(standardised) + log_sd, -1);
  }

 private:
  std::int64_t records_;
};

}  // namespace starling::examples
