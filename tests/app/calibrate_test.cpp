#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "../support/shell.hpp"
#include "../support/temporary_folder.hpp"

TEST_SUITE_BEGIN("app");

namespace {

constexpr const char* kTiny = R"([population]
scale = 0.005
[epidemic]
days = 8
log10_seed_fraction = -1.5
[networks.household]
log10_beta = 0.9
[networks.school]
log10_beta = 0.6
[gradient]
estimator = "common_noise_differences"
[calibrate]
parameters = ["networks.household.log10_beta", "networks.school.log10_beta"]
samples = 4
epochs = 150
kl_samples = 500
noise_runs = 64
posterior_samples = 200
predictive_runs = 16
)";

constexpr const char* kTies = R"toml([calibrate.ties]
mixing = ["networks.household.log10_beta", "networks.school.log10_beta"]
[calibrate.priors]
mixing = "uniform(0.2, 1)"
"epidemic.log10_seed_fraction" = "normal(-1.5, 0.1)"
)toml";

constexpr const char* kDeaths = R"toml([population]
scale = 0.02
[epidemic]
days = 62
log10_seed_fraction = -1.5
[disease]
severe = 0.6
critical = 0.6
fatal = 0.6
[networks.household]
log10_beta = 0.5
[calibrate]
parameters = ["epidemic.log10_seed_fraction"]
samples = 4
epochs = 120
kl_samples = 500
posterior_samples = 400
predictive_runs = 64
[calibrate.priors]
"epidemic.log10_seed_fraction" = "normal(-2.5, 0.7)"
[calibrate.targets.deaths]
quantity = "deaths"
form = "weekly"
until = 2020-03-29
dispersion = 20
[calibrate.targets.admissions]
quantity = "admissions"
by = "age"
until = 2020-03-29
calibrate_dispersion = true
[calibrate.targets.beds]
quantity = "in_hospital"
by = "sex"
loss = "poisson"
weight = 0
)toml";

constexpr const char* kShift = R"toml([calibrate.ties]
shift = ["epidemic.profile_shift_days"]
[calibrate.priors]
shift = "normal(2, 0.3)"
)toml";

constexpr const char* kFatal = R"toml([population]
scale = 0.01
[epidemic]
days = 35
log10_seed_fraction = -0.7
[disease]
severe = 0.6
critical = 0.6
fatal = 0.6
[networks.household]
log10_beta = 0.5
[calibrate]
parameters = ["disease.fatal"]
samples = 3
replicates = 2
epochs = 80
kl_samples = 500
posterior_samples = 200
predictive_runs = 16
[calibrate.priors]
"disease.fatal" = "uniform(0.02, 0.98)"
[calibrate.targets.deaths]
quantity = "deaths"
form = "weekly"
[calibrate.targets.admissions]
quantity = "admissions"
form = "weekly"
dispersion = 20
)toml";

const char* const kComparable[] = {"loss.csv", "posterior.csv", "predictive.csv", "diagnostics.json",
                                   "reproduction.csv"};

struct Scratch {
  starling::test::TemporaryFolder folder;
  Scratch() { folder.write("tiny.toml", kTiny); }

  int run(const std::string& prefix, const std::string& arguments) const {
    return starling::test::status_of(
        folder.path(), prefix + " '" STARLING_PROGRAM "' " + arguments + " --quiet >/dev/null 2>errors");
  }
  /// Interrupts the program once it has reported an epoch, after a minute at the latest.
  int run_until_first_epoch(const std::string& arguments) const {
    return starling::test::status_of(folder.path(),
                                     "{ '" STARLING_PROGRAM "' " + arguments +
                                         " >/dev/null 2>errors & program=$!; tries=0; "
                                         "until grep -q '^epoch ' errors || [ $tries -ge 1200 ]; do "
                                         "sleep 0.05; tries=$((tries + 1)); done; "
                                         "kill -INT $program; wait $program; }");
  }
  [[nodiscard]] std::string read(const std::string& name) const {
    return starling::test::contents_of(folder.path() / name);
  }
};

}  // namespace

