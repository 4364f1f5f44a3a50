#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <starling/app/epidemic_outcomes.hpp>
#include <starling/app/generations_of_runs.hpp>
#include <starling/app/population_source.hpp>
#include <starling/core/error.hpp>

#include "../support/temporary_folder.hpp"

TEST_SUITE_BEGIN("app");

namespace {

using namespace starling;
using namespace starling::app;

constexpr const char* kWeek = R"toml([population]
scale = 0.004
[epidemic]
days = 10
log10_seed_fraction = -1.5
[networks.household]
log10_beta = 0.9
[networks.school]
log10_beta = 0.6
)toml";

/// Two runs of a small epidemic and all that a test can know about them.
struct TwoRuns {
  Configuration configuration;
  Population population;
  std::vector<EpidemicOutcome> outcomes;
  std::vector<double> values;                  // [runs][outcomes]
  std::vector<std::vector<double>> by_age;     // [runs][age bins] cases up to the end
  std::vector<std::vector<double>> new_cases;  // [runs][records]

  [[nodiscard]] double value(int run, const std::string& name) const {
    const auto found = std::ranges::find(outcomes, name, &EpidemicOutcome::name);
    REQUIRE_MESSAGE(found != outcomes.end(), name);
    return values[static_cast<std::size_t>(run) * outcomes.size() +
                  static_cast<std::size_t>(found - outcomes.begin())];
  }
};

TwoRuns run_with(const std::vector<std::string>& settings) {
  const test::TemporaryFolder folder;
  TwoRuns runs;
  runs.configuration = read_configuration(folder.write("c.toml", kWeek), settings);
  Invocation invocation;
  invocation.data_directory = STARLING_SOURCE_DIR "/data";
  runs.population = make_population_of(invocation, runs.configuration).population;
  OutputSettings outputs;
  outputs.series = series_of_outcomes(runs.configuration.sensitivity.outcomes);
  EpidemicModelFamily model(Exec::cpu(), runs.population, runs.configuration.epidemic,
                            runs.configuration.gradient, {}, outputs);
  const EpidemicOutcomes outcomes(model, runs.configuration, runs.population, false);
  GenerationsOfRuns generations(model, runs.population.agents());
  RunDetails details;
  const std::vector<double> series = model.series({}, {7, 2}, &details);
  runs.outcomes = outcomes.outcomes();
  runs.values = outcomes.values({series, details, [&](std::size_t run) -> const GenerationDistribution& {
                                   return generations.of_run({}, run);
                                 }});
  const std::size_t bins = runs.configuration.epidemic.age_bin_edges.size() - 1;
  const std::size_t records = details.new_cases.size() / bins / 2;
  for (std::size_t run = 0; run < 2; ++run) {
    std::vector<double> by_age(bins, 0.0);
    std::vector<double> by_record(records, 0.0);
    for (std::size_t i = 0; i < records * bins; ++i) {
      const auto cases = static_cast<double>(details.new_cases[run * records * bins + i]);
      by_age[i % bins] += cases;
      by_record[i / bins] += cases;
    }
    runs.by_age.push_back(by_age);
    runs.new_cases.push_back(by_record);
  }
  return runs;
}

std::string outcomes_key(const std::string& names) {
  return "sensitivity.outcomes=[" + names + "]";
}

}  // namespace

