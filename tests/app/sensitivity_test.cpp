#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <starling/abm/csv_table.hpp>

#include "../support/shell.hpp"
#include "../support/temporary_folder.hpp"

TEST_SUITE_BEGIN("app");

namespace {

using namespace starling;

constexpr const char* kTiny = R"([population]
scale = 0.005
[epidemic]
days = 12
log10_seed_fraction = -1.5
[networks.household]
log10_beta = 0.9
[networks.school]
log10_beta = 0.6
[networks.company]
log10_beta = 0.3
[calibrate]
parameters = ["networks.household.log10_beta", "networks.school.log10_beta", "epidemic.log10_seed_fraction"]
[sensitivity]
rows = 64
trajectories = 4
replicates = 32
)";

using test::contents_of;

/// Exit status of the verb; what it says on the terminal goes to files of its own.
int run_verb(const test::TemporaryFolder& scratch, const std::string& arguments) {
  scratch.write("tiny.toml", kTiny);
  return test::status_of(scratch.path(), "'" STARLING_PROGRAM "' sensitivity tiny.toml " + arguments +
                                             " >output.txt 2>errors.txt");
}

/// Cells of a column by "outcome/parameter".
std::map<std::string, std::string> column_of(const std::filesystem::path& file, const std::string& column,
                                             const std::string& input = "parameter") {
  const CsvTable table = CsvTable::read(file);
  std::map<std::string, std::string> cells;
  for (std::size_t row = 0; row < table.rows(); ++row)
    cells[table.text(row, table.column("outcome")) + "/" + table.text(row, table.column(input))] =
        table.text(row, table.column(column));
  return cells;
}

std::map<std::string, double> numbers_of(const std::filesystem::path& file, const std::string& column,
                                         const std::string& input = "parameter") {
  std::map<std::string, double> numbers;
  for (const auto& [key, cell] : column_of(file, column, input)) numbers[key] = std::stod(cell);
  return numbers;
}

}  // namespace

TEST_CASE(
    "local sensitivity: more contact or more first cases mean more infections, within errors of another "
    "seed") {
  const test::TemporaryFolder scratch;
  REQUIRE(run_verb(scratch, "--quiet --out a") == 0);
  REQUIRE(run_verb(scratch, "--quiet --out b --seed 2 --set sensitivity.step=0.04") == 0);
  const auto file = scratch.path() / "a" / "sensitivity.csv";
  const auto slopes = numbers_of(file, "derivative");
  const auto errors = numbers_of(file, "derivative_se");
  const auto other = numbers_of(scratch.path() / "b" / "sensitivity.csv", "derivative");
  const auto other_errors = numbers_of(scratch.path() / "b" / "sensitivity.csv", "derivative_se");
  CHECK(slopes.size() == 3 * 11);
  for (const char* parameter :
       {"networks.household.log10_beta", "networks.school.log10_beta", "epidemic.log10_seed_fraction"}) {
    CAPTURE(parameter);
    const std::string key = std::string("cases/") + parameter;
    CHECK(slopes.at(key) > 3.0 * errors.at(key));
    CHECK(std::abs(slopes.at(key) - other.at(key)) < 5.0 * std::hypot(errors.at(key), other_errors.at(key)));
  }
}

