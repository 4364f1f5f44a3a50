#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>

#include <starling/abm/expected_outcomes.hpp>
#include <starling/abm/outcome_delays.hpp>
#include <starling/core/error.hpp>

#include "../support/dot_product.hpp"
#include "../support/outcome_cases.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("abm");

namespace {

using namespace starling;
using test::dot;
using test::kAllOutcomes;
using test::uneven_times;

std::vector<double> daily(int days) {
  std::vector<double> times(static_cast<std::size_t>(days) + 1);
  std::iota(times.begin(), times.end(), 0.0);
  return times;
}

/// Nine groups of one age each in three cells; the last counts nowhere.
OutcomeGroups some_groups() {
  return {{5, 25, 95, 70, 71, 45, 88, 0, 50}, {0, 0, 0, 1, 1, 1, 2, 2, -1}, 3};
}

DiseaseSettings fixed_delays() {
  DiseaseSettings d;
  d.symptomatic = d.severe = d.critical = {1.0};
  d.fatal = {0.25};
  d.latent = {2.0, 0.0};
  d.presymptomatic = {1.0, 0.0};
  d.onset_to_admission = {4.0, 0.0};
  d.admission_to_intensive_care = {1.0, 0.0};
  d.intensive_care_to_death = {3.0, 0.0};
  d.critical_recovery = {5.0, 0.0};
  return d;
}

std::vector<DiseaseSeverity> some_severity(int lanes) {
  std::vector<DiseaseSeverity> severity;
  for (int lane = 0; lane < lanes; ++lane)
    severity.push_back({-0.1 * lane, 0.05 * lane, -0.2, 0.1 - 0.1 * lane});
  return severity;
}

}  // namespace

TEST_CASE("with fixed delays, outcomes are the infections moved by days") {
  const auto times = daily(20);
  const ExpectedOutcomes outcomes(fixed_delays(), times, {{30}, {0}, 1}, kAllOutcomes);
  std::vector<double> cases(times.size(), 0.0);
  cases[1] = 8.0;
  cases[4] = 16.0;
  const std::vector<double> series = outcomes.apply(cases, 1);
  const auto at = [&](Outcome outcome, std::size_t t) {
    return series[static_cast<std::size_t>(outcome) * times.size() + t];
  };
  // Rounding of a delay to cells may move what falls on the end of a step to the next one, so sums over two.
  const auto event_at = [&](Outcome outcome, std::size_t t) { return at(outcome, t) + at(outcome, t + 1); };
  CHECK(event_at(Outcome::symptom_onset, 4) == doctest::Approx(8.0));
  CHECK(event_at(Outcome::admission, 8) == doctest::Approx(8.0));
  CHECK(event_at(Outcome::admission, 11) == doctest::Approx(16.0));
  CHECK(event_at(Outcome::intensive_care, 12) == doctest::Approx(16.0));
  CHECK(event_at(Outcome::death, 12) == doctest::Approx(2.0));
  CHECK(event_at(Outcome::death, 15) == doctest::Approx(4.0));
  CHECK(at(Outcome::symptomatic, 6) == doctest::Approx(8.0));
  CHECK(at(Outcome::in_hospital, 10) == doctest::Approx(8.0));
  CHECK(at(Outcome::in_intensive_care, 11) == doctest::Approx(8.0));
  CHECK(at(Outcome::in_intensive_care, 13) == doctest::Approx(22.0));  // 6 of the 8 and all of the 16
  CHECK(at(Outcome::in_hospital, 20) == doctest::Approx(0.0));
}

