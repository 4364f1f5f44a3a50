#pragma once

#include <cmath>
#include <limits>

#include <starling/core/macros.hpp>
#include <starling/kernels/gamma_draws.hpp>
#include <starling/kernels/gamma_slope_math.hpp>
#include <starling/kernels/random_draws_math.hpp>

namespace starling {

/// A draw for alpha >= 1. At least 95 % of the attempts are taken, so that the last one is never reached.
STARLING_HD inline double gamma_draw_above_one(double alpha, const RandomStream& stream, std::uint32_t i) {
  constexpr std::uint32_t most_attempts = 64;
  const double d = alpha - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  for (std::uint32_t attempt = 1; attempt <= most_attempts; ++attempt) {
    const RandomWords words = random_words(stream, i, attempt);
    const double z = normal_value(tailed_uniform(words.word[0], words.word[1]));
    const double root = 1.0 + c * z;
    if (root <= 0.0) continue;
    const double v = root * root * root;
    const double log_u = log_value(tailed_uniform(words.word[2], words.word[3]));
    if (log_u < 0.5 * z * z + d - d * v + d * std::log(v)) return d * v;
  }
  return d;
}

STARLING_HD inline double gamma_draw(double alpha, const RandomStream& stream, std::uint32_t i) {
  if (!(alpha > 0.0) || std::isinf(alpha)) return std::numeric_limits<double>::quiet_NaN();
  if (alpha >= 1.0) return gamma_draw_above_one(alpha, stream, i);
  const RandomWords words = random_words(stream, i, 0);
  const double log_u = log_value(tailed_uniform(words.word[0], words.word[1]));
  return gamma_draw_above_one(alpha + 1.0, stream, i) * std::exp(log_u / alpha);
}

template <class Real>
STARLING_HD inline PlainOf<Real> gamma_slope(Real alpha, Real y) {
  return static_cast<PlainOf<Real>>(
      gamma_quantile_slope(static_cast<double>(plain(alpha)), static_cast<double>(plain(y))));
}

template <class Real>
struct GammaDrawsBody {
  GammaDrawsArgs<Real> args;
  STARLING_HD void operator()(std::int64_t i) const {
    using Plain = PlainOf<Real>;
    const Real alpha = args.alpha[i];
    const double draw =
        gamma_draw(static_cast<double>(plain(alpha)), args.stream, static_cast<std::uint32_t>(i));
    auto y = static_cast<Plain>(draw);
    if (y < std::numeric_limits<Plain>::min()) y = std::numeric_limits<Plain>::min();
    if constexpr (kIsDual<Real>)
      args.y[i] = chain(alpha, y, gamma_slope(alpha, Real(y)));
    else
      args.y[i] = y;
  }
};

template <class Real>
struct GammaDrawsAdjointBody {
  GammaDrawsAdjointArgs<Real> args;
  STARLING_HD void operator()(std::int64_t i) const {
    const Real slope = gamma_slope(args.alpha[i], args.y[i]);
    store_gradient(args.mode, args.alpha_adj[i], slope * args.y_adj[i]);
  }
};

}  // namespace starling
