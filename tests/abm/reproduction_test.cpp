#include <cmath>

#include <doctest/doctest.h>

#include <starling/abm/epidemic_model.hpp>
#include <starling/abm/reproduction.hpp>
#include <starling/core/error.hpp>

#include "../support/worlds.hpp"

TEST_SUITE_BEGIN("abm");

namespace {

using namespace starling;

// Everybody has the profile of the means.
EpidemicSettings equal_profiles(int days) {
  EpidemicSettings settings;
  settings.days = days;
  settings.profile.log_peak_sd = settings.profile.shape_sd = settings.profile.rate_sd_per_day =
      settings.profile.shift_sd_days = 0.0;
  return settings;
}

double infectiousness(double days) {
  const double d = days - 2.12;
  return d > 0.0 ? std::pow(0.53, 1.56) * std::pow(d, 0.56) * std::exp(-0.53 * d) / std::tgamma(1.56) : 0.0;
}

double mass_of_whole_days() {
  double mass = 0.0;
  for (int k = 1; k < 200; ++k) mass += infectiousness(k);
  return mass;
}

}  // namespace

TEST_CASE("cases made by a recursion with a known reproduction number give it back, day by day") {
  constexpr int kDays = 40;
  const GenerationDistribution generations(equal_profiles(kDays));
  std::vector<double> cases{500.0};
  std::vector<double> truth{0.0};
  for (int t = 1; t <= kDays; ++t) {
    const double r = 1.5 + std::sin(0.3 * t);
    double expected = 0.0;
    for (int s = 0; s < t; ++s)
      expected += cases[static_cast<std::size_t>(s)] * infectiousness(t - s) / mass_of_whole_days();
    cases.push_back(r * expected);
    truth.push_back(expected < 1.0 ? std::nan("") : r);
  }
  const ReproductionSeries series = reproduction_numbers(generations, cases);
  REQUIRE(series.values.size() == 1);
  REQUIRE(series.dates.size() == kDays);
  CHECK(series.dates.front() == "2020-03-02");
  int given = 0;
  for (std::size_t day = 0; day < kDays; ++day) {
    CHECK(std::isnan(series.values[0][day]) == std::isnan(truth[day + 1]));
    if (std::isnan(truth[day + 1])) continue;
    ++given;
    CHECK(series.values[0][day] == doctest::Approx(truth[day + 1]).epsilon(1e-9));
  }
  CHECK(given > 30);
  // A window divides sums.
  const ReproductionSeries week = reproduction_numbers(generations, cases, {}, 7);
  const std::vector<double> expected = generations.expected_cases(cases);
  double above = 0.0;
  double below = 0.0;
  for (std::size_t day = 14; day < 21; ++day) {
    above += cases[day + 1];
    below += expected[day + 1];
  }
  CHECK(week.values[0][20] == doctest::Approx(above / below).epsilon(1e-12));
  // Nobody is infectious within two days.
  CHECK(std::isnan(series.values[0][1]));
}

TEST_CASE("imported cases infect others but count as infected by nobody") {
  const GenerationDistribution generations(equal_profiles(8));
  std::vector<double> cases(9, 0.0);
  cases[0] = 100.0;
  cases[6] = 30.0;
  std::vector<double> imported(9, 0.0);
  imported[6] = 30.0;
  const auto with = reproduction_numbers(generations, cases, imported);
  const auto without = reproduction_numbers(generations, cases);
  CHECK(with.values[0][5] == 0.0);
  CHECK(without.values[0][5] == doctest::Approx(0.3 * mass_of_whole_days() / infectiousness(6)));
  CHECK_THROWS_AS((void)reproduction_numbers(generations, std::vector<double>(10, 1.0)), InputError);
}

TEST_CASE("the infections that a person gives rise to are spread in full, however long the steps") {
  EpidemicSettings settings = equal_profiles(90);
  settings.weekday_step_hours = {1, 8, 3, 12};
  settings.weekend_step_hours = {6, 18};
  const GenerationDistribution generations(settings);
  for (const int start : {0, 5, 17, 23, 60}) {
    std::vector<double> cases(static_cast<std::size_t>(generations.calendar().steps()) + 1, 0.0);
    cases[static_cast<std::size_t>(start)] = 1.0;
    double sum = 0.0;
    for (const double expected : generations.expected_cases(cases)) sum += expected;
    CHECK(sum == doctest::Approx(1.0).epsilon(1e-8));
  }
  const std::vector<double> steady(static_cast<std::size_t>(generations.calendar().steps()) + 1, 10.0);
  const ReproductionSeries series = reproduction_numbers(generations, steady);
  CHECK(series.dates.front() == "2020-03-01");
  CHECK(series.dates.size() == 91);
  // Steps differ in how many infections they expect, days of the same kind do not.
  CHECK(series.values[0][71] == doctest::Approx(series.values[0][64]).epsilon(1e-6));
}

TEST_CASE("a profile linked to symptoms moves the generations by the time until they begin") {
  EpidemicSettings settings = equal_profiles(60);
  const auto mean_days = [&] {
    const GenerationDistribution generations(settings);
    double mean = 0.0;
    for (int t = 1; t <= 60; ++t) mean += t * generations.weight(0, t);
    return mean;
  };
  const double from_infection = mean_days();
  settings.profile.shift_from_onset = true;
  const double onset = settings.disease.latent.mean_days + settings.disease.presymptomatic.mean_days;
  CHECK(mean_days() - from_infection == doctest::Approx(onset).epsilon(0.03));
}

TEST_CASE(
    "where everyone meets everyone, early reproduction is the rate times the infectiousness of a life") {
  constexpr std::int64_t kAgents = 30000;
  constexpr double kLog10Beta = 0.35;
  EpidemicSettings settings = equal_profiles(12);
  settings.log10_seed_fraction = -2.0;
  settings.networks = {{.name = "city", .log10_beta = kLog10Beta}};
  Csr everyone;
  for (std::int32_t i = 0; i < kAgents; ++i) everyone.indices.push_back(i);
  everyone.offsets.push_back(kAgents);
  const Population population =
      make_population("city", std::vector<std::uint8_t>(kAgents, 30), {"city"}, {everyone});
  EpidemicModel model(Exec::cpu(2), population, settings, {}, {}, {});
  constexpr std::size_t kRuns = 8;
  constexpr std::size_t kRecords = 13;
  const RunDetails details = model.details({}, {3, kRuns});
  REQUIRE(details.new_cases.size() == kRuns * kRecords * 3);
  std::vector<double> cases;
  for (std::size_t i = 0; i < kRuns * kRecords; ++i)
    cases.push_back(static_cast<double>(details.new_cases[3 * i] + details.new_cases[3 * i + 1] +
                                        details.new_cases[3 * i + 2]));
  const ReproductionSeries series = reproduction_numbers(GenerationDistribution(settings), cases);
  const double expected = std::pow(10.0, kLog10Beta) * mass_of_whole_days();
  CHECK(expected > 1.5);
  for (std::size_t day = 3; day < 6; ++day) {
    double mean = 0.0;
    double susceptible = 0.0;
    for (std::size_t run = 0; run < kRuns; ++run) {
      double infected = 0.0;
      for (std::size_t k = 0; k <= day; ++k) infected += cases[run * kRecords + k];
      susceptible += (1.0 - infected / kAgents) / kRuns;
      mean += series.values[run][day] / kRuns;
    }
    // Some 60 to 150 infections a day and run.
    CHECK(mean == doctest::Approx(expected * susceptible).epsilon(0.1));
  }
}

TEST_SUITE_END();