TEST_CASE("a calibration writes every file, the same bytes with 1 and 2 threads") {
  const Scratch scratch;
  REQUIRE(scratch.run("", "calibrate tiny.toml --out one --threads 1") == 0);
  REQUIRE(scratch.run("", "calibrate tiny.toml --out two --threads 2") == 0);
  for (const char* name : kComparable) {
    CAPTURE(name);
    const std::string one = scratch.read(std::string("one/") + name);
    CHECK(!one.empty());
    CHECK(one == scratch.read(std::string("two/") + name));
  }
  for (const char* name : {"run.json", "report.html", "checkpoint.bin"})
    CHECK(!scratch.read(std::string("one/") + name).empty());
  CHECK(scratch.read("one/posterior.csv")
            .starts_with("networks.household.log10_beta,networks.school.log10_beta,log_q\n"));
  CHECK(scratch.read("one/loss.csv").starts_with("epoch,total,loss,kl,gradient_norm\n"));
}

TEST_CASE("a calibration with tied and bounded parameters writes natural values inside the bounds") {
  const Scratch scratch;
  scratch.folder.write("tied.toml", std::string(kTiny) + kTies);
  const std::string arguments =
      "calibrate tied.toml --out tied --threads 1 --set calibrate.epochs=40 "
      "--set 'calibrate.parameters=[\"epidemic.log10_seed_fraction\", \"mixing\"]'";
  REQUIRE(scratch.run("", arguments) == 0);
  std::istringstream rows(scratch.read("tied/posterior.csv"));
  std::string line;
  std::getline(rows, line);
  CHECK(line == "epidemic.log10_seed_fraction,mixing,log_q");
  int draws = 0;
  for (; std::getline(rows, line); ++draws) {
    const double mixing = std::stod(line.substr(line.find(',') + 1));
    CHECK(mixing > 0.2);
    CHECK(mixing < 1.0);
  }
  CHECK(draws == 200);
  const std::string diagnostics = scratch.read("tied/diagnostics.json");
  CHECK(diagnostics.find("\"prior\": \"uniform(0.2, 1)\"") != std::string::npos);
  CHECK(scratch.read("tied/report.html").find("uniform(0.2, 1)") != std::string::npos);
}

TEST_CASE("weekly deaths and daily admissions recover the seeds, and the weeks held out lie inside the band" *
          doctest::test_suite("app_slow")) {
  const Scratch scratch;
  scratch.folder.write("deaths.toml", kDeaths);
  REQUIRE(scratch.run("", "calibrate deaths.toml --out out --threads 1") == 0);
  const auto diagnostics = nlohmann::json::parse(scratch.read("out/diagnostics.json"));
  const auto& seeds = diagnostics["parameters"][0];
  CHECK(seeds["truth"] == -1.5);
  CHECK(seeds["truth_inside_95"] == true);
  CHECK(seeds["sd_over_prior_sd"].get<double>() < 0.3);
  const auto& dispersion = diagnostics["parameters"][1];
  CHECK(dispersion["name"] == "targets.admissions.log_dispersion");
  CHECK(dispersion["truth"].get<double>() == doctest::Approx(std::log(10.0)));
  for (const auto& target : diagnostics["targets"]) {
    if (target["name"] == "beds")
      CHECK(target["fitted"]["observed"] == 0);
    else
      CHECK(target["fitted"]["coverage_90"].get<double>() > 0.75);
    CHECK(target["held_out"]["coverage_90"].get<double>() > 0.75);
  }
  CHECK(scratch.read("out/predictive.csv").find("admissions_65,") != std::string::npos);
  CHECK(!scratch.read("out/target_deaths.svg").empty());
  for (const char* threads : {"1", "2"})
    REQUIRE(scratch.run("", std::string("calibrate deaths.toml --set calibrate.epochs=5 --out few") +
                                threads + " --threads " + threads) == 0);
  // What is resumed does not search again where to start.
  REQUIRE(scratch.run("", "calibrate deaths.toml --set calibrate.epochs=5 --out few2 --threads 1 --resume") ==
          0);
  for (const char* name : kComparable)
    CHECK(scratch.read(std::string("few1/") + name) == scratch.read(std::string("few2/") + name));
  CHECK(scratch.run("", "calibrate deaths.toml --out bad --set calibrate.targets.deaths.by=faith") == 2);
  CHECK(scratch.read("errors").find("sex") != std::string::npos);
}

