#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <starling/app/calibration_tables.hpp>
#include <starling/app/configuration.hpp>
#include <starling/core/error.hpp>

#include "../support/temporary_folder.hpp"

TEST_SUITE_BEGIN("app");

using starling::InputError;
using starling::app::Configuration;
using starling::app::read_configuration;

namespace {

constexpr const char* kSmall = R"([population]
area = "Camden"
scale = 0.5
[epidemic]
start = 2020-03-01
days = 30
[networks.school]
log10_beta = 0.6
weekends = false
[networks.household]
log10_beta = 1
[calibrate]
parameters = ["networks.school.log10_beta", "epidemic.log10_seed_fraction"]
)";

Configuration read(const std::string& text, const std::vector<std::string>& overrides = {}) {
  const starling::test::TemporaryFolder folder;
  return read_configuration(folder.write("small.toml", text), overrides);
}

std::string message_of(const std::string& text, const std::vector<std::string>& overrides = {}) {
  try {
    starling::app::require_calibration(read(text, overrides));
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a configuration keeps the networks in the order of the file and fills in defaults") {
  const Configuration configuration = read(kSmall);
  REQUIRE(configuration.epidemic.networks.size() == 2);
  CHECK(configuration.epidemic.networks[0].name == "school");
  CHECK_FALSE(configuration.epidemic.networks[0].weekends);
  CHECK(configuration.epidemic.networks[1].log10_beta == 1.0);
  CHECK(configuration.epidemic.start == "2020-03-01");
  CHECK(configuration.population.scale == 0.5);
  CHECK(configuration.calibrate.epochs == starling::CalibrationSettings().epochs);
}

TEST_CASE("an override wins over the file, whatever its type") {
  const Configuration configuration =
      read(kSmall,
           {"epidemic.days=7", "networks.household.log10_beta=-0.25",
            "population.area=[\"Barnet\", \"Brent\"]", "gradient.estimator=event_flips", "gradient.flips=32",
            "gradient.mode=forward", "networks.household.weekdays=false", "calibrate.truth_seed=5",
            "epidemic.start=2021-02-03", "epidemic.age_bins=[0, 50, 100]", "calibrate.flow={layers = 2}"});
  CHECK(configuration.epidemic.days == 7);
  CHECK(configuration.epidemic.networks[1].log10_beta == -0.25);
  CHECK(configuration.population.areas == std::vector<std::string>{"Barnet", "Brent"});
  CHECK(configuration.gradient.estimator == starling::Estimator::event_flips);
  CHECK(configuration.gradient.flips == 32);
  CHECK(configuration.gradient.mode == starling::SweepMode::forward);
  CHECK_FALSE(configuration.epidemic.networks[1].weekdays);
  CHECK(configuration.calibrate.truth_seed == 5u);
  CHECK(configuration.epidemic.start == "2021-02-03");
  CHECK(configuration.epidemic.age_bin_edges == std::vector<int>{0, 50, 100});
  CHECK(configuration.calibrate.flow.layers == 2);
}

TEST_CASE("a bare word in an override is text, spaces included") {
  CHECK(read(kSmall, {"population.area=Tower Hamlets"}).population.areas.front() == "Tower Hamlets");
}

TEST_CASE("what describe says can be given back as overrides") {
  const Configuration before = read(kSmall, {"calibrate.weight=0.001", "epidemic.age_bins=[0, 9]"});
  std::vector<std::string> overrides;
  for (const auto& [key, value] : describe(before)) overrides.push_back(key + "=" + value);
  const Configuration after = read(kSmall, overrides);
  CHECK(describe(after) == describe(before));
  CHECK(to_json(after) == to_json(before));
}

TEST_CASE("priors and ties are part of what describe and the configuration's JSON say") {
  const std::vector<std::string> changes{"calibrate.priors.networks.school.log10_beta=beta(2, 2, -1, 2.5)",
                                         "calibrate.ties.all=[\"networks.school.log10_beta\"]"};
  const Configuration before = read(kSmall, changes);
  std::vector<std::string> overrides;
  for (const auto& [key, value] : describe(before)) overrides.push_back(key + "=" + value);
  const Configuration after = read(kSmall, overrides);
  CHECK(after.calibrate.priors.at("networks.school.log10_beta").text() == "beta(2, 2, -1, 2.5)");
  CHECK(after.calibrate.ties == before.calibrate.ties);
  CHECK(to_json(after) == to_json(before));
  CHECK(to_json(before) != to_json(read(kSmall)));
}

TEST_CASE("networks say where they meet, when, and who attends") {
  const Configuration configuration = read(
      "[networks.pub]\nlog10_beta = -0.5\nvenues = \"leisure\"\nattendance = \"pub\"\n"
      "[networks.club]\nlog10_beta = 0\nattendance = 0.25\nweekday_steps = [1, 2]\n"
      "normalisation = \"head_count\"\nyoungest_receiver_years = 18\n"
      "[networks.household]\nlog10_beta = 0.5\n"
      "[epidemic]\nweekday_step_hours = [8, 8, 8]\nimmunity_half_life_days = 200\n");
  const std::vector<starling::NetworkSettings>& networks = configuration.epidemic.networks;
  REQUIRE(networks.size() == 3);
  CHECK(networks[0].venue_type() == "leisure");
  CHECK(networks[0].attendance->at(starling::DayType::weekend, 1, 25) == 0.1255);
  CHECK(networks[1].venue_type() == "club");
  CHECK(networks[1].attendance->at(starling::DayType::weekday, 0, 3) == 0.25);
  CHECK(networks[1].weekday_steps == std::vector<int>{1, 2});
  CHECK(networks[1].normalisation == starling::Normalisation::head_count);
  CHECK(networks[1].youngest_receiver_years == 18);
  CHECK_FALSE(networks[1].at_home);
  CHECK(networks[2].at_home);
  CHECK(configuration.epidemic.weekday_step_hours == std::vector<int>{8, 8, 8});
  CHECK(configuration.epidemic.immunity_half_life_days == 200.0);
  CHECK(
      contains(message_of(kSmall, {"networks.school.attendance=1.5"}), "expected a probability from 0 to 1"));
  CHECK(contains(message_of(kSmall, {"networks.school.attendance=theatre"}),
                 "there is no network \"theatre\", expected one of care_visit, cinema"));
  CHECK(contains(message_of(kSmall, {"epidemic.weekday_step_hours=[8, 8]"}), "add up to 24"));
}

TEST_CASE("policies of every kind are read, whatever the order of their keys") {
  const Configuration configuration = read(
      std::string(kSmall) +
          "[policies.lockdown]\nfactors.school = 0.1\nfactors.all = 0.5\nbegin = 2020-03-23\nend = "
          "2020-07-04\nkind = \"interaction\"\n"
          "[policies.closed]\nkind = \"closure\"\nbegin = 2020-03-20\nend = 2020-06-01\nnetworks = "
          "[\"school\"]\n"
          "[policies.ill]\nkind = \"quarantine\"\nbegin = 2020-03-16\nend = 2020-12-31\ncompliance = 0.7\n"
          "household = true\nstage = \"severe\"\n"
          "[policies.jab]\nkind = \"vaccination\"\nbegin = 2020-12-08\nend = 2021-03-01\nages = [65, "
          "120]\ncoverage = 0.9\nefficacy_infection = 0.8\nefficacy_symptoms = 0.25\n",
      {"policies.lockdown.factors.school=0.2"});
  const starling::PolicySettings& policies = configuration.epidemic.policies;
  REQUIRE(policies.interaction.size() == 1);
  CHECK(policies.interaction[0].factors ==
        std::vector<std::pair<std::string, double>>{{"all", 0.5}, {"school", 0.2}});
  CHECK(policies.interaction[0].dates.end == "2020-07-04");
  CHECK(policies.closure[0].networks == std::vector<std::string>{"school"});
  CHECK(policies.quarantine[0].compliance == 0.7);
  CHECK(policies.quarantine[0].household);
  CHECK(policies.quarantine[0].stage == starling::QuarantineStage::severe);
  CHECK(policies.vaccination[0].age_from == 65);
  CHECK(policies.vaccination[0].efficacy_infection == 0.8);
  CHECK(policies.vaccination[0].efficacy_symptoms == 0.25);
  CHECK(contains(to_json(configuration), "\"factors.school\": 0.2"));
  CHECK(contains(to_json(configuration), "\"efficacy_symptoms\": 0.25"));
}

TEST_CASE("a policy that is not understood is an error that says what a policy can have") {
  const std::string head = std::string(kSmall) + "[policies.lockdown]\n";
  const std::string dates = "begin = 2020-03-23\nend = 2020-07-04\n";
  const auto refuses = [&](const std::string& body, const std::string& part) {
    const std::string message = message_of(head + body);
    CAPTURE(message);
    CHECK(contains(message, part));
  };
  refuses(dates, "policies.lockdown.kind is missing, expected one of \"interaction\"");
  refuses(dates + "kind = \"lockdown\"\n", "policies.lockdown.kind = \"lockdown\", expected one of");
  refuses(dates + "kind = \"closure\"\n", "policies.lockdown has no networks");
  refuses(dates + "kind = \"closure\"\nnetworks = [\"school\"]\ncompliance = 0.5\n",
          "a policy of kind \"closure\" has no key compliance");
  refuses(dates + "kind = \"quarantine\"\ncompliance = 1.5\n",
          "policies.lockdown.compliance = 1.5, expected a number from 0 to 1");
  refuses(dates + "kind = \"quarantine\"\nstage = \"ill\"\n", "expected one of \"infectious\"");
  refuses(dates + "kind = \"vaccination\"\ncoverage = 0.5\nefficacy_symptoms = 1.5\n",
          "policies.lockdown.efficacy_symptoms = 1.5, expected a number from 0 to 1");
  refuses("kind = \"quarantine\"\nbegin = 2020-02-31\nend = 2020-03-03\n", "expected day between 1 and 29");
  refuses(dates + "kind = \"interaction\"\nfactor.school = 0.5\n",
          "unknown key policies.lockdown.factor.school");
}

TEST_CASE("an unknown key names file, line and the nearest known key") {
  const std::string message = message_of(std::string(kSmall) + "epoch = 3\n");
  CHECK(contains(message, "small.toml:14"));
  CHECK(contains(message, "calibrate.epoch,"));
  CHECK(contains(message, "calibrate.epochs"));
  CHECK(contains(message_of("[networks.pub]\nlog10_bta = 1\n"), "networks.pub.log10_beta"));
  CHECK(contains(message_of(kSmall, {"epidemic.dayz=3"}), "nearest known key is epidemic.days"));
}

TEST_CASE("a value out of range names file, line, key, value and what is allowed") {
  const std::string message = message_of("[population]\n\nscale = -0.5\n");
  CHECK(contains(message, "small.toml:3: population.scale = -0.5, expected a number above 0 and at most 1"));
  for (const char* bad :
       {"epidemic.days=0", "epidemic.days=1.5", "epidemic.days=many", "epidemic.step_hours=5",
        "epidemic.start=2020-02-30", "epidemic.start=yesterday", "gradient.temperature=0",
        "gradient.temperature=nan", "gradient.flips=0", "calibrate.loss=mse", "calibrate.prior.sd=0",
        "epidemic.age_bins=[0]", "epidemic.age_bins=[5, 3]", "population.area=[]", "population.seed=-1",
        "networks.school.weekends=1", "calibrate.epochs=[1, true]"}) {
    CAPTURE(bad);
    const std::string text = message_of(kSmall, {bad});
    CHECK(contains(text, "--set: "));
    CHECK(contains(text, "expected"));
  }
}

TEST_CASE("a wrong name among choices lists the choices") {
  const std::string message = message_of(kSmall, {"gradient.estimator=magic"});
  for (const char* choice :
       {"straight_through", "straight_through_undepleted", "straight_through_anchored", "smoothed_one_sided",
        "smoothed_two_sided", "gumbel_softmax", "transmission_chains", "common_noise_differences",
        "event_flips", "controlled_flips", "event_scores"})
    CHECK(contains(message, choice));
  const std::string mode = message_of(kSmall, {"gradient.mode=backward"});
  for (const char* choice : {"reverse", "forward"}) CHECK(contains(mode, choice));
}

TEST_CASE("broken TOML names file, line and column") {
  CHECK(contains(message_of("[population]\nscale = = 3\n"), "small.toml:2:"));
  CHECK(contains(message_of(kSmall, {"epidemic.days"}), "expected key=value"));
}

TEST_CASE("only configured rates and the seed fraction can be calibrated") {
  const std::string message = message_of(kSmall, {"calibrate.parameters=[\"networks.pub.log10_beta\"]"});
  CHECK(contains(message,
                 "networks.school.log10_beta, networks.household.log10_beta, epidemic.log10_seed_fraction"));
  CHECK(contains(message_of(kSmall, {"calibrate.parameters=[]"}), "empty"));
  CHECK(contains(message_of("[networks.pub]\nweekends = true\n"), "networks.pub has no log10_beta"));
  CHECK(contains(message_of("[population]\nscale = 1\n"), "no network is configured"));
}

namespace {

const std::string kTied = std::string(kSmall) + R"toml([calibrate.ties]
mixing = ["networks.school.log10_beta", "networks.household.log10_beta"]
[calibrate.priors]
mixing = "uniform(-1, 2)"
"networks.school.log10_beta" = "normal(0.5, 0.2)"
)toml";
constexpr const char* kMixingAndSeed = "calibrate.parameters=[\"mixing\", \"epidemic.log10_seed_fraction\"]";

}  // namespace

