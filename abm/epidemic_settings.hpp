#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <starling/abm/disease_settings.hpp>
#include <starling/abm/network_settings.hpp>
#include <starling/abm/policy_settings.hpp>

namespace starling {

/// Distributions of the infectiousness profile M r^a d^(a-1) exp(-r d) / Gamma(a), d = days since infection -
/// shift. Each agent has its own four numbers, fixed by `seed`.
struct ProfileSettings {
  double log_peak_mean = 0.0;  // M is log-normal
  double log_peak_sd = 0.5;
  double shape_mean = 1.56;
  double shape_sd = 0.08;
  double rate_mean_per_day = 0.53;
  double rate_sd_per_day = 0.03;
  double shift_mean_days = 2.12;  // positive: infectiousness starts after infection
  double shift_sd_days = 0.1;
  /// Whether the shift counts from the onset of symptoms of disease_course() instead of from infection; a
  /// shift of -2.12 then lets infectiousness start two days before.
  bool shift_from_onset = false;
  std::uint64_t seed = 1;

  [[nodiscard]] bool operator==(const ProfileSettings&) const = default;
};

/// Infections that come from outside: how many are expected among the people of one category on one day.
struct ImportedCases {
  std::string date;      // ISO
  std::string category;  // of the attribute SeedingSettings::imports_by
  double cases = 0.0;
};

/// First infections beside the seeded fraction.
struct SeedingSettings {
  std::vector<std::int64_t> agents;  // infected at the start, in every run
  std::string imports_by;            // attribute whose categories imports name, such as "borough"
  std::vector<ImportedCases> imports;
};

struct EpidemicSettings {
  std::string start = "2020-03-01";  // ISO date
  int days = 30;
  int step_hours = 24;  // a divisor of 24
  /// Lengths of the steps of a day, adding up to 24 h; equal steps of step_hours when empty.
  std::vector<int> weekday_step_hours;
  std::vector<int> weekend_step_hours;
  double log10_seed_fraction = -3.0;
  ProfileSettings profile;
  std::vector<int> age_bin_edges{0, 18, 65, 100};  // closed-open bins [edge, next edge)
  std::vector<NetworkSettings> networks;
  PolicySettings policies;
  SeedingSettings seeding;
  /// Days after an infection in which half of the protection it gave is lost; 0: it lasts.
  double immunity_half_life_days = 0.0;
  DiseaseSettings disease;
};

/// How derivatives pass through the sampling of infections; docs/gradients.md compares them.
enum class Estimator {
  // Reverse sweeps, with the slope of the same name (kernels/infection.hpp).
  straight_through,
  straight_through_undepleted,
  straight_through_anchored,
  smoothed_one_sided,
  smoothed_two_sided,
  gumbel_softmax,  // at a temperature
  transmission_chains,
  common_noise_differences,  // central differences of two runs with the same noise beside each draw and
                             // parameter
  mean_field,                // the gradient of the mean-field epidemic at the same parameters
  event_flips,               // some events of each run turned into their opposite in spare lanes
  controlled_flips,          // transmission_chains, corrected by runs without single infections
  event_scores,              // score function over all events, other replicates of the draw as baseline
};

/// Whether the estimator sweeps through the sampled run itself.
constexpr bool sweeps_runs(Estimator estimator) {
  return estimator == Estimator::straight_through || estimator == Estimator::gumbel_softmax;
}

/// How the derivatives of straight_through and gumbel_softmax are swept through a run; they are the same
/// numbers.
enum class SweepMode {
  reverse,  // one sweep backwards, whatever the number of parameters
  forward,  // tangents by all parameters beside the run, which give the derivatives of all outputs
};

struct GradientSettings {
  Estimator estimator = Estimator::common_noise_differences;
  SweepMode mode = SweepMode::reverse;  // forward only where sweeps_runs(estimator)
  double temperature = 0.1;             // of gumbel_softmax
  double difference_step = 0.05;        // of common_noise_differences, in log10 units
  int check_runs = 256;                 // that a comparison of derivatives averages over
  int flips = 8;                        // of event_flips and controlled_flips, in each run
};

}  // namespace starling
