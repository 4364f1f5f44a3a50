#include <algorithm>
#include <memory>

#include <doctest/doctest.h>

#include <starling/abm/isolation.hpp>
#include <starling/abm/sampled_epidemic.hpp>
#include <starling/abm/vaccination.hpp>

#include "../support/backends.hpp"
#include "../support/worlds.hpp"

TEST_SUITE_BEGIN("abm");

namespace {

using starling::Buffer;
using starling::DiseaseSettings;
using starling::EpidemicSettings;
using starling::Exec;
using starling::Isolation;
using starling::kNeverInfected;
using starling::QuarantineStage;
using starling::SampledEpidemic;
using starling::Schedule;
using starling::World;

// Everyone is infectious after 2.5 days, has symptoms after 5.5 and recovers after 13.5.
DiseaseSettings fixed_course() {
  DiseaseSettings disease;
  disease.symptomatic.assign(10, 1.0);
  disease.severe.assign(10, 0.0);
  disease.latent = {2.5, 0.0};
  disease.presymptomatic = {3.0, 0.0};
  disease.symptomatic_recovery = {8.0, 0.0};
  return disease;
}

// From Tuesday 2022-02-01, step k ending on February 1 + k.
EpidemicSettings fixture_epidemic(int days) {
  EpidemicSettings settings;
  settings.start = "2022-02-01";
  settings.days = days;
  settings.networks = {{.name = "household", .at_home = true}, {.name = "company", .weekends = false}};
  return settings;
}

starling::QuarantinePolicy quarantine(QuarantineStage stage, double compliance = 1.0, bool household = false,
                                      const std::string& begin = "2022-02-01",
                                      const std::string& end = "2022-04-01") {
  return {.name = household ? "households" : "alone",
          .dates = {begin, end},
          .stage = stage,
          .compliance = compliance,
          .household = household};
}

// The flags of the fixture's people before a step, one lane, given their infection steps.
std::vector<std::uint8_t> flags_on(const Exec& exec, const EpidemicSettings& settings,
                                   const DiseaseSettings& disease,
                                   const std::vector<std::int16_t>& infection_step, int step,
                                   const starling::VaccinationView<float>& symptoms = {}) {
  const World<float> world = starling::test::world_of<float>(exec, starling::test::fixture_world(), settings,
                                                             starling::draw_profiles(100, settings.profile));
  const Schedule schedule(settings);
  Isolation isolation(world, schedule, disease, 1);
  isolation.upload(schedule, schedule.configured(1));
  const Buffer<std::int16_t> infections(exec, infection_step);
  const Buffer<float> times(exec, schedule.times<float>());
  const Buffer<std::uint32_t> sample(exec, std::vector<std::uint32_t>{0});
  const auto view = isolation.compute(world, schedule, {infections.data(), times.data(), step},
                                      {1, sample.data()}, symptoms);
  std::vector<std::uint8_t> flags(100, 0);
  if (view.flags != nullptr) exec.copy_to_host(flags.data(), view.flags, 100);
  return flags;
}

std::vector<std::int16_t> infected_at(const std::vector<std::pair<std::size_t, std::int16_t>>& infections) {
  std::vector<std::int16_t> steps(100, kNeverInfected);
  for (const auto& [agent, step] : infections) steps[agent] = step;
  return steps;
}

}  // namespace

STARLING_BACKEND_CASE("quarantine asks those in or past its stage who have not recovered") {
  EpidemicSettings settings = fixture_epidemic(30);
  settings.policies.quarantine = {quarantine(QuarantineStage::infectious)};
  // On day 20: recovered, never infected, exposed, infectious, symptomatic; and infected on that very step.
  const auto flags = flags_on(exec, settings, fixed_course(),
                              infected_at({{0, 0}, {20, 18}, {30, 16}, {40, 10}, {50, 20}}), 20);
  CHECK(flags[0] == 0);
  CHECK(flags[10] == 0);
  CHECK(flags[20] == 0);
  CHECK(flags[30] == 1);
  CHECK(flags[40] == 1);
  CHECK(flags[50] == 0);
  CHECK(std::ranges::count(flags, 0) == 98);
}