TEST_CASE(
    "people counted in a state are those who entered and have not left, at uneven steps as at even ones") {
  const DiseaseSettings settings;
  const auto times = uneven_times();
  const OutcomeGroups groups = some_groups();
  const auto cases = test::spread(static_cast<std::int64_t>(times.size() * groups.cell.size()), 4, 0.0, 9.0);
  const std::vector<double> series = ExpectedOutcomes(settings, times, groups, kAllOutcomes).apply(cases, 1);
  const auto delays = event_delays(settings, times.back());
  const auto cdf = [&](DiseaseEvent event, double x) {
    return delays[static_cast<std::size_t>(event)].cumulative(x);
  };
  const auto expected_in_hospital = [&](std::size_t t, int cell) {
    double sum = 0.0;
    for (std::size_t s = 0; s <= t; ++s) {
      for (std::size_t g = 0; g < groups.cell.size(); ++g) {
        if (groups.cell[g] != cell) continue;
        const auto band = static_cast<std::size_t>(std::min(groups.age_years[g] / 10, 9));
        const double admitted = settings.symptomatic[band] * settings.severe[band];
        const double x = times[t] - times[s];
        const double pc = settings.critical[band];
        const double pd = settings.fatal[band];
        const double present = cdf(DiseaseEvent::admission, x) -
                               (1.0 - pc) * cdf(DiseaseEvent::recovery_from_severe, x) -
                               pc * (pd * cdf(DiseaseEvent::death, x) +
                                     (1.0 - pd) * cdf(DiseaseEvent::recovery_from_critical, x));
        sum += cases[s * groups.cell.size() + g] * admitted * present;
      }
    }
    return sum;
  };
  const auto in_hospital = static_cast<std::size_t>(Outcome::in_hospital);
  for (std::size_t t = 0; t < times.size(); t += 3) {
    for (int cell = 0; cell < 3; ++cell)
      CHECK(series[(in_hospital * times.size() + t) * 3 + static_cast<std::size_t>(cell)] ==
            doctest::Approx(expected_in_hospital(t, cell)).epsilon(1e-9));
  }
}

TEST_CASE("the weights of an infection are the parts of its delay that fall into each step") {
  const DiseaseSettings settings;
  const auto times = uneven_times();
  const auto weights = EventWeights::of_disease(settings, times);
  const DelayDistribution death = event_delays(settings, times.back())[3];
  const int last = static_cast<int>(times.size()) - 1;
  for (const int s : {0, 1, 17, last - 1, last}) {
    double sum = 0.0;
    for (int t = 0; t <= last; ++t) {
      const double weight = weights[static_cast<std::size_t>(DiseaseEvent::death)].weight(s, t);
      CHECK((t <= s ? weight == 0.0 : weight >= 0.0));
      sum += weight;
    }
    const double expected = death.cumulative(times.back() - times[static_cast<std::size_t>(s)]);
    CHECK(std::abs(sum - expected) < 1e-12);
  }
}

TEST_CASE("splitting steps does not change what has happened by their common ends") {
  const DiseaseSettings settings;
  std::vector<double> fine;
  for (int k = 0; k <= 80; ++k) fine.push_back(0.5 * k);
  const auto coarse = daily(40);
  const std::vector<Outcome> deaths{Outcome::death, Outcome::symptomatic};
  std::vector<double> coarse_cases(coarse.size(), 0.0);
  std::vector<double> fine_cases(fine.size(), 0.0);
  for (std::size_t day = 0; day < 20; ++day)
    fine_cases[2 * day] = coarse_cases[day] = 1.0 + static_cast<double>(day);
  const auto a = ExpectedOutcomes(settings, coarse, {{85}, {0}, 1}, deaths).apply(coarse_cases, 1);
  const auto b = ExpectedOutcomes(settings, fine, {{85}, {0}, 1}, deaths).apply(fine_cases, 1);
  for (std::size_t day = 1; day < coarse.size(); ++day) {
    CHECK(b[2 * day] + b[2 * day - 1] == doctest::Approx(a[day]).epsilon(1e-9));
    CHECK(b[fine.size() + 2 * day] == doctest::Approx(a[coarse.size() + day]).epsilon(1e-9));
  }
}

TEST_CASE("the adjoint of expected outcomes is their transpose, with and without severity") {
  constexpr int kLanes = 5;
  const auto times = uneven_times();
  const OutcomeGroups groups = some_groups();
  const std::vector<Outcome> chosen{Outcome::in_hospital, Outcome::death, Outcome::symptomatic,
                                    Outcome::symptom_onset};
  const ExpectedOutcomes outcomes(DiseaseSettings{}, times, groups, chosen);
  const auto cells = static_cast<std::int64_t>(times.size() * groups.cell.size() * kLanes);
  const auto cases = test::spread(cells, 1);
  const auto series_adj = test::spread(static_cast<std::int64_t>(outcomes.layout(kLanes).size()), 2);
  for (const auto& severity : {std::vector<DiseaseSeverity>{}, some_severity(kLanes)}) {
    std::vector<double> cases_adj(cases.size(), 0.0);
    outcomes.adjoint(series_adj, kLanes, cases_adj, {severity});
    const double forward = dot(outcomes.apply(cases, kLanes, {severity}), series_adj);
    CHECK(dot(cases_adj, cases) == doctest::Approx(forward).epsilon(1e-12));
    CHECK(std::abs(forward) > 1e-3);
  }
}

