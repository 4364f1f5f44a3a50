#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include <starling/core/macros.hpp>

namespace starling {

/// Elementary functions for the kernels that decide outcomes. The float versions consist of IEEE operations
/// and explicit fmaf only (contraction is off in this project's builds), so they give the same bits on every
/// host, at every optimisation level and on the device; and they have no branches, so loops over them
/// vectorise. The double versions serve differentiation tests and research modes and call the platform's
/// library.

namespace detail {

STARLING_HD inline float float_from_bits(std::uint32_t bits) {
#if defined(__CUDA_ARCH__)
  return __uint_as_float(bits);
#else
  return std::bit_cast<float>(bits);
#endif
}

STARLING_HD inline std::uint32_t bits_of_float(float x) {
#if defined(__CUDA_ARCH__)
  return __float_as_uint(x);
#else
  return std::bit_cast<std::uint32_t>(x);
#endif
}

STARLING_HD inline float fma_float(float a, float b, float c) {
  return ::fmaf(a, b, c);
}

}  // namespace detail

/// e^x for x in [-87, 88], clamped outside; maximum relative error 1.2e-7.
/// x = n ln2 + r, |r| <= ln2 / 2; degree-7 Taylor polynomial in r; exponent bits added.
STARLING_HD inline float reproducible_exp(float x) {
  using detail::fma_float;
  const float clamped_above = x < 88.0F ? x : 88.0F;
  const float clamped = clamped_above > -87.0F ? clamped_above : -87.0F;
  // Adding and subtracting 1.5 * 2^23 rounds to the nearest integer.
  const float shifted = fma_float(clamped, 1.44269504F, 12582912.0F);
  const float n = shifted - 12582912.0F;
  const float r = fma_float(n, -1.42860677e-6F, fma_float(n, -0.693145752F, clamped));
  float p = 1.98412698e-4F;
  p = fma_float(p, r, 1.38888889e-3F);
  p = fma_float(p, r, 8.33333333e-3F);
  p = fma_float(p, r, 4.16666667e-2F);
  p = fma_float(p, r, 1.66666667e-1F);
  p = fma_float(p, r, 0.5F);
  p = fma_float(p, r, 1.0F);
  p = fma_float(p, r, 1.0F);
  const std::uint32_t exponent = static_cast<std::uint32_t>(static_cast<std::int32_t>(n) + 127) << 23;
  return p * detail::float_from_bits(exponent);
}

/// ln x for normal positive x; maximum error 1.5 units in the last place away from 1 and absolute 1e-7 near
/// it. x = 2^n m with m in [sqrt(1/2), sqrt(2)); ln m = 2 atanh(f), f = (m - 1) / (m + 1), odd series to f^9.
STARLING_HD inline float reproducible_log(float x) {
  using detail::fma_float;
  const std::uint32_t bits = detail::bits_of_float(x) + (0x3f800000U - 0x3f3504f3U);
  const auto n = static_cast<float>(static_cast<std::int32_t>(bits >> 23) - 127);
  const float m = detail::float_from_bits((bits & 0x007fffffU) + 0x3f3504f3U);
  const float f = (m - 1.0F) / (m + 1.0F);
  const float f2 = f * f;
  float p = 0.222222222F;  // 2/9
  p = fma_float(p, f2, 0.285714286F);
  p = fma_float(p, f2, 0.4F);
  p = fma_float(p, f2, 0.666666667F);
  const float ln_m = fma_float(p * f2, f, 2.0F * f);
  return fma_float(n, 0.693145752F, fma_float(n, 1.42860677e-6F, ln_m));
}

/// 1 - e^-x for x >= 0 without cancellation; maximum relative error 3e-7, never above x.
STARLING_HD inline float one_minus_exp_negative(float x) {
  using detail::fma_float;
  // Below 0.35 the Taylor series x (1 - x/2 (1 - x/3 (1 - …))).
  float p = fma_float(-x, 1.0F / 8.0F, 1.0F);
  p = fma_float(-x * (1.0F / 7.0F), p, 1.0F);
  p = fma_float(-x * (1.0F / 6.0F), p, 1.0F);
  p = fma_float(-x * (1.0F / 5.0F), p, 1.0F);
  p = fma_float(-x * (1.0F / 4.0F), p, 1.0F);
  p = fma_float(-x * (1.0F / 3.0F), p, 1.0F);
  p = fma_float(-x * 0.5F, p, 1.0F);
  const float series = x * p;
  const float direct = 1.0F - reproducible_exp(-x);
  return x < 0.35F ? series : direct;
}

STARLING_HD inline double reproducible_exp(double x) {
  return ::exp(x);
}
STARLING_HD inline double reproducible_log(double x) {
  return ::log(x);
}
STARLING_HD inline double one_minus_exp_negative(double x) {
  return -::expm1(-x);
}

}  // namespace starling