TEST_CASE("deaths and admissions tell a probability of the disease" * doctest::test_suite("app_slow")) {
  const Scratch scratch;
  scratch.folder.write("fatal.toml", kFatal);
  REQUIRE(scratch.run("", "calibrate fatal.toml --out out --threads 1") == 0);
  const auto diagnostics = nlohmann::json::parse(scratch.read("out/diagnostics.json"));
  const auto& fatal = diagnostics["parameters"][0];
  CHECK(fatal["name"] == "disease.fatal");
  CHECK(fatal["prior"] == "uniform(0.02, 0.98)");
  CHECK(fatal["truth"] == 0.6);
  CHECK(fatal["truth_inside_95"] == true);
  CHECK(fatal["sd_over_prior_sd"].get<double>() < 0.4);
  CHECK(scratch.read("out/posterior.csv").starts_with("disease.fatal,log_q\n"));
  CHECK(scratch.read("out/report.html").find("uniform(0.02, 0.98)") != std::string::npos);
  CHECK(!scratch.read("out/reproduction.csv").empty());
}

TEST_CASE("the influenza of the boarding school spread with a reproduction number of 2.9 to 3.6" *
          doctest::test_suite("app_slow")) {
  const Scratch scratch;
  REQUIRE(scratch.run(
              "", "calibrate " STARLING_SOURCE_DIR
                  "/examples/boarding_school.toml --out out --set calibrate.epochs=100 "
                  "--set calibrate.posterior_samples=500 --set calibrate.gradcheck=true --threads 1") == 0);
  const auto diagnostics = nlohmann::json::parse(scratch.read("out/diagnostics.json"));
  const auto& rate = diagnostics["parameters"][0];
  CHECK(rate["name"] == "networks.school.log10_beta");
  CHECK(rate["mean"].get<double>() > std::log10(2.9));
  CHECK(rate["mean"].get<double>() < std::log10(3.6));
  CHECK(rate["sd_over_prior_sd"].get<double>() < 0.2);
  // With the default step of the differences, four times as long, it does not.
  CHECK(diagnostics["gradient"][0]["agrees"] == true);
}

TEST_CASE("a calibration of a profile's number is the same with 1 and 2 threads, and when resumed") {
  const Scratch scratch;
  scratch.folder.write("shift.toml", std::string(kTiny) + kShift);
  const std::string arguments =
      "calibrate shift.toml --set calibrate.epochs=10 "
      "--set 'calibrate.parameters=[\"shift\", \"networks.household.log10_beta\"]' ";
  REQUIRE(scratch.run("", arguments + "--out one --threads 1") == 0);
  REQUIRE(scratch.run("", arguments + "--out two --threads 2") == 0);
  REQUIRE(scratch.run("", arguments + "--out two --resume") == 0);
  CHECK(scratch.read("one/posterior.csv").starts_with("shift,networks.household.log10_beta,log_q\n"));
  for (const char* name : kComparable) {
    CAPTURE(name);
    CHECK(!scratch.read(std::string("one/") + name).empty());
    CHECK(scratch.read(std::string("one/") + name) == scratch.read(std::string("two/") + name));
  }
}

TEST_CASE("a calibration reports where infections happen, attack rates and the reproduction number") {
  const Scratch scratch;
  REQUIRE(scratch.run("", "calibrate tiny.toml --out out --set calibrate.epochs=10") == 0);
  const auto diagnostics = nlohmann::json::parse(scratch.read("out/diagnostics.json"));
  double sum = 0.0;
  REQUIRE(diagnostics["infections_by_network"].size() == 2);
  for (const auto& network : diagnostics["infections_by_network"]) {
    sum += network["mean"].get<double>();
    CHECK(network["low_90"].get<double>() <= network["mean"].get<double>());
    CHECK(network["high_90"].get<double>() >= network["mean"].get<double>());
  }
  CHECK(diagnostics["infections_by_network"][0]["name"] == "household");
  CHECK(sum == doctest::Approx(1.0));
  REQUIRE(diagnostics["attack_rate_by_age"].size() == 3);
  CHECK(diagnostics["attack_rate_by_age"][0]["ages"] == "0 to 17 years");
  for (const auto& age : diagnostics["attack_rate_by_age"]) {
    CHECK(age["mean"].get<double>() > 0.0);
    CHECK(age["high_90"].get<double>() <= 1.0);
  }
  const std::string reproduction = scratch.read("out/reproduction.csv");
  CHECK(reproduction.starts_with(
      "date,median,low_90,high_90,week_median\n2020-03-02,,,,\n2020-03-03,,,,\n2020-03-04,"));
  CHECK(std::ranges::count(reproduction, '\n') == 9);
  const std::string report = scratch.read("out/report.html");
  CHECK(report.find("Where infections happen") != std::string::npos);
  CHECK(report.find("<td>18 to 64 years</td>") != std::string::npos);
}

