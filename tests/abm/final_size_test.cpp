// Sampled epidemics against what theory says of them: one fully mixed network, and households alone.
#include "../support/final_size.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include <doctest/doctest.h>

#include <starling/abm/sampled_epidemic.hpp>

#include "../support/backends.hpp"
#include "../support/statistics.hpp"
#include "../support/worlds.hpp"

namespace {

using starling::EpidemicSettings;
using starling::Exec;
using starling::InfectiousnessProfiles;
using starling::LaneNoise;
using starling::LaneParameters;
using starling::Population;
using starling::SampledEpidemic;
using starling::Schedule;
using starling::Trajectory;
using Values = std::vector<double>;

// Venues of the given sizes, one after another, and nobody in two of them.
Population separate_venues(const std::vector<std::int64_t>& sizes) {
  starling::Csr venues;
  for (const std::int64_t size : sizes) {
    const auto first = static_cast<std::int32_t>(venues.indices.size());
    for (std::int32_t i = 0; i < size; ++i) venues.indices.push_back(first + i);
    venues.offsets.push_back(static_cast<std::int64_t>(venues.indices.size()));
  }
  return starling::make_population("venues", std::vector<std::uint8_t>(venues.indices.size(), 30),
                                   {"household"}, {venues});
}

EpidemicSettings one_network(int days, double rate_per_day, double seed_fraction, int step_hours = 24) {
  EpidemicSettings settings;
  settings.days = days;
  settings.step_hours = step_hours;
  settings.log10_seed_fraction = std::log10(seed_fraction);
  settings.networks = {{.name = "household", .log10_beta = std::log10(rate_per_day)}};
  settings.age_bin_edges = {0, 120};
  return settings;
}

void make_alike(starling::ProfileSettings& profile) {
  profile.log_peak_sd = 0.0;
  profile.shape_sd = 0.0;
  profile.rate_sd_per_day = 0.0;
  profile.shift_sd_days = 0.0;
}

// An epidemic in separate venues and what its results are read with.
struct Experiment {
  Population population;
  EpidemicSettings settings;
  InfectiousnessProfiles profiles;
  std::shared_ptr<const Schedule> schedule;
  SampledEpidemic epidemic;
  int lanes;

  Experiment(const Exec& exec, const std::vector<std::int64_t>& sizes, const EpidemicSettings& with,
             int lanes_)
      : population(separate_venues(sizes)),
        settings(with),
        profiles(starling::draw_profiles(population.agents(), settings.profile)),
        schedule(std::make_shared<Schedule>(settings)),
        epidemic(std::make_shared<starling::World<float>>(
                     starling::test::world_of<float>(exec, population, settings, profiles)),
                 schedule, lanes_),
        lanes(lanes_) {}

  [[nodiscard]] LaneNoise noise(std::uint64_t seed) const {
    LaneNoise result{seed, std::vector<std::uint32_t>(static_cast<std::size_t>(lanes))};
    std::iota(result.lane_sample.begin(), result.lane_sample.end(), 0U);
    return result;
  }
  Trajectory run(std::uint64_t seed) { return epidemic.run(schedule->configured(lanes), noise(seed)); }
  // Everyone at one of these places in the order of agents is infected at the start, in all lanes.
  Trajectory run_from(const std::vector<std::size_t>& infected, std::uint64_t seed) {
    const auto width = static_cast<std::size_t>(epidemic.width());
    std::vector<std::int16_t> step(static_cast<std::size_t>(population.agents()) * width,
                                   starling::kNeverInfected);
    for (const std::size_t agent : infected)
      std::fill_n(step.begin() + static_cast<std::ptrdiff_t>(agent * width), width, std::int16_t{0});
    return epidemic.run_from(schedule->configured(lanes), noise(seed), step);
  }

  // Share of all people infected until each record, by lane. [lanes][steps + 1]
  [[nodiscard]] std::vector<Values> cumulative(const Trajectory& trajectory) const {
    const std::vector<std::int64_t> fresh = epidemic.new_cases(trajectory);
    const auto width = static_cast<std::size_t>(epidemic.width());
    const std::size_t cells = fresh.size() / static_cast<std::size_t>(schedule->steps() + 1);
    std::vector<Values> result(static_cast<std::size_t>(lanes));
    for (std::size_t lane = 0; lane < result.size(); ++lane) {
      double total = 0.0;
      for (std::size_t step = 0; step * cells < fresh.size(); ++step) {
        for (std::size_t i = lane; i < cells; i += width)
          total += static_cast<double>(fresh[step * cells + i]);
        result[lane].push_back(total / static_cast<double>(population.agents()));
      }
    }
    return result;
  }

