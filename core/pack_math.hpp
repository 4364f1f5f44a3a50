#pragma once

#include <cmath>
#include <limits>

#include <starling/core/pack.hpp>

namespace starling {

/// Elementary functions of packs, without branches. Taylor series to the precision of the number; NaN stays
/// NaN.

namespace detail {

template <class Real>
struct PackConstants;
template <>
struct PackConstants<float> {
  static constexpr int kFractionBits = 23, kExpTerms = 7, kLogTerms = 5;
  static constexpr float kLowest = -87.0F, kHighest = 88.0F;
  static constexpr float kRound = 12582912.0F;  // 1.5 2^23: adding it rounds to an integer
  static constexpr float kLn2High = 0.693145752F, kLn2Low = 1.42860677e-6F;
  static constexpr std::uint32_t kOne = 0x3f800000, kRootHalf = 0x3f3504f3, kFraction = 0x007fffff;
};
template <>
struct PackConstants<double> {
  static constexpr int kFractionBits = 52, kExpTerms = 13, kLogTerms = 11;
  static constexpr double kLowest = -708.0, kHighest = 709.0;
  static constexpr double kRound = 6755399441055744.0;  // 1.5 2^52
  static constexpr double kLn2High = 0.693147180369123816490, kLn2Low = 1.90821492927058770002e-10;
  static constexpr std::uint64_t kOne = 0x3ff0000000000000, kRootHalf = 0x3fe6a09e667f3bcd,
                                 kFraction = 0x000fffffffffffff;
};

template <class Real, int lanes>
struct ExpParts {
  Pack<Real, lanes> scale;     // 2^n
  Pack<Real, lanes> fraction;  // e^r - 1
};

/// x = n ln 2 + r with |r| <= ln 2 / 2.
template <class Real, int lanes>
inline ExpParts<Real, lanes> exp_parts(Pack<Real, lanes> x) {
  using P = Pack<Real, lanes>;
  using C = PackConstants<Real>;
  const P lower = where_non_negative(P(C::kLowest) - x, P(C::kLowest), x);
  const P clamped = where_non_negative(lower - P(C::kHighest), P(C::kHighest), lower);
  const P shifted = multiply_add(clamped, Real(1.44269504088896340736), P(C::kRound));
  const P n = shifted - P(C::kRound);
  const P r = multiply_add(n, -C::kLn2Low, multiply_add(n, -C::kLn2High, clamped));
  P p(1);  // 1 + r/2 (1 + r/3 (1 + …))
  for (int k = C::kExpTerms; k >= 2; --k) p = multiply_add(r * p, Real(1) / Real(k), P(1));
  // The low bits of `shifted` hold n.
  const auto bits = reinterpret_cast<typename P::BitVector>(shifted.v);
  return {P(reinterpret_cast<typename P::Vector>((bits << C::kFractionBits) + C::kOne)), r * p};
}

}  // namespace detail

/// e^x for x in [-87, 88] (float) or [-708, 709] (double), clamped outside.
template <class Real, int lanes>
inline Pack<Real, lanes> exp(Pack<Real, lanes> x) {
  const auto parts = detail::exp_parts(x);
  return multiply_add(parts.scale, parts.fraction, parts.scale);
}

template <class Real, int lanes>
inline Pack<Real, lanes> abs(Pack<Real, lanes> x) {
  return where_non_negative(x, x, -x);
}

/// -(e^-2|x| - 1) / (e^-2|x| + 1) with the sign of x.
template <class Real, int lanes>
inline Pack<Real, lanes> tanh(Pack<Real, lanes> x) {
  using P = Pack<Real, lanes>;
  const P size = abs(x);
  const auto parts = detail::exp_parts(-(size + size));
  const P below = multiply_add(parts.scale, parts.fraction, parts.scale - P(1));
  const P y = -below / (P(2) + below);
  return where_non_negative(x, y, -y);
}

/// ln x for normal positive x. x = 2^n m with m in [sqrt(1/2), sqrt(2)); ln m = 2 atanh(f), f = (m - 1) /
/// (m + 1).
template <class Real, int lanes>
inline Pack<Real, lanes> log(Pack<Real, lanes> x) {
  using P = Pack<Real, lanes>;
  using C = detail::PackConstants<Real>;
  const auto bits = reinterpret_cast<typename P::BitVector>(x.v) + (C::kOne - C::kRootHalf);
  const auto exponent =
      reinterpret_cast<typename P::IntegerVector>((bits >> C::kFractionBits) - (C::kOne >> C::kFractionBits));
  const P n(__builtin_convertvector(exponent, typename P::Vector));
  const P m(reinterpret_cast<typename P::Vector>((bits & C::kFraction) + C::kRootHalf));
  const P f = (m - P(1)) / (m + P(1));
  const P f2 = f * f;
  P p(Real(2) / Real(2 * C::kLogTerms + 1));
  for (int k = C::kLogTerms - 1; k >= 1; --k) p = multiply_add(p, f2, P(Real(2) / Real(2 * k + 1)));
  const P ln_m = multiply_add(p * f2, f, f + f);
  return multiply_add(n, C::kLn2High, multiply_add(n, C::kLn2Low, ln_m)) + (x - x);
}

template <class Real, int lanes>
inline Dual<Pack<Real, lanes>> exp(const Dual<Pack<Real, lanes>>& x) {
  const Pack<Real, lanes> y = exp(x.value);
  return {y, y * x.tangent};
}
template <class Real, int lanes>
inline Dual<Pack<Real, lanes>> abs(const Dual<Pack<Real, lanes>>& x) {
  const auto falling = where_non_negative(-x.value, Pack<Real, lanes>(0), x.tangent);
  return {abs(x.value), where_non_negative(x.value, falling, -x.tangent)};  // the slope at 0 is 0
}
template <class Real, int lanes>
inline Dual<Pack<Real, lanes>> log(const Dual<Pack<Real, lanes>>& x) {
  return {log(x.value), x.tangent / x.value};
}
template <class Real, int lanes>
inline Dual<Pack<Real, lanes>> tanh(const Dual<Pack<Real, lanes>>& x) {
  const Pack<Real, lanes> y = tanh(x.value);
  return {y, multiply_add(-y, y, Pack<Real, lanes>(1)) * x.tangent};
}

}  // namespace starling
