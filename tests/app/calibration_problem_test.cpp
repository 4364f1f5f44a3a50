#include <string>

#include <doctest/doctest.h>

#include <starling/app/calibration_problem.hpp>
#include <starling/app/command_line.hpp>
#include <starling/app/population_source.hpp>

#include "../support/temporary_folder.hpp"

TEST_SUITE_BEGIN("app");

namespace {

using namespace starling;

constexpr const char* kWeeklyCases = R"toml([population]
scale = 0.003
[epidemic]
days = 21
log10_seed_fraction = -1
profile_shift_days = 0.5
[networks.household]
log10_beta = 0.3
[calibrate]
parameters = ["networks.household.log10_beta"]
[calibrate.targets.cases]
quantity = "cases"
form = "weekly"
calibrate_dispersion = true
)toml";

}  // namespace

TEST_CASE("the search for a start moves rates, and leaves dispersions in the middle of their priors") {
  const test::TemporaryFolder scratch;
  const std::string file = scratch.write("weekly.toml", kWeeklyCases).string();
  const char* const words[] = {"starling", "calibrate", file.c_str(), "--out", "unused"};
  const app::Invocation invocation = *app::parse_command_line(5, words);
  const app::Configuration configuration = app::read_configuration(file, {});
  const Population population = app::make_population_of(invocation, configuration).population;
  app::CalibrationProblem problem(Exec::cpu(1), population, configuration, configuration.gradient, 1);
  problem.observe();
  const SearchRegion start = problem.find_start();
  const Prior& prior = problem.prior();
  REQUIRE(start.mean.size() == 2);
  CHECK(start.mean[0] != prior.start_location()[0]);
  CHECK(start.sd[0] < prior.start_scale()[0]);
  CHECK(start.mean[1] == prior.start_location()[1]);
  CHECK(start.sd[1] == prior.start_scale()[1]);
}

TEST_SUITE_END();