STARLING_BACKEND_CASE("quarantine lasts from its stage to recovery, between its dates only") {
  EpidemicSettings settings = fixture_epidemic(20);
  settings.policies.quarantine = {
      quarantine(QuarantineStage::symptomatic, 1.0, false, "2022-02-09", "2022-02-14")};
  const auto infections = infected_at({{0, 0}, {4, 3}, {8, 6}});
  for (int step = 1; step <= 20; ++step) {
    const auto flags = flags_on(exec, settings, fixed_course(), infections, step);
    const bool in_force = step >= 8 && step < 13;
    for (const auto& [agent, infection] : {std::pair{0, 0}, {4, 3}, {8, 6}}) {
      const double days = step - infection;
      CHECK(flags[static_cast<std::size_t>(agent)] == (in_force && days >= 5.5 && days < 13.5 ? 1 : 0));
    }
  }
}

STARLING_BACKEND_CASE("a household keeps away while one of it has to, and no other household does") {
  EpidemicSettings settings = fixture_epidemic(20);
  settings.policies.quarantine = {quarantine(QuarantineStage::symptomatic, 1.0, true),
                                  quarantine(QuarantineStage::infectious)};
  const auto flags = flags_on(exec, settings, fixed_course(), infected_at({{5, 0}, {10, 4}}), 8);
  for (std::size_t agent = 0; agent < 100; ++agent) {
    CAPTURE(agent);
    // Agent 5 has symptoms; agent 10 is infectious without.
    const int expected = agent == 5 ? 3 : agent / 4 == 1 ? 1 : agent == 10 ? 2 : 0;
    CHECK(flags[agent] == expected);
  }
}

STARLING_BACKEND_CASE("the dead keep nobody away") {
  EpidemicSettings settings = fixture_epidemic(20);
  settings.policies.quarantine = {quarantine(QuarantineStage::symptomatic, 1.0, true)};
  DiseaseSettings disease = fixed_course();
  for (auto* probability : {&disease.severe, &disease.critical, &disease.fatal}) probability->assign(10, 1.0);
  disease.onset_to_admission = disease.admission_to_intensive_care =
      disease.intensive_care_to_death = {1.0, 0.0};
  // Critical from day 7.5, dead from day 8.5.
  CHECK(std::ranges::count(flags_on(exec, settings, disease, infected_at({{5, 0}}), 8), 1) == 4);
  CHECK(std::ranges::count(flags_on(exec, settings, disease, infected_at({{5, 0}}), 9), 1) == 0);
}

STARLING_BACKEND_CASE(
    "with the same draw, those vaccinated when infected fall ill and into quarantine less often") {
  EpidemicSettings settings = fixture_epidemic(20);
  settings.policies.quarantine = {quarantine(QuarantineStage::symptomatic)};
  DiseaseSettings disease = fixed_course();
  disease.symptomatic.assign(10, 0.8);
  DiseaseSettings eased = disease;
  eased.symptomatic.assign(10, 0.8 * 0.25);
  const std::vector<std::int16_t> infected(100, 4);
  // Vaccinated before, on the step of, after and never; under the second of two policies.
  const std::int16_t steps[] = {0, 4, 5, starling::kNeverVaccinated};
  std::vector<std::int16_t> vaccination_step;
  for (std::size_t agent = 0; agent < 100; ++agent) vaccination_step.push_back(steps[agent % 4]);
  const Buffer<std::int16_t> vaccinated(exec, vaccination_step);
  const Buffer<std::uint8_t> policy(exec, std::vector<std::uint8_t>(100, 1));
  const Buffer<float> left(exec, std::vector<float>{0.0F, 0.25F});
  const auto flags =
      flags_on(exec, settings, disease, infected, 12, {vaccinated.data(), policy.data(), left.data()});
  const auto unvaccinated = flags_on(exec, settings, disease, infected, 12);
  const auto all_vaccinated = flags_on(exec, settings, eased, infected, 12);
  for (std::size_t agent = 0; agent < 100; ++agent)
    CHECK(flags[agent] == (agent % 4 < 2 ? all_vaccinated : unvaccinated)[agent]);
  CHECK(std::ranges::count(unvaccinated, 1) > 2 * std::ranges::count(all_vaccinated, 1));
  CHECK(std::ranges::count(all_vaccinated, 1) > 5);
}