TEST_CASE("the share of symptoms left to a vaccination status scales all outcomes of its groups") {
  constexpr int kLanes = 2;
  const auto times = daily(40);
  OutcomeGroups apart{{45, 80, 45, 80}, {0, 0, 0, 0}, 1, {0, 0, 2, 2}};
  const ExpectedOutcomes by_status(DiseaseSettings{}, times, apart, kAllOutcomes);
  const ExpectedOutcomes plain(DiseaseSettings{}, times, {{45, 80}, {0, 0}, 1}, kAllOutcomes);
  const std::vector<double> left{1.0, 1.0, 0.5, 0.5, 0.25, 0.75};  // [statuses][lanes]
  const auto cases = test::spread(static_cast<std::int64_t>(times.size() * 4 * kLanes), 3, 0.0, 9.0);
  std::vector<double> scaled(times.size() * 2 * kLanes);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const std::size_t lane = i % kLanes;
    const std::size_t group = i / kLanes % 4;
    const std::size_t record = i / kLanes / 4;
    scaled[(record * 2 + group % 2) * kLanes + lane] += cases[i] * (group < 2 ? 1.0 : left[4 + lane]);
  }
  const auto severity = some_severity(kLanes);
  const auto series = by_status.apply(cases, kLanes, {severity, left});
  CHECK(test::worst_difference(series, plain.apply(scaled, kLanes, {severity})) < 1e-12);
  const auto series_adj = test::spread(static_cast<std::int64_t>(series.size()), 5);
  std::vector<double> cases_adj(cases.size(), 0.0);
  by_status.adjoint(series_adj, kLanes, cases_adj, {severity, left});
  CHECK(dot(cases_adj, cases) == doctest::Approx(dot(series, series_adj)).epsilon(1e-12));
  CHECK_THROWS_WITH_AS((void)by_status.apply(cases, kLanes, {severity, std::span(left).first(4)}),
                       doctest::Contains("symptoms_left"), InputError);
}

TEST_CASE("counts and the same numbers as real numbers have the same outcomes, whatever the lane") {
  const auto times = daily(30);
  const OutcomeGroups groups = some_groups();
  std::vector<std::int64_t> counts(times.size() * groups.cell.size() * 4);
  for (std::size_t i = 0; i < counts.size(); ++i)
    counts[i] = static_cast<std::int64_t>((i / 4) * 7 % 13) * (i % 4 == 3 ? 2 : 1);
  const ExpectedOutcomes outcomes(DiseaseSettings{}, times, groups, kAllOutcomes);
  const std::vector<double> series = outcomes.apply(counts, 4);
  CHECK(series == outcomes.apply(std::vector<double>(counts.begin(), counts.end()), 4));
  for (std::size_t i = 0; i < series.size(); i += 4) {
    CHECK(series[i] == series[i + 1]);
    CHECK(series[i + 3] == doctest::Approx(2.0 * series[i]).epsilon(1e-13));
  }
}

TEST_CASE("expected outcomes that cannot be are refused by name") {
  const auto times = daily(3);
  const auto build = [&](const std::vector<double>& at, OutcomeGroups groups) {
    (void)ExpectedOutcomes({}, at, std::move(groups), kAllOutcomes);
  };
  CHECK_THROWS_WITH_AS(build({0.0, 1.0, 1.0}, {{1}, {0}, 1}),
                       doctest::Contains("record_time_days[2] = 1 after 1"), InputError);
  CHECK_THROWS_WITH_AS(build({}, {{1}, {0}, 1}), doctest::Contains("record_time_days is empty"), InputError);
  CHECK_THROWS_WITH_AS(build(times, {{1, 2}, {0}, 1}), doctest::Contains("cell"), InputError);
  CHECK_THROWS_WITH_AS(build(times, {{1}, {1}, 1}), doctest::Contains("cell = 1"), InputError);
  const ExpectedOutcomes outcomes({}, times, {{1}, {0}, 1}, kAllOutcomes);
  CHECK_THROWS_WITH_AS((void)outcomes.apply(std::vector<double>(3), 1), doctest::Contains("new_cases"),
                       InputError);
  CHECK_THROWS_AS(
      (void)outcomes.apply(std::vector<double>(4), 1, {.severity = std::vector<DiseaseSeverity>(2)}),
      InputError);
  CHECK(outcome_named("in_hospital") == Outcome::in_hospital);
  CHECK_THROWS_WITH_AS((void)outcome_named("deaths"), doctest::Contains("\"death\""), InputError);
}

TEST_SUITE_END();
