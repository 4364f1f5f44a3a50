#pragma once

#include <cmath>
#include <limits>

#include <starling/core/macros.hpp>
#include <starling/kernels/random_draws.hpp>

namespace starling {

/// A uniform number in (0, 1) by its distance from the nearer end, which has all its digits in both tails.
struct TailedUniform {
  double tail;  // in (0, 1/2]
  bool upper;   // the number is 1 - tail
};

STARLING_HD inline TailedUniform tailed_uniform(std::uint32_t high, std::uint32_t low) {
  const bool upper = high >= 0x80000000U;
  const std::uint32_t tail_high = upper ? ~high : high;
  const std::uint32_t tail_low = upper ? ~low : low;
  return {(static_cast<double>(tail_high) * 0x1p32 + (static_cast<double>(tail_low) + 0.5)) * 0x1p-64, upper};
}

/// The number itself, never 1.
template <class Plain>
STARLING_HD inline Plain uniform_value(TailedUniform u) {
  const auto value = static_cast<Plain>(u.upper ? 1.0 - u.tail : u.tail);
  constexpr Plain below_one = Plain(1) - std::numeric_limits<Plain>::epsilon() / Plain(2);
  return value < below_one ? value : below_one;
}

STARLING_HD inline double normal_value(TailedUniform u) {
  return u.upper ? -normal_quantile(u.tail) : normal_quantile(u.tail);
}

STARLING_HD inline double logistic_value(TailedUniform u) {
  const double x = std::log(u.tail) - std::log1p(-u.tail);
  return u.upper ? -x : x;
}

/// log u of the uniform number.
STARLING_HD inline double log_value(TailedUniform u) {
  return u.upper ? std::log1p(-u.tail) : std::log(u.tail);
}

STARLING_HD inline double gumbel_value(TailedUniform u) {
  return -std::log(-log_value(u));
}

/// The uniform number of element i of a stream.
STARLING_HD inline TailedUniform stream_uniform(const RandomStream& stream, std::int64_t i) {
  const RandomWords words = random_words(stream, static_cast<std::uint32_t>(i), 0);
  return tailed_uniform(words.word[0], words.word[1]);
}

template <class Real>
struct RandomDrawsBody {
  RandomDrawsArgs<Real> args;
  STARLING_HD void operator()(std::int64_t i) const {
    using Plain = PlainOf<Real>;
    const TailedUniform u = stream_uniform(args.stream, i);
    Plain y = uniform_value<Plain>(u);
    if (args.distribution == Distribution::normal) y = static_cast<Plain>(normal_value(u));
    if (args.distribution == Distribution::logistic) y = static_cast<Plain>(logistic_value(u));
    if (args.distribution == Distribution::gumbel) y = static_cast<Plain>(gumbel_value(u));
    args.y[i] = y;
  }
};

}  // namespace starling