TEST_CASE("each parameter gets its own prior, the others the normal one of calibrate.prior") {
  const Configuration configuration =
      read(kTied,
           {"calibrate.prior.mean=-2", "calibrate.priors.epidemic.log10_seed_fraction=student_t(4, -3, 1)"});
  CHECK_NOTHROW(require_calibration(configuration));
  const auto priors = starling::app::prior_of(configuration.calibrate).marginals();
  CHECK(priors[0].text() == "normal(0.5, 0.2)");
  CHECK(priors[1].text() == "student_t(4, -3, 1)");
  const Configuration plain = read(kSmall, {"calibrate.prior.mean=-2"});
  CHECK(starling::app::prior_of(plain.calibrate).marginals()[1].text() == "normal(-2, 1)");
}

TEST_CASE("a tie is one parameter that sets several paths") {
  Configuration configuration = read(kTied, {kMixingAndSeed});
  configuration.calibrate.priors.erase("networks.school.log10_beta");
  CHECK_NOTHROW(require_calibration(configuration));
  const starling::ParameterMap map = starling::app::parameter_map_of(configuration.calibrate);
  CHECK(map.names() == std::vector<std::string>{"mixing", "epidemic.log10_seed_fraction"});
  CHECK(map.paths() == std::vector<std::string>{"networks.school.log10_beta", "networks.household.log10_beta",
                                                "epidemic.log10_seed_fraction"});
  CHECK(starling::app::prior_of(configuration.calibrate).marginals()[0].text() == "uniform(-1, 2)");
}