  // Infected people by venue of one lane. [venues]
  [[nodiscard]] std::vector<int> infected_by_venue(const Trajectory& trajectory, std::size_t lane) const {
    const std::vector<std::int16_t> step = trajectory.infection_step.download();
    const auto width = static_cast<std::size_t>(epidemic.width());
    std::vector<int> result(static_cast<std::size_t>(population.venues()), 0);
    for (std::size_t i = 0; i * width < step.size(); ++i)
      if (step[i * width + lane] != starling::kNeverInfected)
        ++result[static_cast<std::size_t>(population.memberships.indices[i])];
    return result;
  }
};

double mean_of(const Values& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Largest distance of the lanes' mean from the renewal equation over all steps, in standard errors.
double farthest_from_renewal(Experiment& experiment, std::uint64_t seed) {
  const std::vector<Values> lanes = experiment.cumulative(experiment.run(seed));
  const auto agents = static_cast<double>(experiment.population.agents());
  const double step_days = experiment.settings.step_hours / 24.0;
  const double rate =
      std::pow(10.0, experiment.settings.networks.front().log10_beta) * agents / (agents - 1.0);
  const Values expected =
      starling::test::renewal_equation(experiment.profiles, rate, step_days, experiment.schedule->steps())
          .cumulative(std::pow(10.0, experiment.settings.log10_seed_fraction));
  double farthest = 0.0;
  for (std::size_t step = 0; step < expected.size(); ++step) {
    Values at_step;
    for (const Values& lane : lanes) at_step.push_back(lane[step]);
    const auto estimate = starling::test::estimate(at_step);
    farthest = std::max(farthest, estimate.standard_errors_from(expected[step]));
  }
  return farthest;
}

double reproduction_number(const Experiment& experiment) {
  const auto agents = static_cast<double>(experiment.population.agents());
  return std::pow(10.0, experiment.settings.networks.front().log10_beta) * agents / (agents - 1.0) *
         mean_of(starling::test::total_infectiousness(experiment.profiles,
                                                      experiment.settings.step_hours / 24.0));
}

// Compares the final sizes of the lanes that took off with the final-size equation.
void check_final_size(Experiment& experiment, std::uint64_t seed) {
  Values sizes;
  for (const Values& lane : experiment.cumulative(experiment.run(seed)))
    if (lane.back() > 0.2) sizes.push_back(lane.back());
  REQUIRE(sizes.size() > static_cast<std::size_t>(experiment.lanes) / 2);
  const double expected =
      1.0 - starling::test::escaping_share(reproduction_number(experiment),
                                           std::pow(10.0, experiment.settings.log10_seed_fraction));
  const auto estimate = starling::test::estimate(sizes);
  CAPTURE(estimate.mean);
  CAPTURE(estimate.error);
  CAPTURE(expected);
  CHECK(estimate.standard_errors_from(expected) < 4.0);
}

std::vector<std::int64_t> household_sizes(std::int64_t households) {
  std::vector<std::int64_t> sizes;
  for (std::int64_t h = 0; h < households; ++h) sizes.push_back(2 + h % 4);
  return sizes;
}

// Probability that one infected person infects none of `people` given others of a household, over the
// profiles.
double escape_probability(const Values& total_infectiousness, double rate_per_day, int household,
                          int people) {
  double sum = 0.0;
  for (const double total : total_infectiousness)
    sum += std::exp(-rate_per_day / (household - 1) * people * total);
  return sum / static_cast<double>(total_infectiousness.size());
}

// Households by size and number of infected. [size][infected]
std::vector<Values> tally(const Experiment& experiment, const Trajectory& trajectory) {
  std::vector<Values> result(6, Values(6, 0.0));
  const std::vector<int> infected = experiment.infected_by_venue(trajectory, 0);
  for (std::size_t v = 0; v < infected.size(); ++v)
    result[static_cast<std::size_t>(experiment.population.people[v])]
          [static_cast<std::size_t>(infected[v])] += 1.0;
  return result;
}

constexpr int kHouseholdDays = 90;  // the fifth generation of a household has long recovered
constexpr double kHouseholdRate = 0.7;

// One infected person enters every household.
starling::test::ChiSquare one_introduction(const Exec& exec, std::int64_t households, bool alike) {
  EpidemicSettings settings = one_network(kHouseholdDays, kHouseholdRate, 1e-3);
  if (alike) make_alike(settings.profile);
  Experiment experiment(exec, household_sizes(households), settings, 1);
  std::vector<std::size_t> first;
  for (std::int64_t v = 0; v < experiment.population.venues(); ++v)
    first.push_back(
        static_cast<std::size_t>(experiment.population.members.offsets[static_cast<std::size_t>(v)]));
  const auto counts = tally(experiment, experiment.run_from(first, 5));
  Values total = starling::test::total_infectiousness(experiment.profiles, 1.0);
  if (alike) total.resize(1);
  starling::test::ChiSquare result;
  for (int size = 2; size <= 5; ++size) {
    const auto& of_size = counts[static_cast<std::size_t>(size)];
    const double number = std::accumulate(of_size.begin(), of_size.end(), 0.0);
    Values expected = starling::test::final_sizes(
        size - 1, 1, [&](int people) { return escape_probability(total, kHouseholdRate, size, people); });
    for (double& share : expected) share *= number;
    result.add(std::span(of_size).subspan(1, static_cast<std::size_t>(size)), expected);
  }
  return result;
}

// Everyone is infected from outside with the seed fraction.
starling::test::ChiSquare community_and_household(const Exec& exec, std::int64_t households) {
  constexpr double kOutside = 0.15;
  EpidemicSettings settings = one_network(kHouseholdDays, kHouseholdRate, kOutside);
  make_alike(settings.profile);
  Experiment experiment(exec, household_sizes(households), settings, 1);
  const auto counts = tally(experiment, experiment.run(6));
  const Values total{starling::test::total_infectiousness(experiment.profiles, 1.0).front()};
  starling::test::ChiSquare result;
  for (int size = 2; size <= 5; ++size) {
    const auto& of_size = counts[static_cast<std::size_t>(size)];
    const double number = std::accumulate(of_size.begin(), of_size.end(), 0.0);
    Values expected = starling::test::longini_koopman(size, 1.0 - kOutside,
                                                      escape_probability(total, kHouseholdRate, size, 1));
    for (double& share : expected) share *= number;
    result.add(std::span(of_size).first(static_cast<std::size_t>(size) + 1), expected);
  }
  return result;
}

// SIR shares infected by each time, by the classical Runge-Kutta method. rate_per_day and recovery_per_day as
// in ds/dt = -rate s i, di/dt = rate s i - recovery i.
double sir_attack_rate(double rate_per_day, double recovery_per_day, double seed_fraction, double days) {
  double s = 1.0 - seed_fraction;
  double i = seed_fraction;
  const int steps = 20000;
  const double h = days / steps;
  const auto slope = [&](double susceptible, double infected) {
    const double flow = rate_per_day * susceptible * infected;
    return std::pair{-flow, flow - recovery_per_day * infected};
  };
  for (int k = 0; k < steps; ++k) {
    const auto [s1, i1] = slope(s, i);
    const auto [s2, i2] = slope(s + h / 2 * s1, i + h / 2 * i1);
    const auto [s3, i3] = slope(s + h / 2 * s2, i + h / 2 * i2);
    const auto [s4, i4] = slope(s + h * s3, i + h * i3);
    s += h / 6 * (s1 + 2 * s2 + 2 * s3 + s4);
    i += h / 6 * (i1 + 2 * i2 + 2 * i3 + i4);
  }
  return 1.0 - s;
}

// Infectiousness that starts at once and falls as exp(-rate d), but for the shape just above 1 that a finite
// peak asks for.
EpidemicSettings exponential_epidemic(double days, int step_hours) {
  EpidemicSettings settings = one_network(static_cast<int>(days), 2.5, 0.01, step_hours);
  make_alike(settings.profile);
  settings.profile.shape_mean = 1.0001;
  settings.profile.rate_mean_per_day = 0.25;
  settings.profile.shift_mean_days = 0.0;
  return settings;
}

}  // namespace

TEST_SUITE_BEGIN("abm");

TEST_CASE("Reed-Frost by hand: two people, and three") {
  const Values pair = starling::test::longini_koopman(2, 0.9, 0.6);
  CHECK(pair[0] == doctest::Approx(0.81));
  CHECK(pair[1] == doctest::Approx(2 * 0.1 * 0.9 * 0.6));
  CHECK(pair[2] == doctest::Approx(1.0 - 0.81 - 0.108));
  // One introduction, two susceptible: nobody; one of two, who then spares the other; both at once or in
  // turn.
  const Values three = starling::test::final_sizes(2, 1, [](int people) { return std::pow(0.6, people); });
  CHECK(three[0] == doctest::Approx(0.36));
  CHECK(three[1] == doctest::Approx(2 * 0.4 * 0.6 * 0.6));
  CHECK(three[2] == doctest::Approx(0.16 + 2 * 0.4 * 0.6 * 0.4));
}

STARLING_BACKEND_CASE("the mean epidemic of a fully mixed network is the renewal equation's") {
  Experiment daily(exec, {8000}, one_network(60, 1.8, 0.01), 32);
  CHECK(farthest_from_renewal(daily, 1) < 4.0);
  Experiment by_quarters(exec, {4000}, one_network(20, 1.8, 0.02, 6), 32);
  CHECK(farthest_from_renewal(by_quarters, 2) < 4.0);
}

STARLING_BACKEND_CASE("a fully mixed epidemic ends at the final-size law 1 - z = exp(-R z)") {
  Experiment experiment(exec, {8000}, one_network(130, 1.6, 0.005), 32);
  check_final_size(experiment, 3);
}

TEST_CASE(
    "with exponential infectiousness and shrinking steps the renewal equation becomes the SIR equations") {
  // beta M is the reproduction number, beta M rate the transmission rate of SIR.
  const double sir = sir_attack_rate(2.5 * 0.25, 0.25, 0.01, 20.0);
  double before = 0.0;
  for (const int hours : {8, 4, 2}) {
    const EpidemicSettings settings = exponential_epidemic(20.0, hours);
    const InfectiousnessProfiles profiles = starling::draw_profiles(1, settings.profile);
    const double attack = starling::test::renewal_equation(profiles, 2.5, hours / 24.0, 20 * 24 / hours)
                              .cumulative(0.01)
                              .back();
    const double error = std::abs(attack - sir);
    CAPTURE(hours);
    CAPTURE(attack);
    if (before > 0.0) CHECK(before / error == doctest::Approx(2.0).epsilon(0.1));
    before = error;
  }
  CHECK(before < 0.02);
}

STARLING_BACKEND_CASE(
    "an epidemic with exponential infectiousness follows its renewal equation, and so SIR") {
  Experiment experiment(exec, {2000}, exponential_epidemic(20.0, 4), 32);
  CHECK(farthest_from_renewal(experiment, 4) < 4.0);
}

STARLING_BACKEND_CASE(
    "households of 2 to 5 have Reed-Frost final sizes, with equal and with differing infectiousness") {
  CHECK(one_introduction(exec, 20000, true).p_value() > 0.01);
  CHECK(one_introduction(exec, 20000, false).p_value() > 0.01);
}

STARLING_BACKEND_CASE("households infected from outside have the final sizes of Longini and Koopman") {
  CHECK(community_and_household(exec, 20000).p_value() > 0.01);
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("abm_slow");

STARLING_BACKEND_CASE("a hundred thousand people follow the renewal equation and end at the final-size law") {
  Experiment experiment(exec, {100000}, one_network(150, 1.8, 1e-3), 16);
  CHECK(farthest_from_renewal(experiment, 7) < 4.0);
  Experiment few_seeds(exec, {100000}, one_network(150, 1.5, 1e-4), 16);
  check_final_size(few_seeds, 8);
}

STARLING_BACKEND_CASE("one infected person starts no epidemic as often as the branching process dies out") {
  constexpr std::size_t kPeople = 1000;
  constexpr std::size_t kReplicates = 1000;
  Experiment experiment(exec, std::vector<std::int64_t>(kReplicates, kPeople), one_network(80, 1.5, 1e-3), 1);
  std::vector<std::size_t> first;
  for (std::size_t v = 0; v < kReplicates; ++v) first.push_back(v * kPeople);
  const std::vector<int> sizes = experiment.infected_by_venue(experiment.run_from(first, 9), 0);
  const auto extinct = static_cast<double>(std::ranges::count_if(sizes, [](int size) { return size < 60; }));
  // The number infected by one person is Poisson with mean beta times its own total infectiousness.
  const Values total = starling::test::total_infectiousness(experiment.profiles, 1.0);
  double q = 0.0;
  for (int i = 0; i < 100; ++i) {
    double sum = 0.0;
    for (std::size_t agent = 0; agent < total.size(); agent += 50)
      sum += std::exp(-1.5 * total[agent] * (1.0 - q));
    q = sum / std::ceil(static_cast<double>(total.size()) / 50.0);
  }
  const double error = std::sqrt(q * (1.0 - q) / kReplicates);
  CAPTURE(extinct);
  CAPTURE(q);
  CHECK(std::abs(extinct / kReplicates - q) < 4.0 * error);
}

STARLING_BACKEND_CASE(
    "a hundred thousand households have the final sizes of Reed-Frost and of Longini and Koopman") {
  CHECK(one_introduction(exec, 100000, true).p_value() > 0.01);
  CHECK(one_introduction(exec, 100000, false).p_value() > 0.01);
  CHECK(community_and_household(exec, 100000).p_value() > 0.01);
}

TEST_SUITE_END();
