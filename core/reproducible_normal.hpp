#pragma once

#include <cmath>
#include <cstdint>

#include <starling/core/random.hpp>
#include <starling/core/reproducible_math.hpp>

namespace starling {

namespace detail {

/// c0 + c1 x + c2 x^2 + c3 x^3
STARLING_HD inline float cubic(float c0, float c1, float c2, float c3, float x) {
  return fma_float(fma_float(fma_float(c3, x, c2), x, c1), x, c0);
}

}  // namespace detail

/// -z with z the standard normal quantile of `tail` in (0, 1/2], so at least 0: Wichura's PPND7 (1988,
/// Algorithm AS 241) in IEEE operations, explicit fmaf and reproducible_log, which give the same bits on
/// every machine. The error is below 1e-6 of the larger of 1 and the value.
STARLING_HD inline float reproducible_normal_tail(float tail) {
  using detail::cubic;
  const float q = 0.5F - tail;
  if (q <= 0.425F) {
    const float r = detail::fma_float(-q, q, 0.180625F);
    return q * cubic(3.3871327179F, 50.434271938F, 159.29113202F, 59.109374720F, r) /
           cubic(1.0F, 17.895169469F, 78.757757664F, 67.187563600F, r);
  }
  const float r = ::sqrtf(-reproducible_log(tail));
  if (r <= 5.0F)
    return cubic(1.4234372777F, 2.7568153900F, 1.3067284816F, 0.17023821103F, r - 1.6F) /
           cubic(1.0F, 0.73700164250F, 0.12021132975F, 0.0F, r - 1.6F);
  return cubic(6.6579051150F, 3.0812263860F, 0.42868294337F, 0.017337203997F, r - 5.0F) /
         cubic(1.0F, 0.24197894225F, 0.012258202635F, 0.0F, r - 5.0F);
}

/// Standard normal draw from one word by inversion, the same bits on every machine. Both tails reach 2^-33.
STARLING_HD inline float reproducible_normal(std::uint32_t word) {
  const bool upper = word >= 0x80000000U;
  const float size = reproducible_normal_tail(uniform_float(upper ? ~word : word));
  return upper ? size : -size;
}

}  // namespace starling
