#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <starling/abm/csv_table.hpp>
#include <starling/abm/epidemic_model.hpp>
#include <starling/app/configuration.hpp>
#include <starling/app/population_source.hpp>
#include <starling/app/structural_numbers.hpp>
#include <starling/core/random.hpp>

#include "../support/shell.hpp"
#include "../support/temporary_folder.hpp"

TEST_SUITE_BEGIN("app");

namespace {

using namespace starling;
using namespace starling::app;

constexpr int kReplicates = 8;
// What the verb makes of --seed for local derivatives.
constexpr std::uint64_t kLocalStream = 16;

constexpr const char* kStructural = R"toml([population]
scale = 0.004
[epidemic]
days = 10
log10_seed_fraction = -1.5
profile_shift_days = 1.5
[disease]
fatal = 0.4
[networks.household]
log10_beta = 0.9
[networks.school]
log10_beta = 0.6
attendance = 0.98
[policies.shots]
kind = "vaccination"
begin = 2020-03-02
end = 2020-03-08
coverage = 0.5
efficacy_infection = 0.7
[calibrate]
parameters = ["networks.school.log10_beta", "disease.fatal", "epidemic.profile_shift_days",
              "networks.school.attendance", "policies.shots.coverage"]
[calibrate.priors]
"disease.fatal" = "beta(2, 2)"
"networks.school.attendance" = "beta(2, 2)"
"policies.shots.coverage" = "beta(2, 2)"
[sensitivity]
outcomes = ["cases", "deaths"]
replicates = 8
)toml";

/// Means of cases and deaths over runs of the configuration with some numbers set.
struct Totals {
  double cases = 0.0;
  double deaths = 0.0;
};

Totals totals_with(const test::TemporaryFolder& folder, const std::string& override_text) {
  const Configuration configuration =
      read_configuration(folder.path() / "c.toml", std::vector<std::string>{override_text});
  Invocation invocation;
  invocation.data_directory = STARLING_SOURCE_DIR "/data";
  const Population population = make_population_of(invocation, configuration).population;
  const SeriesKey cases{std::nullopt, ""};
  const SeriesKey deaths{Outcome::death, ""};
  OutputSettings outputs;
  outputs.series = {cases, deaths};
  EpidemicModel model(Exec::cpu(), population, configuration.epidemic, configuration.gradient, {}, outputs);
  const std::vector<double> series =
      model.series({}, {derive_seed(invocation.seed, kLocalStream), kReplicates});
  const auto records = static_cast<std::size_t>(model.table().records());
  Totals totals;
  for (std::size_t i = 0; i < series.size(); ++i)
    (i / records % 2 == 0 ? totals.cases : totals.deaths) += series[i] / kReplicates;
  return totals;
}

double cell(const CsvTable& table, const std::string& outcome, const std::string& parameter,
            const std::string& column) {
  for (std::size_t row = 0; row < table.rows(); ++row)
    if (table.text(row, table.column("outcome")) == outcome &&
        table.text(row, table.column("parameter")) == parameter)
      return std::stod(table.text(row, table.column(column)));
  FAIL("no row of " << outcome << " and " << parameter);
  return 0.0;
}

}  // namespace

TEST_CASE("derivatives by structural numbers are differences of two simulations with the same noise") {
  const test::TemporaryFolder folder;
  folder.write("c.toml", kStructural);
  REQUIRE(test::status_of(folder.path(), "'" STARLING_PROGRAM "' sensitivity c.toml --quiet --out a") == 0);
  const CsvTable table = CsvTable::read(folder.path() / "a" / "sensitivity.csv");
  const Totals middle = totals_with(folder, "epidemic.days=10");
  const auto check = [&](const std::string& path, double low, double high) {
    CAPTURE(path);
    const Totals below = totals_with(folder, path + "=" + std::to_string(low));
    const Totals above = totals_with(folder, path + "=" + std::to_string(high));
    CHECK(cell(table, "cases", path, "mean") == doctest::Approx(middle.cases));
    CHECK(cell(table, "cases", path, "derivative") ==
          doctest::Approx((above.cases - below.cases) / (high - low)));
    CHECK(cell(table, "deaths", path, "derivative") ==
          doctest::Approx((above.deaths - below.deaths) / (high - low)));
    // Some outcome depends on it.
    CHECK(above.deaths != below.deaths);
  };
  // A step of five per cent of the value, cut off at the end of what the number can be.
  check("disease.fatal", 0.38, 0.42);
  check("epidemic.profile_shift_days", 1.425, 1.575);
  check("networks.school.attendance", 0.931, 1.0);
  check("policies.shots.coverage", 0.475, 0.525);
  CHECK(cell(table, "cases", "disease.fatal", "derivative") == 0.0);
}

TEST_CASE("structural numbers can be set between the ends that their keys allow") {
  const test::TemporaryFolder folder;
  const Configuration configuration = read_configuration(folder.write("c.toml", kStructural), {});
  const std::vector<StructuralNumber> numbers = structural_numbers(configuration);
  const auto range = [&](const char* path) {
    return range_of(*std::ranges::find(numbers, path, &StructuralNumber::path), configuration);
  };
  CHECK(range("disease.fatal").low == 0.0);
  CHECK(range("disease.fatal").high == 1.0);
  CHECK(range("networks.school.attendance").high == 1.0);
  CHECK(range("disease.latent_sd_days").low == 0.0);
  CHECK(std::isinf(range("disease.latent_sd_days").high));
  CHECK(range("disease.latent_mean_days").low == doctest::Approx(0.0045));
  CHECK(std::isinf(range("epidemic.profile_shift_days").low));
  CHECK(range("policies.shots.coverage").low == 0.0);
  CHECK(range("policies.shots.coverage").high == 1.0);
}

TEST_SUITE_END();
