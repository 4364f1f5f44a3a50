#pragma once

#include <cstdint>
#include <vector>

#include <starling/abm/epidemic_settings.hpp>
#include <starling/abm/population.hpp>
#include <starling/abm/world.hpp>

namespace starling::test {

/// Agents in households of four, schools of 25 (ages 5 … 17) and companies of 10 with one of 700 (several
/// segments). Deterministic in the seed.
Population mixed_world(std::int64_t agents, std::uint64_t seed = 1);

/// The published program's test world: 100 people of the given age, neighbours in 25 households of four, four
/// companies and four schools of 25.
Population fixture_world(std::uint8_t age_years = 30);

/// Those whom its tests infect at the start, 0, 10, …, 90: infection steps for run_from(). [100][width]
std::vector<std::int16_t> fixture_infected(int width);

/// Household, school and company with the betas of the reference experiment; school and company on weekdays.
EpidemicSettings reference_epidemic(int days);

/// The world in which an epidemic of these settings runs, told apart at its age bins.
template <class Real>
World<Real> world_of(const Exec& exec, const Population& population, const EpidemicSettings& settings,
                     const InfectiousnessProfiles& profiles) {
  return {exec, population, settings.networks, profiles,
          make_case_groups(population, settings.age_bin_edges)};
}

/// One network in everyone's household.
std::vector<NetworkSettings> household_network();

/// A relation from lists of members.
Csr csr_from_lists(const std::vector<std::vector<int>>& lists);

}  // namespace starling::test
