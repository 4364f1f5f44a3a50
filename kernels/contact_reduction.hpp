#pragma once

#include <cstdint>

#include <starling/core/macros.hpp>

namespace starling {

/// Who keeps away from others outside home on a step, and how much: bit p of an agent's flags is set when
/// quarantine policy p applies to them. They give and receive the share of contacts that the policies leave,
///   kept = product over the set bits p of kept_share[p].
/// Without flags (a null pointer) nobody keeps away.
template <class Real>
struct IsolationView {
  const std::uint8_t* flags = nullptr;  // [agents][lanes]
  const Real* kept_share = nullptr;     // [policies][lanes]
  std::int64_t home_cells = 0;          // cells below this one are homes, where people meet all the same

  STARLING_HD Real kept(std::int64_t index, int lanes, int lane) const {
    Real kept = Real(1);
    int policy = 0;
    for (unsigned flag = flags[index]; flag != 0; flag >>= 1U, ++policy)
      if ((flag & 1U) != 0) kept *= kept_share[std::int64_t{policy} * lanes + lane];
    return kept;
  }

  /// kept() of `width` neighbouring lanes of an agent. Hardly anyone keeps away at a time, and rows of ones
  /// need no loop over policies.
  template <int width>
  STARLING_HD void load_kept(std::int64_t agent, int lanes, int first, Real (&share)[width]) const {
    const std::uint8_t* row = flags + agent * lanes + first;
    unsigned any = 0;
    for (int l = 0; l < width; ++l) any |= row[l];
    for (int l = 0; l < width; ++l) share[l] = Real(1);
    if (any == 0) return;
    for (int l = 0; l < width; ++l) share[l] = kept(agent * lanes + first + l, lanes, first + l);
  }
};

/// What a vaccine leaves of something, such as susceptibility: share_left[policy of i] to agent i from the
/// step vaccination_step[i] on, else all of it. Without steps (a null pointer) nobody is vaccinated.
template <class Real>
struct VaccinationView {
  const std::int16_t* vaccination_step = nullptr;  // [agents], kNeverVaccinated for most
  const std::uint8_t* policy = nullptr;            // [agents]
  const Real* share_left = nullptr;                // [policies][lanes]

  /// Row of the share left to an agent on a step, or null for 1.
  STARLING_HD const Real* row(std::int64_t agent, int step, int lanes) const {
    if (vaccination_step == nullptr || step < vaccination_step[agent]) return nullptr;
    return share_left + std::int64_t{policy[agent]} * lanes;
  }
};

/// Infections from outside the population: extra pressure on everyone of a group on a step. Without pressure
/// (a null pointer) there are none.
template <class Real>
struct ImportView {
  const Real* pressure_per_day = nullptr;  // [groups], of the step
  const std::uint16_t* group = nullptr;    // [agents]
};

}  // namespace starling