TEST_CASE("priors and ties that make no sense name what stands where and what is known") {
  CHECK(contains(message_of(kTied + "pub = \"normal(0, 1)\"\n"),
                 "calibrate.priors: \"pub\" is not a parameter, expected some of networks.school.log10_beta, "
                 "networks.household.log10_beta, epidemic.log10_seed_fraction, mixing"));
  CHECK(contains(message_of(kTied + "pub = \"normol(0, 1)\"\n"),
                 "small.toml:19: calibrate.priors.pub: prior \"normol(0, 1)\": there is no distribution"));
  CHECK(contains(message_of(kSmall, {"calibrate.priors.mixing=3"}),
                 "calibrate.priors.mixing = 3, expected text"));
  CHECK(contains(
      message_of(kTied, {kMixingAndSeed}),
      "\"networks.school.log10_beta\" takes its value from \"mixing\": the prior belongs to that name"));
  CHECK(contains(message_of(kSmall, {"calibrate.ties.mixing=[\"networks.pub.log10_beta\"]"}),
                 "calibrate.ties.mixing: \"networks.pub.log10_beta\" cannot be calibrated"));
  CHECK(contains(message_of(kSmall, {"calibrate.ties.mixing=[]"}), "calibrate.ties.mixing = []"));
  CHECK(contains(message_of(kSmall, {"calibrate.ties.mixing=school"}), "expected a list of paths"));
  CHECK(contains(message_of(kSmall, {"calibrate.ties.mixing=[\"networks.school.log10_beta\"]",
                                     "calibrate.parameters=[\"mixing\", \"networks.school.log10_beta\"]"}),
                 "takes its value from \"mixing\" and from \"networks.school.log10_beta\""));
  CHECK(contains(message_of(kSmall, {"calibrate.parameters=[\"epidemic.log10_seed_fraction\", "
                                     "\"epidemic.log10_seed_fraction\"]"}),
                 "stands twice"));
  CHECK(contains(message_of(kSmall, {"calibrate.ties.epidemic.log10_seed_fraction="
                                     "[\"networks.school.log10_beta\"]"}),
                 "a tie needs a name of its own"));
}

