#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <starling/app/configuration.hpp>
#include <starling/app/structural_numbers.hpp>
#include <starling/core/error.hpp>

#include "../support/temporary_folder.hpp"

TEST_SUITE_BEGIN("app");

namespace {

using namespace starling;
using namespace starling::app;

constexpr const char* kStructural = R"toml([epidemic]
profile_shift_days = 1.5
[disease]
fatal = 0.4
[networks.household]
log10_beta = 0.5
[networks.school]
log10_beta = 0.5
attendance = 0.8
[networks.pub]
venues = "leisure"
log10_beta = 0.1
attendance = "pub"
[policies.shots]
kind = "vaccination"
begin = 2020-03-05
end = 2020-03-20
coverage = 0.5
efficacy_infection = 0.7
[calibrate]
parameters = ["disease.fatal", "networks.household.log10_beta", "severity"]
[calibrate.ties]
severity = ["disease.severe[0]", "disease.severe[1]"]
[calibrate.priors]
"disease.fatal" = "beta(2, 2)"
severity = "uniform(0, 0.5)"
)toml";

Configuration read(const std::vector<std::string>& overrides = {}) {
  const test::TemporaryFolder folder;
  return read_configuration(folder.write("c.toml", kStructural), overrides);
}

std::string error_of(const std::vector<std::string>& overrides) {
  try {
    require_calibration(read(overrides));
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

std::string error_of_parameter(const std::string& path) {
  return error_of({"calibrate.parameters=[\"" + path + "\"]"});
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("real numbers of the model are found by path, and set through the checks of their keys") {
  const Configuration configuration = read();
  const std::vector<StructuralNumber> numbers = structural_numbers(configuration);
  const auto find = [&](const std::string& path) {
    return std::ranges::find(numbers, path, &StructuralNumber::path);
  };
  for (const char* path :
       {"epidemic.log10_seed_fraction", "networks.household.log10_beta", "policies.shots.efficacy_infection",
        "disease.severe", "disease.fatal[0]", "networks.pub.attendance", "epidemic.days", "population.scale",
        "calibrate.weight", "gradient.difference_step", "epidemic.profile.seed"}) {
    CAPTURE(path);
    CHECK(find(path) == numbers.end());
  }
  const auto check = [&](const char* path, double configured, double other, double refused, auto value_in) {
    CAPTURE(path);
    const auto number = find(path);
    REQUIRE(number != numbers.end());
    CHECK(number->configured == configured);
    Configuration changed = configuration;
    CHECK(number->set(changed, other));
    CHECK(value_in(changed.epidemic) == other);
    CHECK_FALSE(number->set(changed, refused));
    CHECK(value_in(changed.epidemic) == other);
  };
  check("epidemic.profile_shift_days", 1.5, -2.0, std::nan(""),
        [](const auto& e) { return e.profile.shift_mean_days; });
  check("epidemic.profile.shape_mean", 1.56, 2.0, -1.0, [](const auto& e) { return e.profile.shape_mean; });
  check("epidemic.immunity_half_life_days", 0.0, 90.0, -1.0,
        [](const auto& e) { return e.immunity_half_life_days; });
  check("disease.fatal", 0.4, 0.9, 1.1, [](const auto& e) { return e.disease.fatal.at(0); });
  check("disease.severe[3]", 0.032, 0.5, -0.1, [](const auto& e) { return e.disease.severe.at(3); });
  check("disease.latent_mean_days", 4.5, 3.0, 0.0, [](const auto& e) { return e.disease.latent.mean_days; });
  check("networks.school.attendance", 0.8, 0.3, 1.2,
        [](const auto& e) { return e.networks[1].attendance->at(DayType::weekend, 1, 30); });
  CHECK(find("networks.household.attendance")->configured == 1.0);
}

TEST_CASE("a number of a policy that no lane can differ in is structural") {
  const Configuration configuration = read();
  const std::vector<StructuralNumber> numbers = structural_numbers(configuration);
  const auto coverage = std::ranges::find(numbers, "policies.shots.coverage", &StructuralNumber::path);
  REQUIRE(coverage != numbers.end());
  CHECK(coverage->configured == 0.5);
  Configuration changed = configuration;
  CHECK(coverage->set(changed, 0.25));
  CHECK(changed.epidemic.policies.vaccination[0].coverage == 0.25);
  CHECK_FALSE(coverage->set(changed, 1.25));
}

TEST_CASE("calibrated structural numbers carry their priors' neighbours and the settings of a draw") {
  const Configuration configuration = read();
  CHECK_NOTHROW(require_calibration(configuration));
  const StructuralParameters structural = structural_parameters_of(configuration);
  REQUIRE(structural.parameters.size() == 3);
  CHECK(structural.parameters[0].path == "disease.fatal");
  CHECK(structural.parameters[0].configured == 0.4);
  CHECK(structural.parameters[2].path == "disease.severe[1]");
  const EpidemicSettings settings = structural.settings_at(std::vector<double>{0.6, 0.2, 0.2});
  CHECK(settings.disease.fatal == std::vector<double>{0.6});
  CHECK(settings.disease.severe[0] == 0.2);
  CHECK(settings.disease.severe[1] == 0.2);
  CHECK(settings.disease.severe[2] == configuration.epidemic.disease.severe[2]);
  for (const double value : {1e-12, 0.01, 0.25, 0.499999}) {
    const DifferencePoints points = structural.parameters[1].points(value);
    CHECK(points.low > 0.0);
    CHECK(points.low < value);
    CHECK(points.high > value);
    CHECK(points.high < 0.5);
    CHECK(points.distance == points.high - points.low);
  }
  CHECK(structural.parameters[1].points(0.5).distance == 0.0);
  CHECK_THROWS_WITH_AS(
      (void)structural.settings_at(std::vector<double>{1.5, 0.2, 0.2}),
      doctest::Contains("disease.fatal = 1.5, drawn from beta(2, 2), expected a number from 0 to 1"),
      InputError);
  CHECK(value_of_parameter(configuration, "disease.severe[3]") == 0.032);
}

TEST_CASE("priors that reach beyond what a key allows are refused before anything runs") {
  for (const char* prior : {"normal(0.5, 0.1)", "uniform(-0.1, 0.5)", "uniform(0.5, 1.01)", "gamma(2, 2)"}) {
    CAPTURE(prior);
    const std::string error = error_of({std::string("calibrate.priors.disease.fatal=\"") + prior + "\""});
    CHECK(contains(error, std::string("\"disease.fatal\" = \"") + prior + "\" reaches to"));
    CHECK(contains(error, "from 0 to 1"));
  }
  CHECK(error_of({"calibrate.priors.disease.fatal=\"uniform(0, 1)\""}).empty());
  CHECK(contains(error_of({"calibrate.priors.severity=\"log_normal(-2, 1)\""}),
                 "\"severity\" = \"log_normal(-2, 1)\" reaches to inf, but disease.severe[0] must be"));
  CHECK(contains(error_of_parameter("disease.latent_mean_days"), "\"normal(0, 1)\" reaches to -inf"));
  CHECK(error_of({"calibrate.parameters=[\"disease.latent_mean_days\"]",
                  "calibrate.priors.disease.latent_mean_days=\"gamma(4, 1)\""})
            .empty());
  CHECK(error_of_parameter("epidemic.profile_shift_days").empty());
}

TEST_CASE("what cannot be calibrated is refused with the reason and the nearest that can") {
  CHECK(contains(error_of_parameter("disease.latent_days"), "the nearest number that can is disease.latent"));
  CHECK(contains(error_of_parameter("disease.severe[10]"), "is disease.severe[0]"));
  CHECK(contains(error_of_parameter("disease.severe"), "disease.severe[0] to disease.severe[9]"));
  CHECK(contains(error_of_parameter("epidemic.days"), "has the value 30, which is not one real number"));
  CHECK(contains(error_of_parameter("epidemic.start"), "which is not one real number"));
  CHECK(contains(error_of_parameter("networks.pub.attendance"), "which is not one real number"));
  CHECK(contains(error_of_parameter("policies.shots.begin"), "which is not one real number"));
  for (const char* path : {"population.scale", "calibrate.weight", "gradient.difference_step"})
    CHECK(contains(error_of_parameter(path), "no number of the model"));
  CHECK(contains(error_of_parameter("epidemic.days"), "networks.school.log10_beta"));
  CHECK(contains(error_of({"gradient.estimator=straight_through"}),
                 "gradient.estimator = \"straight_through\" has no derivatives by disease.fatal"));
  CHECK(error_of({"gradient.estimator=straight_through",
                  "calibrate.parameters=[\"networks.household.log10_beta\"]"})
            .empty());
}

TEST_SUITE_END();
