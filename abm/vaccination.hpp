#pragma once

#include <cstdint>

#include <starling/abm/calendar.hpp>
#include <starling/abm/policies.hpp>
#include <starling/abm/population.hpp>
#include <starling/core/buffer.hpp>

namespace starling {

/// Who is vaccinated on which step, the same in all runs: agent i has a number u in (0, 1] from Philox(seed,
/// agent, vaccination) and is vaccinated when the coverage of the policy for its age reaches u. The first
/// policy of an agent's age applies.
class Vaccination {
 public:
  Vaccination(const Exec& exec, const Population& population, const Policies& policies,
              const Calendar& calendar, std::uint64_t seed);

  struct Plan;

  [[nodiscard]] const std::int16_t* step() const { return step_.data(); }
  [[nodiscard]] const std::uint8_t* policy() const { return policy_.data(); }

 private:
  Vaccination(const Exec& exec, const Plan& plan);

  Buffer<std::int16_t> step_;    // [agents] from this step on protected; kNeverVaccinated for most
  Buffer<std::uint8_t> policy_;  // [agents] position in Policies::vaccinations()
};

inline constexpr std::int16_t kNeverVaccinated = INT16_MAX;

}  // namespace starling