TEST_CASE("the configured value of each parameter is found by its path") {
  const Configuration configuration = read(kSmall);
  CHECK(value_of_parameter(configuration, "networks.school.log10_beta") == 0.6);
  CHECK(value_of_parameter(configuration, "epidemic.log10_seed_fraction") == -3.0);
  CHECK_THROWS_AS(value_of_parameter(configuration, "networks.pub.log10_beta"), InputError);
}

TEST_CASE("a relative observed file is looked for beside the configuration") {
  const starling::test::TemporaryFolder folder;
  const auto file = folder.write("with_data.toml", std::string(kSmall) + "observed = \"seen.csv\"\n");
  CHECK(read_configuration(file, {}).calibrate.observed == (folder.path() / "seen.csv").string());
  const std::vector<std::string> overrides{"calibrate.observed=seen.csv"};
  CHECK(read_configuration(file, overrides).calibrate.observed == "seen.csv");
}

TEST_CASE("the examples can be read and calibrated") {
  for (const char* name : {"camden.toml", "camden_quick.toml"}) {
    const Configuration configuration =
        read_configuration(std::filesystem::path(STARLING_SOURCE_DIR) / "examples" / name, {});
    CHECK_NOTHROW(require_calibration(configuration));
  }
}

TEST_SUITE_END();
