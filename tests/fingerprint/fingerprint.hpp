#pragma once

#include <cstdint>

#include <starling/core/exec.hpp>

namespace starling::test {

/// Two numbers that stand for every bit that decides outcomes. They are the same for every optimisation
/// level, instruction set, number of threads and backend. A change of the model changes the second one: the
/// failing test prints the new value, and the change of the constant is part of the change of the model.

/// Philox, uniforms, exp, log and 1 - exp(-x) over a sweep of 2^16 places.
std::uint64_t arithmetic_fingerprint(const Exec& exec);
inline constexpr std::uint64_t kArithmeticFingerprint = 0xdb22a7db85b35482ULL;

/// Infection steps and case counts of a sampled epidemic: 2,000 agents, three networks, 25 days, four lanes.
std::uint64_t epidemic_fingerprint(const Exec& exec);
inline constexpr std::uint64_t kEpidemicFingerprint = 0x1e57a676f5929192ULL;

}  // namespace starling::test
