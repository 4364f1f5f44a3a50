#pragma once

#include <cstdint>

#include <starling/core/macros.hpp>

namespace starling {

/// Where the infection of an agent at a step is counted: in its group or, where infections of the vaccinated
/// are counted apart, in
///   group + status * groups,
/// with status 0 for agents not vaccinated by the step and 1 + policy for the others.
struct CountedGroups {
  const std::uint16_t* group;                      // [agents]
  const std::int16_t* vaccination_step = nullptr;  // [agents]; null: vaccination makes no difference
  const std::uint8_t* policy = nullptr;            // [agents]
  int groups = 0;                                  // of one status; read with vaccination only

  STARLING_HD std::int64_t of(std::int64_t agent, int step) const {
    const std::int64_t own = group[agent];
    if (vaccination_step == nullptr || step < vaccination_step[agent]) return own;
    return own + (std::int64_t{policy[agent]} + 1) * groups;
  }
};

}  // namespace starling