STARLING_BACKEND_CASE("courses remembered as over change nobody's flags, in any order of steps") {
  EpidemicSettings settings = fixture_epidemic(60);
  settings.policies.quarantine = {quarantine(QuarantineStage::severe, 1.0, false, "2022-02-03", "2022-02-20"),
                                  quarantine(QuarantineStage::symptomatic)};
  settings.policies.quarantine[0].name = "admitted";
  DiseaseSettings disease;
  disease.symptomatic.assign(10, 0.6);
  disease.severe.assign(10, 0.5);
  disease.critical.assign(10, 0.5);
  disease.fatal.assign(10, 0.5);
  const World<float> world = starling::test::world_of<float>(exec, starling::test::fixture_world(), settings,
                                                             starling::draw_profiles(100, settings.profile));
  const Schedule schedule(settings);
  std::vector<std::int16_t> steps(100);
  for (std::size_t agent = 0; agent < steps.size(); ++agent)
    steps[agent] = static_cast<std::int16_t>(agent % 20);
  const Buffer<std::int16_t> infections(exec, steps);
  const Buffer<float> times(exec, schedule.times<float>());
  const Buffer<std::uint32_t> sample(exec, std::vector<std::uint32_t>{0});
  Isolation remembering(world, schedule, disease, 1);
  int bound = 0;
  for (const std::uint64_t seed : {1U, 2U}) {
    remembering.forget_courses();
    for (const int step : {50, 3, 10, 30, 20, 25, 12, 40, 15, 8}) {
      const auto flags = [&](Isolation& isolation) {
        const auto view = isolation.compute(world, schedule, {infections.data(), times.data(), step},
                                            {seed, sample.data()});
        std::vector<std::uint8_t> result(100);
        exec.copy_to_host(result.data(), view.flags, 100);
        return result;
      };
      Isolation fresh(world, schedule, disease, 1);
      const auto expected = flags(fresh);
      CHECK(flags(remembering) == expected);
      bound += static_cast<int>(100 - std::ranges::count(expected, 0));
    }
  }
  CHECK(bound > 100);
}

TEST_CASE("the share of contacts that is kept is what compliance leaves, and policies multiply") {
  const std::vector<float> kept_share{0.4F, 0.3F, 0.5F, 0.2F};  // [policies][lanes]
  const std::vector<std::uint8_t> flags{0, 1, 2, 3};
  const starling::IsolationView<float> view{flags.data(), kept_share.data(), 0};
  CHECK(view.kept(0, 2, 1) == 1.0F);
  CHECK(view.kept(1, 2, 1) == 0.3F);
  CHECK(view.kept(2, 2, 1) == 0.2F);
  CHECK(view.kept(3, 2, 0) == 0.4F * 0.5F);
}

STARLING_BACKEND_CASE("people in quarantine infect nobody at work and everybody at home") {
  EpidemicSettings settings = fixture_epidemic(7);
  settings.networks[0].weekdays = false;
  for (auto& network : settings.networks) network.log10_beta = 5.0;
  settings.profile.shift_mean_days = -2.12;
  settings.policies.quarantine = {quarantine(QuarantineStage::severe)};
  starling::SampledRules rules;
  rules.disease = fixed_course();
  rules.disease.severe.assign(10, 1.0);
  rules.disease.critical.assign(10, 0.0);
  rules.disease.latent = rules.disease.presymptomatic = rules.disease.onset_to_admission = {0.01, 0.0};
  SampledEpidemic epidemic(
      std::make_shared<World<float>>(starling::test::world_of<float>(
          exec, starling::test::fixture_world(), settings, starling::draw_profiles(100, settings.profile))),
      std::make_shared<Schedule>(settings), 1, rules);
  const auto steps =
      epidemic.run_from(Schedule(settings).configured(1), {1, {0}}, starling::test::fixture_infected(1))
          .infection_step.download();
  // Step 4 is a Saturday. Ten of the 25 households of four have an infected member.
  CHECK(std::ranges::count(steps, 0) == 10);
  CHECK(std::ranges::count(steps, 4) == 30);
  CHECK(std::ranges::count(steps, kNeverInfected) == 60);
}

TEST_CASE("household quarantine without a network at home is refused") {
  EpidemicSettings settings = fixture_epidemic(5);
  settings.networks[0].at_home = false;
  settings.policies.quarantine = {quarantine(QuarantineStage::symptomatic, 1.0, true)};
  const Schedule schedule(settings);
  const World<float> world =
      starling::test::world_of<float>(Exec::cpu(1), starling::test::fixture_world(), settings,
                                      starling::draw_profiles(100, settings.profile));
  CHECK_THROWS_WITH_AS(Isolation(world, schedule, {}, 1),
                       doctest::Contains("policies.households: concerns households"), starling::InputError);
}

TEST_SUITE_END();
