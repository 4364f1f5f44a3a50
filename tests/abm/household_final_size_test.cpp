// Sampled epidemics in households alone against the final sizes of Reed-Frost, Ludwig, Longini and Koopman.
#include <cmath>
#include <numeric>

#include <doctest/doctest.h>

#include "../support/backends.hpp"
#include "../support/final_size.hpp"
#include "../support/statistics.hpp"
#include "../support/venue_experiment.hpp"

namespace {

using starling::EpidemicSettings;
using starling::Exec;
using starling::Trajectory;
using starling::test::make_alike;
using starling::test::one_network;
using starling::test::VenueExperiment;
using Values = std::vector<double>;

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
std::vector<Values> tally(const VenueExperiment& experiment, const Trajectory& trajectory) {
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
  VenueExperiment experiment(exec, household_sizes(households), settings, 1);
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
  VenueExperiment experiment(exec, household_sizes(households), settings, 1);
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

STARLING_BACKEND_CASE(
    "a hundred thousand households have the final sizes of Reed-Frost and of Longini and Koopman") {
  CHECK(one_introduction(exec, 100000, true).p_value() > 0.01);
  CHECK(one_introduction(exec, 100000, false).p_value() > 0.01);
  CHECK(community_and_household(exec, 100000).p_value() > 0.01);
}

TEST_SUITE_END();