TEST_CASE("columns by network add up to the cases after the start and change nothing else") {
  const Scratch scratch;
  REQUIRE(scratch.run("", "simulate tiny.toml --out plain") == 0);
  REQUIRE(scratch.run("", "simulate tiny.toml --out out --set outputs.networks=true") == 0);
  std::istringstream plain(scratch.read("plain/timeseries.csv"));
  std::istringstream rows(scratch.read("out/timeseries.csv"));
  std::string before;
  std::string line;
  std::getline(plain, before);
  std::getline(rows, line);
  CHECK(line == before + ",cases_in_household,cases_in_school,cases_imported");
  double seeds = 0.0;
  double most = 0.0;
  while (std::getline(rows, line) && std::getline(plain, before)) {
    REQUIRE(line.starts_with(before + ","));
    std::istringstream cells(line);
    std::vector<std::string> row;
    for (std::string cell; std::getline(cells, cell, ',');) row.push_back(cell);
    if (row[1] == "0") seeds = std::stod(row[3]);
    const double home = std::stod(row[row.size() - 3]);
    const double school = std::stod(row[row.size() - 2]);
    CHECK(home + school == doctest::Approx(std::stod(row[3]) - seeds).epsilon(1e-6));
    CHECK(row.back() == "0");
    most = std::max(most, std::min(home, school));
  }
  CHECK(most > 1.0);
  CHECK(scratch.read("out/reproduction.csv").starts_with("date,median,low_90,high_90,week_median\n"));
  CHECK(scratch.read("plain/reproduction.csv").empty());
}

TEST_CASE("a simulation writes the same series with 1 and 2 threads") {
  const Scratch scratch;
  REQUIRE(scratch.run("", "simulate tiny.toml --out one --threads 1") == 0);
  REQUIRE(scratch.run("", "simulate tiny.toml --out two --threads 2") == 0);
  const std::string one = scratch.read("one/timeseries.csv");
  CHECK(one.starts_with(
      "sample,step,date,cases_cumulative,cases_daily,deaths_cumulative,cases_by_age_18,cases_by_age_65,"
      "cases_by_age_100,deaths_daily,deaths_by_age_18,deaths_by_age_65,deaths_by_age_100\n"));
  CHECK(one == scratch.read("two/timeseries.csv"));
}

TEST_CASE("an interrupted calibration leaves a checkpoint, and resumed it ends where an unbroken one does") {
  const Scratch scratch;
  REQUIRE(scratch.run("", "calibrate tiny.toml --out whole") == 0);
  CHECK(scratch.run_until_first_epoch("calibrate tiny.toml --out broken") == 130);
  CHECK(scratch.read("errors").find("\nstarling: interrupted: stopped after") != std::string::npos);
  CHECK(!scratch.read("broken/checkpoint.bin").empty());
  CHECK(scratch.read("broken/report.html").empty());
  CHECK(scratch.run("", "calibrate tiny.toml --out broken --seed 2 --resume") == 2);
  CHECK(scratch.read("errors").find("another configuration or seed") != std::string::npos);
  REQUIRE(scratch.run("", "calibrate tiny.toml --out broken --resume") == 0);
  for (const char* name : kComparable) {
    CAPTURE(name);
    CHECK(scratch.read(std::string("broken/") + name) == scratch.read(std::string("whole/") + name));
  }
}

TEST_SUITE_END();
