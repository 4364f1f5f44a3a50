#pragma once

#include <cstdint>

#include <starling/core/macros.hpp>

namespace starling {

/// Infectiousness is summed over the members of a venue as 32-bit multiples of 2^-26 in a 64-bit integer: the
/// sum does not depend on the order, so any number of threads and any device gives the same bits.
/// Resolution 1.5e-8, range [0, kLargestQuantised].
using Quanta = std::uint32_t;

inline constexpr float kQuantaPerUnit = 67108864.0F;  // 2^26
inline constexpr float kLargestQuantised = 31.0F;

/// Truncates towards 0. The caller keeps x in [0, kLargestQuantised].
STARLING_HD inline Quanta quantise(float x) {
  return static_cast<Quanta>(static_cast<std::int32_t>(x * kQuantaPerUnit));
}

STARLING_HD inline float from_quanta(std::int64_t sum) {
  return static_cast<float>(sum) * (1.0F / kQuantaPerUnit);
}

/// An infection is shared out among its possible causes in multiples of 2^-20, likewise summed in 64 bits.
inline constexpr double kSharesPerCase = 1048576.0;

}  // namespace starling
