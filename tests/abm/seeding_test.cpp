#include <cmath>
#include <memory>

#include <doctest/doctest.h>

#include <starling/abm/sampled_epidemic.hpp>
#include <starling/core/error.hpp>
#include <starling/kernels/disease_course_math.hpp>

#include "../support/backends.hpp"
#include "../support/worlds.hpp"

TEST_SUITE_BEGIN("abm");

namespace {

using starling::EpidemicSettings;
using starling::Exec;
using starling::InputError;
using starling::kNeverInfected;
using starling::LaneParameters;
using starling::Population;
using starling::SampledEpidemic;
using starling::SampledRules;

constexpr int kLanes = 8;

// The mixed world, the first half of whose agents live in "North".
Population two_boroughs(std::int64_t agents) {
  Population population = starling::test::mixed_world(agents);
  std::vector<std::int32_t> codes;
  for (std::int64_t i = 0; i < agents; ++i) codes.push_back(i < agents / 2 ? 0 : 1);
  population.attributes.push_back({"borough", {"North", "South"}, codes});
  return population;
}

// Nobody infects anybody, nobody is seeded.
LaneParameters still(const starling::Schedule& schedule) {
  LaneParameters parameters = schedule.configured(kLanes);
  for (int lane = 0; lane < kLanes; ++lane) {
    for (int n = 0; n < 3; ++n) parameters.beta(n, lane) = -25.0;
    parameters.seed(lane) = -25.0;
  }
  return parameters;
}

starling::LaneNoise noise() {
  return {11, {0, 1, 2, 3, 4, 5, 6, 7}};
}

struct Run {
  Population population = two_boroughs(4000);
  EpidemicSettings settings = starling::test::reference_epidemic(10);
  starling::CaseGroups groups = starling::make_case_groups(population, {0, 18, 65, 100}, {"borough"});
  std::shared_ptr<starling::Schedule> schedule = std::make_shared<starling::Schedule>(settings);

  SampledEpidemic epidemic(const Exec& exec, SampledRules rules) const {
    return {std::make_shared<starling::World<float>>(exec, population, settings.networks,
                                                     starling::draw_profiles(4000, settings.profile), groups),
            schedule, kLanes, std::move(rules)};
  }
};

}  // namespace

STARLING_BACKEND_CASE("listed agents are infected at the start in every lane, and nobody else") {
  const Run run;
  SampledEpidemic epidemic = run.epidemic(exec, {.seeded_agents = {0, 17, 3999}});
  const auto steps = epidemic.run(still(*run.schedule), noise()).infection_step.download();
  for (std::size_t agent = 0; agent < 4000; ++agent)
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      REQUIRE(steps[agent * kLanes + lane] ==
              (agent == 0 || agent == 17 || agent == 3999 ? 0 : kNeverInfected));
  CHECK_THROWS_AS(run.epidemic(exec, {.seeded_agents = {4000}}), InputError);
}

STARLING_BACKEND_CASE("imports infect the expected number of people of their area on their day") {
  const Run run;
  starling::SeedingSettings seeding;
  seeding.imports_by = "borough";
  seeding.imports = {{"2020-03-04", "South", 300.0}, {"2020-03-06", "North", 20.0}};
  const auto importation = std::make_shared<starling::Importation>(exec, run.population, run.groups,
                                                                   run.schedule->calendar(), seeding);
  SampledEpidemic epidemic = run.epidemic(exec, {.importation = importation});
  const auto steps = epidemic.run(still(*run.schedule), noise()).infection_step.download();
  double south = 0.0;
  double north = 0.0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i] == kNeverInfected) continue;
    const bool is_north = i / kLanes < 2000;
    REQUIRE(steps[i] == (is_north ? 5 : 3));
    (is_north ? north : south) += 1.0 / kLanes;
  }
  // Binomial over 2000 people, eight lanes.
  CHECK(std::abs(south - 300.0) < 4.0 * std::sqrt(300.0 * 0.85 / kLanes));
  CHECK(std::abs(north - 20.0) < 4.0 * std::sqrt(20.0 / kLanes));
}

TEST_CASE("imports that cannot be are errors that say what is wrong") {
  const Run run;
  const auto import = [&](const starling::ImportedCases& cases, const std::string& by = "borough") {
    starling::SeedingSettings seeding;
    seeding.imports_by = by;
    seeding.imports = {cases};
    const starling::Importation importation(Exec::cpu(1), run.population, run.groups,
                                            run.schedule->calendar(), seeding);
  };
  CHECK_NOTHROW(import({"2020-03-04", "South", 3.0}));
  CHECK_THROWS_WITH_AS(import({"2020-03-04", "Suoth", 3.0}),
                       "epidemic.imports: borough = \"Suoth\", the nearest known one is \"South\"",
                       InputError);
  CHECK_THROWS_AS(import({"2020-04-04", "South", 3.0}), InputError);
  CHECK_THROWS_AS(import({"2020-02-30", "South", 3.0}), InputError);
  CHECK_THROWS_AS(import({"2020-03-04", "South", 2000.0}), InputError);
  CHECK_THROWS_AS(import({"2020-03-04", "South", -1.0}), InputError);
  CHECK_THROWS_AS(import({"2020-03-04", "South", 3.0}, "area"), InputError);
}

STARLING_BACKEND_CASE("a profile linked to symptoms counts its shift from their onset") {
  constexpr std::int64_t kAgents = 257;
  const Population population = starling::test::mixed_world(kAgents);
  const EpidemicSettings settings = starling::test::reference_epidemic(1);
  starling::InfectiousnessProfiles profiles;
  for (std::int64_t i = 0; i < kAgents; ++i) profiles.push_back(1.0, 1.56, 0.53, -2.12);
  const auto world = starling::test::world_of<float>(exec, population, settings, profiles);
  const starling::DiseaseDelays delays = starling::disease_delays({});
  const std::vector<std::uint32_t> samples{0, 3, 3, 9};
  const starling::Buffer<std::uint32_t> device_samples(exec, samples);
  const starling::Buffer<std::int16_t> infection_step(exec, std::vector<std::int16_t>(kAgents * 4, 0));
  const starling::Buffer<float> times(exec, std::vector<float>{0.0F, 1.0F});
  starling::Buffer<starling::Quanta> transmission(exec, kAgents * 4);
  starling::kernels::transmission<starling::EventState>(
      exec, {.agents = kAgents,
             .lanes = 4,
             .state = {infection_step.data(), times.data(), 9},
             .profile = world.profile(),
             .now_days = 8.5F,
             .transmission = transmission.data(),
             .transmission_outside = nullptr,
             .isolation = {},
             .onset = {true, 77, device_samples.data(), delays.exposed, delays.infectious}});
  const auto given = transmission.download();
  int positive = 0;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const auto agent = static_cast<std::uint32_t>(i / 4);
    // Everyone has symptoms, so that the course shows their onset.
    const starling::DiseaseCourse course =
        starling::disease_course(77, samples[i % 4], agent, {1.0F, 0.0F, 0.0F, 0.0F}, delays);
    const double d = 8.5 - static_cast<double>(course.symptomatic_days) + 2.12;
    const double expected =
        d > 0.0 ? std::pow(0.53, 1.56) * std::pow(d, 0.56) * std::exp(-0.53 * d) / std::tgamma(1.56) : 0.0;
    positive += expected > 0.0 ? 1 : 0;
    CHECK(starling::from_quanta(given[i]) == doctest::Approx(expected).epsilon(1e-4).scale(1e-3));
  }
  CHECK(positive > 500);
}

TEST_SUITE_END();
