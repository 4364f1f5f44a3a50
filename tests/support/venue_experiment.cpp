#include "venue_experiment.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace starling::test {

using Values = std::vector<double>;

namespace {

// Venues of the given sizes, one after another, and nobody in two of them.
Population separate_venues(const std::vector<std::int64_t>& sizes) {
  Csr venues;
  for (const std::int64_t size : sizes) {
    const auto first = static_cast<std::int32_t>(venues.indices.size());
    for (std::int32_t i = 0; i < size; ++i) venues.indices.push_back(first + i);
    venues.offsets.push_back(static_cast<std::int64_t>(venues.indices.size()));
  }
  return make_population("venues", std::vector<std::uint8_t>(venues.indices.size(), 30), {"household"},
                         {venues});
}

}  // namespace

EpidemicSettings one_network(int days, double rate_per_day, double seed_fraction, int step_hours) {
  EpidemicSettings settings;
  settings.days = days;
  settings.step_hours = step_hours;
  settings.log10_seed_fraction = std::log10(seed_fraction);
  settings.networks = {{.name = "household", .log10_beta = std::log10(rate_per_day)}};
  settings.age_bin_edges = {0, 120};
  return settings;
}

void make_alike(ProfileSettings& profile) {
  profile.log_peak_sd = 0.0;
  profile.shape_sd = 0.0;
  profile.rate_sd_per_day = 0.0;
  profile.shift_sd_days = 0.0;
}

VenueExperiment::VenueExperiment(const Exec& exec, const std::vector<std::int64_t>& sizes,
                                 const EpidemicSettings& with, int lanes_)
    : population(separate_venues(sizes)),
      settings(with),
      profiles(draw_profiles(population.agents(), settings.profile)),
      schedule(std::make_shared<Schedule>(settings)),
      epidemic(std::make_shared<World<float>>(world_of<float>(exec, population, settings, profiles)),
               schedule, lanes_),
      lanes(lanes_) {}

LaneNoise VenueExperiment::noise(std::uint64_t seed) const {
  LaneNoise result{seed, std::vector<std::uint32_t>(static_cast<std::size_t>(lanes))};
  std::iota(result.lane_sample.begin(), result.lane_sample.end(), 0U);
  return result;
}

Trajectory VenueExperiment::run(std::uint64_t seed) {
  return epidemic.run(schedule->configured(lanes), noise(seed));
}

Trajectory VenueExperiment::run_from(const std::vector<std::size_t>& infected, std::uint64_t seed) {
  const auto width = static_cast<std::size_t>(epidemic.width());
  std::vector<std::int16_t> step(static_cast<std::size_t>(population.agents()) * width, kNeverInfected);
  for (const std::size_t agent : infected)
    std::fill_n(step.begin() + static_cast<std::ptrdiff_t>(agent * width), width, std::int16_t{0});
  return epidemic.run_from(schedule->configured(lanes), noise(seed), step);
}

std::vector<Values> VenueExperiment::cumulative(const Trajectory& trajectory) const {
  const std::vector<std::int64_t> fresh = epidemic.new_cases(trajectory);
  const auto width = static_cast<std::size_t>(epidemic.width());
  const std::size_t cells = fresh.size() / static_cast<std::size_t>(schedule->steps() + 1);
  std::vector<Values> result(static_cast<std::size_t>(lanes));
  for (std::size_t lane = 0; lane < result.size(); ++lane) {
    double total = 0.0;
    for (std::size_t step = 0; step * cells < fresh.size(); ++step) {
      for (std::size_t i = lane; i < cells; i += width) total += static_cast<double>(fresh[step * cells + i]);
      result[lane].push_back(total / static_cast<double>(population.agents()));
    }
  }
  return result;
}

std::vector<int> VenueExperiment::infected_by_venue(const Trajectory& trajectory, std::size_t lane) const {
  const std::vector<std::int16_t> step = trajectory.infection_step.download();
  const auto width = static_cast<std::size_t>(epidemic.width());
  std::vector<int> result(static_cast<std::size_t>(population.venues()), 0);
  for (std::size_t i = 0; i * width < step.size(); ++i)
    if (step[i * width + lane] != kNeverInfected)
      ++result[static_cast<std::size_t>(population.memberships.indices[i])];
  return result;
}

}  // namespace starling::test
