#include <cmath>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <starling/abm/csv_table.hpp>

#include "../support/shell.hpp"
#include "../support/temporary_folder.hpp"

TEST_SUITE_BEGIN("app");

namespace {

using namespace starling;
using test::contents_of;

constexpr const char* kTiny = R"toml([population]
scale = 0.003
[epidemic]
days = 10
log10_seed_fraction = -1
profile_shift_days = 0.5
[networks.household]
log10_beta = 0.3
[networks.school]
log10_beta = 0.3
[gradient]
check_runs = 96
[calibrate]
parameters = ["networks.household.log10_beta", "epidemic.log10_seed_fraction"]
samples = 4
epochs = 60
kl_samples = 500
noise_runs = 256
posterior_samples = 200
predictive_runs = 4
[calibrate.priors]
"epidemic.log10_seed_fraction" = "normal(-1, 0.2)"
)toml";

int run(const test::TemporaryFolder& scratch, const std::string& arguments) {
  scratch.write("tiny.toml", kTiny);
  return test::status_of(scratch.path(), "'" STARLING_PROGRAM "' " + arguments + " >output.txt 2>errors.txt");
}

}  // namespace

TEST_CASE("bench gradient_truth compares every estimator with differences on the days that there are") {
  const test::TemporaryFolder scratch;
  REQUIRE(run(scratch, "bench gradient_truth tiny.toml --out out --threads 1") == 0);
  const CsvTable truth = CsvTable::read(scratch.path() / "out/gradient_truth.csv");
  REQUIRE(truth.rows() == 5 * 2);  // days 1, 3, 5, 10 and the loss
  const CsvTable estimators = CsvTable::read(scratch.path() / "out/gradient_estimators.csv");
  int differences = 0;
  for (std::size_t row = 0; row < estimators.rows(); ++row) {
    if (estimators.text(row, estimators.column("estimator")) != "common_noise_differences") continue;
    CAPTURE(row);
    ++differences;
    const double bias = std::stod(estimators.text(row, estimators.column("bias")));
    CHECK(std::abs(bias) <= 4.5 * estimators.number(row, estimators.column("bias_se")));
    CHECK(estimators.number(row, estimators.column("runs")) > 0.0);
  }
  CHECK(differences == 10);
  for (const char* name : {"gradient_estimators.md", "gradient_estimators.svg"})
    CHECK(!contents_of(scratch.path() / "out" / name).empty());
  CHECK(run(scratch, "bench gradient_truth tiny.toml --out none --set 'calibrate.parameters=[]'") == 2);
  CHECK(contents_of(scratch.path() / "errors.txt").find("calibrate.parameters") != std::string::npos);
  CHECK(run(scratch, "bench gradient_truth") == 2);
}

TEST_CASE("a calibration records its gradient's spread and warns of a biased estimator when asked to check") {
  const test::TemporaryFolder scratch;
  const auto gradient_of = [&](const std::string& folder) {
    return nlohmann::json::parse(contents_of(scratch.path() / folder / "diagnostics.json"))["gradient"];
  };
  REQUIRE(run(scratch, "calibrate tiny.toml --out plain --threads 1") == 0);
  const nlohmann::json plain = gradient_of("plain");
  REQUIRE(plain.size() == 2);
  CHECK(plain[0]["parameter"] == "networks.household.log10_beta");
  CHECK(plain[0]["sd_of_a_draw"].get<double>() > 0.0);
  CHECK(!plain[0].contains("agrees"));
  REQUIRE(run(scratch, "calibrate tiny.toml --out right --threads 1 --set calibrate.gradcheck=true") == 0);
  for (const nlohmann::json& row : gradient_of("right")) CHECK(row["agrees"] == true);
  CHECK(contents_of(scratch.path() / "errors.txt").find("wrong gradient") == std::string::npos);
  // The mean-field epidemic infects households much faster than a sampled one.
  REQUIRE(run(scratch,
              "calibrate tiny.toml --out wrong --threads 1 --set calibrate.gradcheck=true "
              "--set gradient.estimator=mean_field") == 0);
  int wrong = 0;
  for (const nlohmann::json& row : gradient_of("wrong")) wrong += row["agrees"] == false ? 1 : 0;
  CHECK(wrong > 0);
  CHECK(contents_of(scratch.path() / "errors.txt").find("wrong gradient") != std::string::npos);
  CHECK(contents_of(scratch.path() / "wrong/report.html").find("wrong gradient") != std::string::npos);
}
