#include <doctest/doctest.h>

#include "../support/shell.hpp"
#include "../support/temporary_folder.hpp"

TEST_SUITE_BEGIN("app");

TEST_CASE("a vaccine whose efficacy is calibrated from 0 simulates as no vaccine, and is refused otherwise") {
  using namespace starling;
  constexpr const char* kVaccine = R"toml([population]
scale = 0.003
[epidemic]
days = 10
log10_seed_fraction = -1.5
[networks.household]
log10_beta = 0.9
[simulate]
samples = 2
)toml";
  constexpr const char* kPolicy = R"toml([policies.shots]
kind = "vaccination"
begin = 2020-03-02
end = 2020-03-08
coverage = 0.5
)toml";
  const test::TemporaryFolder folder;
  folder.write("none.toml", kVaccine);
  folder.write("shots.toml", std::string(kVaccine) + kPolicy);
  const auto simulate = [&](const std::string& arguments) {
    return test::status_of(folder.path(),
                           "'" STARLING_PROGRAM "' simulate " + arguments + " --quiet 2>errors");
  };
  REQUIRE(simulate("none.toml --out a") == 0);
  for (const char* parameters : {"[\"policies.shots.efficacy_symptoms\"]", "[\"jab\"]"}) {
    CAPTURE(parameters);
    REQUIRE(simulate("shots.toml --out b --set calibrate.ties.jab='[\"policies.shots.efficacy_infection\"]' "
                     "--set 'calibrate.parameters=" +
                     std::string(parameters) + "'") == 0);
    CHECK(test::contents_of(folder.path() / "a" / "timeseries.csv") ==
          test::contents_of(folder.path() / "b" / "timeseries.csv"));
  }
  CHECK(simulate("shots.toml --out c --set 'calibrate.parameters=[\"networks.household.log10_beta\"]'") == 2);
  CHECK(test::contents_of(folder.path() / "errors").find("can never act") != std::string::npos);
}

TEST_SUITE_END();
