#include <cmath>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include <starling/abm/csv_table.hpp>
#include <starling/app/calibration_comparison.hpp>

#include "../support/shell.hpp"
#include "../support/temporary_folder.hpp"

TEST_SUITE_BEGIN("app");

namespace {

using namespace starling;

std::vector<EpochRecord> losses(const std::vector<double>& values) {
  std::vector<EpochRecord> history;
  for (const double loss : values) history.push_back({0.0, loss, 0.0, 0.0});
  return history;
}

constexpr const char* kTiny = R"toml([population]
scale = 0.003
[epidemic]
days = 6
log10_seed_fraction = -1
profile_shift_days = 0.5
[networks.household]
log10_beta = 0.3
[calibrate]
parameters = ["networks.household.log10_beta"]
samples = 4
epochs = 300
kl_samples = 500
noise_runs = 256
posterior_samples = 400
)toml";

}  // namespace

TEST_CASE("a loss has settled when its running mean stays near the end's") {
  // Windows of two epochs, the last with mean 10.
  const auto at = [](std::vector<double> values) { return app::epochs_to_settle(losses(values), 0.05); };
  std::vector<double> falling(20, 10.0);
  CHECK(at(falling) == 2);
  falling[0] = 100.0;
  falling[1] = 50.0;
  CHECK(at(falling) == 4);
  falling[9] = 20.0;  // and away once more
  CHECK(at(falling) == 12);
  falling[19] = 30.0;
  CHECK(at(falling) == 20);
}

TEST_CASE("bench calibration holds fits with several estimators against a posterior without gradients") {
  const test::TemporaryFolder scratch;
  scratch.write("tiny.toml", kTiny);
  REQUIRE(test::status_of(
              scratch.path(),
              "'" STARLING_PROGRAM
              "' bench calibration tiny.toml --seeds 1 --threads 1 --out out >output.txt 2>errors.txt") == 0);
  const CsvTable table = CsvTable::read(scratch.path() / "out/calibrations.csv");
  std::set<std::string> estimators;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    CAPTURE(row);
    estimators.insert(table.text(row, table.column("estimator")));
    const double sd = table.number(row, table.column("reference_sd"));
    CHECK(sd > 0.0);
    CHECK(sd < 1.0);
    CHECK(table.number(row, table.column("epochs_to_settle")) <= 300.0);
    if (table.text(row, table.column("estimator")) != "common_noise_differences") continue;
    const double mean = std::stod(table.text(row, table.column("mean")));
    CHECK(std::abs(mean - std::stod(table.text(row, table.column("reference_mean")))) < 0.5 * sd);
    CHECK(table.number(row, table.column("sd")) == doctest::Approx(sd).epsilon(0.3));
  }
  CHECK(estimators.size() == 5);
  CHECK(table.rows() == 5);
  const std::string text = test::contents_of(scratch.path() / "out/calibrations.md");
  CHECK(text.find("| gumbel_softmax |") != std::string::npos);
  CHECK(text.find("Reference,") != std::string::npos);
}

TEST_SUITE_END();