TEST_CASE(
    "numbers of one table fit each other: attack rate is cases over people, elasticity the log over ln 10") {
  const test::TemporaryFolder scratch;
  REQUIRE(run_verb(scratch, "--quiet --out a") == 0);
  const auto file = scratch.path() / "a" / "sensitivity.csv";
  const auto json = nlohmann::json::parse(contents_of(scratch.path() / "a" / "run.json"));
  const auto means = numbers_of(file, "mean");
  const auto slopes = numbers_of(file, "derivative");
  const auto log_slopes = numbers_of(file, "log_derivative");
  const auto elasticities = numbers_of(file, "elasticity");
  const std::string beta = "/networks.school.log10_beta";
  const double people = json.at("agents").get<double>();
  CHECK(means.at("attack_rate" + beta) == doctest::Approx(means.at("cases" + beta) / people));
  CHECK(slopes.at("attack_rate" + beta) == doctest::Approx(slopes.at("cases" + beta) / people));
  CHECK(log_slopes.at("cases" + beta) ==
        doctest::Approx(slopes.at("cases" + beta) / means.at("cases" + beta)));
  CHECK(elasticities.at("cases" + beta) == doctest::Approx(log_slopes.at("cases" + beta) / std::log(10.0)));
  double shares = 0.0;
  double share_slopes = 0.0;
  for (const char* network : {"household", "school", "company"}) {
    shares += means.at("share_of_" + std::string(network) + beta);
    share_slopes += slopes.at("share_of_" + std::string(network) + beta);
  }
  CHECK(shares == doctest::Approx(1.0));
  CHECK(share_slopes == doctest::Approx(0.0));
  CHECK(json.at("runs") == 32 * 13);
  const CsvTable over_time = CsvTable::read(scratch.path() / "a" / "sensitivity_over_time.csv");
  CHECK(over_time.rows() == 3 * 13);
  const std::size_t last = over_time.rows() - 2;
  CHECK(over_time.text(last, over_time.column("parameter")) == "networks.school.log10_beta");
  CHECK(std::stod(over_time.text(last, over_time.column("derivative"))) ==
        doctest::Approx(slopes.at("cases" + beta)));
}

TEST_CASE("the same seed gives the same sensitivity for any number of threads") {
  const test::TemporaryFolder scratch;
  const std::string all =
      " --set 'sensitivity.methods=[\"local\",\"sobol\",\"morris\",\"dgsm\"]' --set sensitivity.rows=16";
  REQUIRE(run_verb(scratch, "--quiet --threads 1 --out a" + all) == 0);
  REQUIRE(run_verb(scratch, "--quiet --threads 3 --out b" + all) == 0);
  for (const char* name :
       {"sensitivity.csv", "sensitivity_over_time.csv", "sobol.csv", "morris.csv", "dgsm.csv"}) {
    CAPTURE(name);
    CHECK(contents_of(scratch.path() / "a" / name) != "");
    CHECK(contents_of(scratch.path() / "a" / name) == contents_of(scratch.path() / "b" / name));
  }
}

TEST_CASE("global methods over the prior tell noise apart and leave the local tables out") {
  const test::TemporaryFolder scratch;
  REQUIRE(run_verb(scratch,
                   "--quiet --out a --set 'sensitivity.methods=[\"sobol\",\"dgsm\"]' "
                   "--set 'sensitivity.outcomes=[\"cases\"]'") == 0);
  CHECK_FALSE(std::filesystem::exists(scratch.path() / "a" / "sensitivity.csv"));
  const auto totals = numbers_of(scratch.path() / "a" / "sobol.csv", "total", "input");
  const auto lows = numbers_of(scratch.path() / "a" / "sobol.csv", "total_low", "input");
  const auto bounds = numbers_of(scratch.path() / "a" / "dgsm.csv", "total_bound");
  REQUIRE(totals.size() == 4);
  CHECK(totals.at("cases/noise") > 0.0);
  for (const auto& bound : bounds) {
    CAPTURE(bound.first);
    CHECK(bound.second >= lows.at(bound.first));
  }
  // A seed fraction of 10^normal(0, 1) is half the time everybody: nothing else matters as much.
  CHECK(totals.at("cases/epidemic.log10_seed_fraction") > totals.at("cases/networks.school.log10_beta"));
}

TEST_CASE(
    "derivatives are averaged over the rows of a posterior, and a file without its columns is refused") {
  const test::TemporaryFolder scratch;
  scratch.write(
      "posterior.csv",
      "networks.school.log10_beta,networks.household.log10_beta,epidemic.log10_seed_fraction,log_q\n"
      "0.6,0.9,-1.5,1\n-0.2,0.8,-1.7,2\n");
  const std::string two = " --set sensitivity.replicates=2";
  REQUIRE(run_verb(scratch, "--quiet --out a --set sensitivity.at=posterior.csv" + two) == 0);
  CHECK(
      numbers_of(scratch.path() / "a" / "sensitivity.csv", "mean_se").at("cases/networks.school.log10_beta") >
      0.0);
  scratch.write("other.csv", "networks.school.log10_beta,log_q\n0.6,1\n");
  CHECK(run_verb(scratch, "--quiet --out b --set sensitivity.at=other.csv") == 2);
  CHECK(contents_of(scratch.path() / "errors.txt").find("networks.household.log10_beta") !=
        std::string::npos);
  CHECK_FALSE(std::filesystem::exists(scratch.path() / "b"));
}

