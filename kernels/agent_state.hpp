#pragma once

#include <cstdint>
#include <limits>

#include <starling/core/fixed_point.hpp>
#include <starling/core/macros.hpp>

namespace starling {

/// Where one agent of one lane stands before a step.
template <class Real>
struct AgentState {
  Real susceptibility;
  Real infected;             // ever infected: 0 or 1 in sampled runs, an expectation in mean-field runs
  Real infection_time_days;  // 0 for an agent never infected, as in the published model
};

/// Infection step of an agent that is never infected.
inline constexpr std::int16_t kNeverInfected = std::numeric_limits<std::int16_t>::max();

/// State of a sampled run, rebuilt from its only stored events: each agent's infection step (2 bytes an agent
/// and lane, whatever the number of steps).
struct EventState {
  using Real = float;
  using Transmitted = Quanta;

  const std::int16_t* infection_step;  // [agents][lanes]
  const float* step_time_days;         // [steps + 1]; entry 0 is the time of seeding
  int step;                            // the state is the one before this step

  STARLING_HD AgentState<float> load(std::int64_t index) const {
    const std::int16_t infection = infection_step[index];
    const int infected = infection < step ? 1 : 0;
    // Products in place of choices, so that loops over lanes have no branch; they are exact.
    const auto share = static_cast<float>(infected);
    const int seen = infected * infection;  // the step of infection, 0 before it
    return {1.0F - share, share, share * step_time_days[seen]};
  }
};

/// State of a mean-field run: every variable is its expectation and must be stored.
template <class RealType>
struct MeanFieldState {
  using Real = RealType;
  using Transmitted = RealType;

  const Real* susceptibility;       // [agents][lanes]
  const Real* infected;             // [agents][lanes]
  const Real* infection_time_days;  // [agents][lanes]

  STARLING_HD AgentState<Real> load(std::int64_t index) const {
    return {susceptibility[index], infected[index], infection_time_days[index]};
  }
};

/// Adjoints of the state of all agents, updated in place by the reverse sweep.
template <class Real>
struct AgentStateAdjoint {
  Real* susceptibility;       // [agents][lanes]
  Real* infected;             // [agents][lanes]
  Real* infection_time_days;  // [agents][lanes]
};

}  // namespace starling
