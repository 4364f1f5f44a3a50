#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <starling/abm/sampled_epidemic.hpp>

#include "worlds.hpp"

namespace starling::test {

/// One network that meets every day, in daily steps unless said otherwise.
EpidemicSettings one_network(int days, double rate_per_day, double seed_fraction, int step_hours = 24);

/// Gives everyone the mean profile.
void make_alike(ProfileSettings& profile);

/// A sampled epidemic in separate venues, where nobody is in two, and what its results are read with.
struct VenueExperiment {
  Population population;
  EpidemicSettings settings;
  InfectiousnessProfiles profiles;
  std::shared_ptr<const Schedule> schedule;
  SampledEpidemic epidemic;
  int lanes;

  /// Venues of the given sizes, one after another in the order of agents.
  VenueExperiment(const Exec& exec, const std::vector<std::int64_t>& sizes, const EpidemicSettings& with,
                  int lanes_);

  /// Seeded with the configured fraction.
  Trajectory run(std::uint64_t seed);
  /// These agents are infected at the start, in all lanes.
  Trajectory run_from(const std::vector<std::size_t>& infected, std::uint64_t seed);

  /// Share of all people infected until each record, by lane. [lanes][steps + 1]
  [[nodiscard]] std::vector<std::vector<double>> cumulative(const Trajectory& trajectory) const;
  /// Infected people by venue of one lane. [venues]
  [[nodiscard]] std::vector<int> infected_by_venue(const Trajectory& trajectory, std::size_t lane) const;

 private:
  [[nodiscard]] LaneNoise noise(std::uint64_t seed) const;
};

}  // namespace starling::test
