#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <starling/app/calibration_tables.hpp>
#include <starling/app/configuration.hpp>
#include <starling/app/target_keys.hpp>
#include <starling/app/target_observations.hpp>
#include <starling/app/target_result.hpp>
#include <starling/core/error.hpp>

#include "../support/temporary_folder.hpp"

TEST_SUITE_BEGIN("app");

namespace {

using namespace starling;
using namespace starling::app;

constexpr const char* kTargets = R"toml([networks.household]
log10_beta = 0.5
[outputs]
quantities = ["cases", "in_hospital"]
by = ["sex"]
outcomes = "sampled"
[calibrate]
parameters = ["networks.household.log10_beta"]
[calibrate.targets.deaths]
quantity = "deaths"
by = "age"
form = "weekly"
from = 2020-03-10
until = "2020-06-01"
observed = "seen/deaths.csv"
dispersion = 5
calibrate_dispersion = true
[calibrate.targets.beds]
quantity = "in_hospital"
loss = "relative"
weight = 0.5
[calibrate.priors]
"targets.deaths.log_dispersion" = "normal(1, 2)"
)toml";

Configuration configuration_of(const std::string& text, std::vector<std::string> overrides = {}) {
  const test::TemporaryFolder folder;
  const auto file = folder.write("c.toml", text);
  Configuration configuration = read_configuration(file, overrides);
  require_calibration(configuration);
  return configuration;
}