TEST_CASE("outcomes of parts add up to those of everyone, and rates are cases over people") {
  const TwoRuns runs = run_with({outcomes_key(
      R"("cases", "cases_by_age", "cases_by_sex", "attack_rate_by_sex", "case_share_by_sex",
         "admissions", "admissions_by_sex", "deaths_by_age", "deaths", "attack_rate")")});
  const Attribute& sex = runs.population.attribute("sex");
  for (int run = 0; run < 2; ++run) {
    const std::vector<double>& by_age = runs.by_age[static_cast<std::size_t>(run)];
    const double all = std::accumulate(by_age.begin(), by_age.end(), 0.0);
    REQUIRE(all > 0.0);
    CHECK(runs.value(run, "cases") == all);
    CHECK(runs.value(run, "cases_by_age_18") == by_age[0]);
    CHECK(runs.value(run, "attack_rate") ==
          doctest::Approx(all / static_cast<double>(runs.population.agents())));
    double cases = 0.0;
    double admissions = 0.0;
    for (std::size_t code = 0; code < sex.categories.size(); ++code) {
      const std::string& label = sex.categories[code];
      const double own = runs.value(run, "cases_by_sex_" + label);
      const auto people = static_cast<double>(std::ranges::count(sex.codes, static_cast<std::int32_t>(code)));
      CHECK(runs.value(run, "attack_rate_by_sex_" + label) == doctest::Approx(own / people));
      CHECK(runs.value(run, "case_share_by_sex_" + label) == doctest::Approx(own / all));
      cases += own;
      admissions += runs.value(run, "admissions_by_sex_" + label);
    }
    CHECK(cases == doctest::Approx(all));
    CHECK(runs.value(run, "admissions") > 0.0);
    CHECK(admissions == doctest::Approx(runs.value(run, "admissions")));
    CHECK(runs.value(run, "deaths_by_age_100") < runs.value(run, "deaths") + 1e-12);
  }
  // Attack rates of everyone bring those by age.
  CHECK(std::ranges::count(runs.outcomes, "attack_rate_by_age_18", &EpidemicOutcome::name) == 1);
}

TEST_CASE("the reproduction outcomes are infections over those expected in a window and in weeks") {
  const TwoRuns runs = run_with({outcomes_key(R"("reproduction")"),
                                 R"(sensitivity.reproduction_window=["2020-03-03", "2020-03-08"])",
                                 R"(sensitivity.reproduction_at=["2020-03-09", "2020-03-04"])"});
  REQUIRE(runs.outcomes.size() == 3);
  const GenerationDistribution generations(runs.configuration.epidemic,
                                           static_cast<int>(runs.population.agents()));
  for (int run = 0; run < 2; ++run) {
    const std::vector<double>& cases = runs.new_cases[static_cast<std::size_t>(run)];
    const std::vector<double> expected = generations.expected_cases(cases);
    // Record k ends on the k-th day after the start.
    const auto ratio = [&](std::size_t first, std::size_t last) {
      double caused = 0.0;
      double potential = 0.0;
      for (std::size_t record = first; record <= last; ++record) {
        caused += cases[record];
        potential += expected[record];
      }
      return potential < 1.0 ? 0.0 : caused / potential;
    };
    CHECK(runs.value(run, "reproduction") == doctest::Approx(ratio(2, 6)));
    CHECK(runs.value(run, "reproduction_2020-03-09") == doctest::Approx(ratio(2, 8)));
    CHECK(runs.value(run, "reproduction_2020-03-04") == doctest::Approx(ratio(1, 3)));
    CHECK(runs.value(run, "reproduction") > 0.0);
  }
  const TwoRuns weekly = run_with({outcomes_key(R"("reproduction")")});
  REQUIRE(weekly.outcomes.size() == 2);
  CHECK(weekly.outcomes[0].group.empty());
  CHECK(weekly.outcomes[1].group == "week");
}

TEST_CASE("unknown outcomes, parts and dates are refused with what is allowed") {
  for (const char* name : {"weather", "cases_by_", "in_hospital", "peak_day_by_age", "in_hospital_by_age"}) {
    CAPTURE(name);
    CHECK_FALSE(outcome_kind_named(name));
    CHECK_THROWS_WITH_AS(static_cast<void>(run_with({outcomes_key('"' + std::string(name) + '"')})),
                         doctest::Contains("attack_rate_by_<part>"), InputError);
  }
  const TwoRuns runs = run_with({});
  CHECK_NOTHROW(check_outcome_parts({"cases_by_age", "cases_by_sex"}, runs.population, "c.toml"));
  CHECK_THROWS_WITH_AS(check_outcome_parts({"cases_by_hair"}, runs.population, "c.toml"),
                       doctest::Contains("no attribute \"hair\", expected one of age, sex"), InputError);
  CHECK_THROWS_WITH_AS(static_cast<void>(run_with({outcomes_key(R"("reproduction")"),
                                                   R"(sensitivity.reproduction_at=["2020-04-09"])"})),
                       doctest::Contains("no day of the run from 2020-03-02 to 2020-03-11"), InputError);
  CHECK_THROWS_WITH_AS(
      static_cast<void>(run_with({R"(sensitivity.reproduction_window=["2020-03-09", "2020-03-04"])"})),
      doctest::Contains("two ascending dates"), InputError);
}

TEST_SUITE_END();