TEST_CASE("the variance over a posterior divides over its parameters, to first order") {
  const test::TemporaryFolder scratch;
  std::string rows =
      "networks.household.log10_beta,networks.school.log10_beta,epidemic.log10_seed_fraction\n";
  for (int i = 0; i < 64; ++i)
    rows += fmt::format("{},{},{}\n", 0.9 + 0.02 * std::sin(1.7 * i), 0.6 + 0.3 * std::cos(2.9 * i), -1.5);
  scratch.write("posterior.csv", rows);
  REQUIRE(run_verb(scratch, "--quiet --out a --set sensitivity.at=posterior.csv") == 0);
  const auto file = scratch.path() / "a" / "posterior_uncertainty.csv";
  const auto slopes = numbers_of(scratch.path() / "a" / "sensitivity.csv", "derivative");
  const auto sds = numbers_of(file, "parameter_sd");
  const auto alone = numbers_of(file, "variance_alone");
  const auto shares = numbers_of(file, "share");
  const std::string household = "cases/networks.household.log10_beta";
  const std::string school = "cases/networks.school.log10_beta";
  const std::string seed = "cases/epidemic.log10_seed_fraction";
  // Sines and cosines have a variance of a half.
  CHECK(sds.at(household) == doctest::Approx(0.02 * std::sqrt(0.5)).epsilon(0.05));
  CHECK(sds.at(school) == doctest::Approx(0.3 * std::sqrt(0.5)).epsilon(0.05));
  CHECK(sds.at(seed) == 0.0);
  CHECK(alone.at(school) == doctest::Approx(std::pow(slopes.at(school) * sds.at(school), 2)));
  CHECK(shares.at(household) + shares.at(school) == doctest::Approx(1.0));
  CHECK(shares.at(seed) == 0.0);
  CHECK(shares.at(school) > 0.9);
  const double posterior = numbers_of(file, "posterior_variance").at(school);
  const double error = numbers_of(file, "posterior_variance_se").at(school);
  CHECK(posterior > 3.0 * error);
  CHECK(std::abs(posterior - numbers_of(file, "first_order_variance").at(school)) < 5.0 * error);
  CHECK(nlohmann::json::parse(contents_of(scratch.path() / "a" / "run.json")).at("runs") == 32 * 15);
}

TEST_CASE("a posterior that is cut off, too short or not finite is refused before anything runs") {
  const test::TemporaryFolder scratch;
  const std::string header =
      "networks.household.log10_beta,networks.school.log10_beta,epidemic.log10_seed_fraction\n";
  for (const auto& one :
       {std::pair<std::string, std::string>{"0.9,0.6,-1.5\n0.9,0.6,-1.", "the last line has no end"},
        {"0.9,0.6,-1.5\n", "1 draws, expected at least 2"},
        {"0.9,0.6,-1.5\n0.9,nan,-1.5\n", "a finite number"},
        {"0.9,0.6,-1.5\n0.9,0.6\n", "posterior.csv:3: 2 cells"}}) {
    CAPTURE(one.second);
    scratch.write("posterior.csv", header + one.first);
    CHECK(run_verb(scratch,
                   "--quiet --out a --set sensitivity.at=posterior.csv --set "
                   "sensitivity.replicates=2") == 2);
    CHECK(contents_of(scratch.path() / "errors.txt").find(one.second) != std::string::npos);
  }
}

TEST_CASE("wrong keys of sensitivity are refused with what is allowed") {
  const test::TemporaryFolder scratch;
  for (const auto& wrong : {std::pair{"'sensitivity.methods=[\"magic\"]'", "morris"},
                            {"'sensitivity.outcomes=[\"weather\"]'", "peak_day"},
                            {"sensitivity.at=somewhere", "posterior.csv"},
                            {"sensitivity.rows=100", "power of two"},
                            {"sensitivity.step=0", "above 0"},
                            {"sensitivity.replicates=1", "from 2"}}) {
    CAPTURE(wrong.first);
    CHECK(run_verb(scratch, std::string("--quiet --set ") + wrong.first) == 2);
    CHECK(contents_of(scratch.path() / "errors.txt").find(wrong.second) != std::string::npos);
  }
}

TEST_SUITE_END();