std::string error_of(const std::string& override_text) {
  try {
    (void)configuration_of(kTargets, {override_text});
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

SeriesPoints points_of(SeriesTarget target, int days = 20) {
  EpidemicSettings settings;
  settings.days = days;
  return {Calendar(settings), target};
}

std::vector<double> observations(const std::string& text, const SeriesTarget& target,
                                 const std::vector<std::string>& labels) {
  const test::TemporaryFolder folder;
  return read_target_observations(folder.write("seen.csv", text), target.key, labels, points_of(target));
}

std::string observation_error(const std::string& text) {
  try {
    (void)observations(text, {{Outcome::death, "sex"}}, {"male", "female"});
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a part of the people stands for all where a file was observed, unless a factor is given") {
  const auto factors = [](const std::vector<std::string>& overrides) {
    std::vector<double> result;
    for (const TargetSettings& target : configuration_of(kTargets, overrides).calibrate.targets)
      result.push_back(target.series.factor);
    return result;
  };
  CHECK(factors({}) == std::vector<double>{1.0, 1.0});
  CHECK(factors({"population.scale=0.05"}) == std::vector<double>{20.0, 1.0});
  CHECK(factors({"population.scale=0.05", "calibrate.targets.deaths.factor=1"}) ==
        std::vector<double>{1.0, 1.0});
}

TEST_CASE("outputs and targets are read, shown and bring the parameters of their likelihoods") {
  const Configuration configuration = configuration_of(kTargets);
  CHECK(configuration.outputs.quantities == std::vector<Quantity>{std::nullopt, Outcome::in_hospital});
  CHECK(configuration.outputs.sampled_outcomes);
  REQUIRE(configuration.calibrate.targets.size() == 2);
  const TargetSettings& deaths = configuration.calibrate.targets[0];
  CHECK(deaths.series.key == SeriesKey{Outcome::death, "age"});
  CHECK(deaths.series.form == SeriesForm::weekly);
  CHECK(deaths.series.from == "2020-03-10");
  CHECK(deaths.series.until == "2020-06-01");
  CHECK(deaths.observed.ends_with("/seen/deaths.csv"));
  CHECK(deaths.observed != "seen/deaths.csv");
  CHECK(configuration.calibrate.targets[1].loss == TargetLoss::relative);
  CHECK(parameter_map_of(configuration.calibrate).names() ==
        std::vector<std::string>{"networks.household.log10_beta", "targets.deaths.log_dispersion"});
  CHECK(prior_of(configuration.calibrate).marginals()[1].text() == "normal(1, 2)");
  const std::string json = to_json(configuration);
  CHECK(contains(json, "\"targets\""));
  CHECK(contains(json, "\"calibrate_dispersion\": true"));
  CHECK(contains(describe_keys(), "calibrate.targets.<name>.quantity"));
  CHECK(contains(describe_keys(), "outputs.by"));
}

TEST_CASE("each fault of a target or an output is named with what is allowed") {
  CHECK(error_of("simulate.samples=3") == "");
  CHECK(contains(error_of("outputs.quantities=[\"death\"]"), "deaths"));
  CHECK(contains(error_of("outputs.outcomes=drawn"), "\"expected\""));
  CHECK(contains(error_of("calibrate.targets.deaths.quantity=dead"), "deaths"));
  CHECK(contains(error_of("calibrate.targets.deaths.forms=weekly"), "calibrate.targets.deaths.form"));
  CHECK(contains(error_of("calibrate.targets.deaths.form=monthly"), "\"cumulative\""));
  CHECK(contains(error_of("calibrate.targets.deaths.until=2020-02-30"), "a date"));
  CHECK(contains(error_of("calibrate.targets.deaths.until=2020-03-01"), "after from"));
  CHECK(contains(error_of("calibrate.targets.deaths.form=cumulative"), "not independent"));
  CHECK(contains(error_of("calibrate.targets.deaths.loss=mse"), "calibrate_dispersion"));
  CHECK(contains(error_of("calibrate.targets.beds.composition=true"), "composition"));
  CHECK(contains(error_of("calibrate.targets.beds.form=weekly"), "people at a time"));
  CHECK(contains(error_of("calibrate.targets.beds.weight=-1"), "of at least 0"));
  CHECK(contains(error_of("calibrate.targets.deaths.weight=0"), "not fitted"));
  CHECK(contains(error_of("calibrate.targets.beds.factor=0"), "above 0"));
  CHECK(contains(error_of("calibrate.targets=3"), "unknown key"));
  CHECK(contains(error_of("calibrate.targets.deaths=3"), "[calibrate.targets.deaths]"));
  CHECK(contains(error_of("calibrate.priors.x=\"normal(0, 1)\""), "targets.deaths.log_dispersion"));
}

TEST_CASE("observations are placed by date and label; what is blank or not there is missing") {
  const SeriesTarget by_sex{{Outcome::death, "sex"}};
  const std::vector<double> values = observations(
      "female,other,date,deaths_by_sex_male\n7,x,2020-03-03,4\n,x,2020-03-02,2\n9,x,2019-12-01,9\n", by_sex,
      {"male", "female"});
  REQUIRE(values.size() == 2 * 21);
  CHECK(values[1] == 2.0);
  CHECK(values[2] == 4.0);
  CHECK(values[21 + 2] == 7.0);
  CHECK(std::isnan(values[21 + 1]));
  CHECK(std::isnan(values[0]));
  std::string daily = "date,value\n";
  for (int day = 1; day <= 15; ++day)
    daily += "2020-03-" + std::string(day < 10 ? "0" : "") + std::to_string(day) + "," + std::to_string(day) +
             "\n";
  const std::vector<double> weeks = observations(daily, {{Outcome::death, ""}, SeriesForm::weekly}, {""});
  REQUIRE(weeks.size() == 3);
  CHECK(weeks[0] == 28.0);
  CHECK(weeks[1] == 77.0);
  CHECK(std::isnan(weeks[2]));
}

TEST_CASE("each fault of a file with observations is named with its place") {
  CHECK(observation_error("date,male,female\n2020-03-01,1,2\n") == "");
  CHECK(contains(observation_error("day,male,female\n2020-03-01,1,2\n"), "date"));
  CHECK(contains(observation_error("date,male\n2020-03-01,1\n"), "female or deaths_by_sex_female"));
  CHECK(contains(observation_error("date,male,female,male\n2020-03-01,1,2,3\n"), "stands twice"));
  CHECK(contains(observation_error("date,male,female\n2020-02-30,1,2\n"), "seen.csv:2"));
  CHECK(contains(observation_error("date,male,female\n2020-03-01,1,2\n2020-03-01,1,2\n"), "each date once"));
  CHECK(contains(observation_error("date,male,female\n2020-03-01,-1,2\n"), "\"-1\""));
  CHECK(contains(observation_error("date,male,female\n2021-03-01,1,2\n"), "no date is one of"));
}

TEST_CASE("coverage counts the observed values inside the band, fitted and held out apart") {
  TargetSettings settings;
  settings.name = "deaths";
  settings.series = {{Outcome::death, ""}, SeriesForm::daily, "", "2020-03-04"};
  const SeriesPoints points = points_of(settings.series, 5);
  REQUIRE(points.size() == 6);
  std::vector<double> predicted;
  for (int run = 0; run <= 100; ++run) predicted.insert(predicted.end(), 6, run);
  const TargetResult result = make_target_result(settings, {""}, points, {4, 5, NAN, 95, 96, NAN}, predicted);
  CHECK(result.coverage(true).observed == 2);
  CHECK(result.coverage(true).inside_90 == 1);
  CHECK(result.coverage(false).observed == 2);
  CHECK(result.coverage(false).inside_90 == 1);
  settings.weight = 0.0;
  const TargetResult unfitted =
      make_target_result(settings, {""}, points, {4, 5, NAN, 95, 96, NAN}, predicted);
  CHECK(unfitted.coverage(true).observed == 0);
  CHECK(unfitted.coverage(false).observed == 4);
  const std::string csv = target_predictive_csv({result});
  CHECK(contains(csv, "deaths,2,2020-03-03,,5,25,50,75,95,1\n"));
  CHECK(contains(csv, "deaths,3,2020-03-04,95,5,25,50,75,95,0\n"));
  const std::vector<PlotScript> plots = target_plots({result}, "2020-03-01");
  REQUIRE(plots.size() == 1);
  CHECK(plots[0].name == "target_deaths");
  CHECK(contains(plots[0].commands, "held out"));
}

TEST_CASE("a composition predicts nothing where no total was observed") {
  TargetSettings settings;
  settings.name = "ages";
  settings.series = {{Outcome::death, "age"}};
  settings.composition = true;
  const SeriesPoints points = points_of(settings.series, 1);
  REQUIRE(points.size() == 2);
  const std::vector<double> predicted(4, 7.0);
  const std::string csv = target_predictive_csv(
      {make_target_result(settings, {"65", "100"}, points, {NAN, 3, NAN, NAN}, predicted)});
  CHECK(contains(csv, "ages_65,0,2020-03-01,,,,,,,1\n"));
  CHECK(contains(csv, "ages_65,1,2020-03-02,3,7,7,7,7,7,1\n"));
  CHECK(contains(csv, "ages_100,1,2020-03-02,,7,7,7,7,7,1\n"));
}

TEST_SUITE_END();
