#include <cmath>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <starling/abm/csv_table.hpp>
#include <starling/abm/epidemic_model.hpp>
#include <starling/app/contact_restriction.hpp>
#include <starling/app/population_source.hpp>
#include <starling/core/error.hpp>
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

constexpr const char* kRestricted = R"toml([population]
scale = 0.004
[epidemic]
days = 12
log10_seed_fraction = -1.5
[disease]
fatal = 0.4
[networks.household]
log10_beta = 0.9
[networks.school]
log10_beta = 0.6
weekends = false
[policies.restriction]
kind = "interaction"
begin = 2020-03-02
end = 2020-03-04
factors.school = 0.5
[calibrate]
parameters = ["networks.school.log10_beta", "disease.fatal"]
priors.disease.fatal = "beta(2, 2)"
[sensitivity]
outcomes = ["cases", "deaths"]
restrict_from = 2020-03-05
replicates = 8
)toml";

/// Mean infections where the school's contacts have a factor from 5 March on.
double cases_with_factor(const test::TemporaryFolder& folder, double factor) {
  Configuration configuration = read_configuration(folder.path() / "c.toml", {});
  configuration.epidemic.policies.interaction.push_back(
      {"measure", {"2020-03-05", "2020-04-01"}, {{"school", factor}}});
  Invocation invocation;
  invocation.data_directory = STARLING_SOURCE_DIR "/data";
  const Population population = make_population_of(invocation, configuration).population;
  OutputSettings outputs;
  outputs.series = {{std::nullopt, ""}};
  EpidemicModel model(Exec::cpu(), population, configuration.epidemic, configuration.gradient, {}, outputs);
  const std::vector<double> series =
      model.series({}, {derive_seed(invocation.seed, kLocalStream), kReplicates});
  return std::accumulate(series.begin(), series.end(), 0.0) / kReplicates;
}

/// Cells of the rows of policy.csv by "outcome/network".
std::map<std::string, std::string> column_of(const CsvTable& table, const std::string& column) {
  std::map<std::string, std::string> cells;
  for (std::size_t row = 0; row < table.rows(); ++row)
    cells[table.text(row, table.column("outcome")) + "/" + table.text(row, table.column("network"))] =
        table.text(row, table.column(column));
  return cells;
}

std::string error_of(const std::vector<std::string>& settings) {
  const test::TemporaryFolder folder;
  const Configuration configuration = read_configuration(folder.write("c.toml", kRestricted), settings);
  try {
    static_cast<void>(ContactRestriction(configuration));
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("the effect of fewer contacts is that of an interaction policy with the same noise") {
  const test::TemporaryFolder folder;
  folder.write("c.toml", kRestricted);
  REQUIRE(test::status_of(folder.path(), "'" STARLING_PROGRAM "' sensitivity c.toml --quiet --out a") == 0);
  const CsvTable table = CsvTable::read(folder.path() / "a" / "policy.csv");
  const auto number = [&](const char* column, const char* row) {
    return std::stod(column_of(table, column).at(row));
  };
  const double base = cases_with_factor(folder, 1.0);
  const CsvTable local = CsvTable::read(folder.path() / "a" / "sensitivity.csv");
  CHECK(std::stod(local.text(0, local.column("mean"))) == base);
  CHECK(number("mean", "cases/school") == doctest::Approx(base));
  CHECK(number("ten_percent", "cases/school") == doctest::Approx(cases_with_factor(folder, 0.9) - base));
  CHECK(number("twenty_percent", "cases/school") == doctest::Approx(cases_with_factor(folder, 0.8) - base));
  CHECK(number("one_percent", "cases/school") ==
        doctest::Approx((cases_with_factor(folder, 0.95) - cases_with_factor(folder, 1.05)) / 10.0));
  CHECK(number("double_step", "cases/school") ==
        doctest::Approx((cases_with_factor(folder, 0.9) - cases_with_factor(folder, 1.1)) / 20.0));
  CHECK(number("one_percent", "cases/school") < 0.0);
  const bool school_first =
      std::abs(number("one_percent", "cases/school")) > std::abs(number("one_percent", "cases/household"));
  CHECK(number("rank", "cases/school") == (school_first ? 1.0 : 2.0));
  CHECK(number("rank", "cases/household") == (school_first ? 2.0 : 1.0));
  CHECK(table.text(0, table.column("rank")) == "1");
}

TEST_CASE("restrictions concern networks that meet from a date within the run") {
  CHECK(error_of({}).empty());
  CHECK(error_of({"sensitivity.restrict=[\"school\"]"}).empty());
  CHECK(error_of({"sensitivity.restrict=[\"pub\"]"}).find("expected some of household, school") !=
        std::string::npos);
  CHECK(error_of({"sensitivity.restrict_from=2020-04-01"}).find("ends on 2020-03-13") != std::string::npos);
  // 7 and 8 March 2020 are a weekend.
  CHECK(error_of(
            {"sensitivity.restrict_from=2020-03-07", "epidemic.days=7", "sensitivity.restrict=[\"school\"]"})
            .find("no network that meets from 2020-03-07 on") != std::string::npos);
  const test::TemporaryFolder folder;
  const Configuration configuration =
      read_configuration(folder.write("c.toml", kRestricted), std::vector<std::string>{"epidemic.days=30"});
  const ContactRestriction restriction(configuration);
  CHECK(restriction.networks() == std::vector<std::string>{"household", "school"});
  // The configured policies keep their names.
  CHECK(restriction.paths().back() == "policies.restriction_.factors.school");
  CHECK(restriction.applied_to(configuration).epidemic.policies.interaction.size() == 2);
  CHECK(restriction.with_factors({5.0, 6.0}, 2, std::vector<double>{0.1, 0.2, 0.3, 0.4}) ==
        std::vector<double>{5.0, 0.1, 0.2, 6.0, 0.3, 0.4});
}

TEST_SUITE_END();
