// Sampled epidemics in one fully mixed network against what theory says of them.
#include "../support/final_size.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <doctest/doctest.h>

#include "../support/backends.hpp"
#include "../support/statistics.hpp"
#include "../support/venue_experiment.hpp"

namespace {

using starling::EpidemicSettings;
using starling::Exec;
using starling::InfectiousnessProfiles;
using starling::test::make_alike;
using starling::test::one_network;
using starling::test::VenueExperiment;
using Values = std::vector<double>;

double mean_of(const Values& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Largest distance of the lanes' mean from the renewal equation over all steps, in standard errors.
double farthest_from_renewal(VenueExperiment& experiment, std::uint64_t seed) {
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

double reproduction_number(const VenueExperiment& experiment) {
  const auto agents = static_cast<double>(experiment.population.agents());
  return std::pow(10.0, experiment.settings.networks.front().log10_beta) * agents / (agents - 1.0) *
         mean_of(starling::test::total_infectiousness(experiment.profiles,
                                                      experiment.settings.step_hours / 24.0));
}

// Compares the final sizes of the lanes that took off with the final-size equation.
void check_final_size(VenueExperiment& experiment, std::uint64_t seed) {
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

STARLING_BACKEND_CASE("the mean epidemic of a fully mixed network is the renewal equation's") {
  VenueExperiment daily(exec, {8000}, one_network(60, 1.8, 0.01), 32);
  CHECK(farthest_from_renewal(daily, 1) < 4.0);
  VenueExperiment by_quarters(exec, {4000}, one_network(20, 1.8, 0.02, 6), 32);
  CHECK(farthest_from_renewal(by_quarters, 2) < 4.0);
}

STARLING_BACKEND_CASE("a fully mixed epidemic ends at the final-size law 1 - z = exp(-R z)") {
  VenueExperiment experiment(exec, {8000}, one_network(130, 1.6, 0.005), 32);
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
  VenueExperiment experiment(exec, {2000}, exponential_epidemic(20.0, 4), 32);
  CHECK(farthest_from_renewal(experiment, 4) < 4.0);
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("abm_slow");

STARLING_BACKEND_CASE("a hundred thousand people follow the renewal equation and end at the final-size law") {
  VenueExperiment experiment(exec, {100000}, one_network(150, 1.8, 1e-3), 16);
  CHECK(farthest_from_renewal(experiment, 7) < 4.0);
  VenueExperiment few_seeds(exec, {100000}, one_network(150, 1.5, 1e-4), 16);
  check_final_size(few_seeds, 8);
}

STARLING_BACKEND_CASE("one infected person starts no epidemic as often as the branching process dies out") {
  constexpr std::size_t kPeople = 1000;
  constexpr std::size_t kReplicates = 1000;
  VenueExperiment experiment(exec, std::vector<std::int64_t>(kReplicates, kPeople),
                             one_network(80, 1.5, 1e-3), 1);
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

TEST_SUITE_END();
