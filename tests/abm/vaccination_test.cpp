#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>
#include <numeric>

#include <doctest/doctest.h>

#include <starling/abm/sampled_epidemic.hpp>
#include <starling/core/error.hpp>
#include <starling/kernels/infection.hpp>

#include "../support/backends.hpp"
#include "../support/worlds.hpp"

TEST_SUITE_BEGIN("abm");

namespace {

using starling::Buffer;
using starling::EpidemicSettings;
using starling::Exec;
using starling::kNeverInfected;
using starling::kNeverVaccinated;
using starling::Population;
using starling::SampledEpidemic;
using starling::SampledRules;
using starling::Schedule;
using starling::Trajectory;
using starling::Vaccination;
using starling::VaccinationPolicy;

// Households of the mixed world in an epidemic that reaches nearly everyone.
EpidemicSettings fierce_epidemic(int days, std::vector<VaccinationPolicy> vaccination = {}) {
  EpidemicSettings settings = starling::test::reference_epidemic(days);
  for (auto& network : settings.networks) network.log10_beta += 0.5;
  settings.log10_seed_fraction = -1.5;
  settings.policies.vaccination = std::move(vaccination);
  return settings;
}

std::shared_ptr<const Vaccination> plan_of(const Exec& exec, const Population& population,
                                           const Schedule& schedule) {
  return std::make_shared<Vaccination>(exec, population, schedule.policies(), schedule.calendar(), 3);
}

std::vector<std::int16_t> vaccination_steps(const Exec& exec, const Population& population,
                                            const Schedule& schedule) {
  const auto plan = plan_of(exec, population, schedule);
  std::vector<std::int16_t> result(population.age_years.size());
  exec.copy_to_host(result.data(), plan->step(), population.agents() * 2);
  return result;
}

SampledEpidemic epidemic_of(const Exec& exec, const Population& population, const EpidemicSettings& settings,
                            SampledRules rules) {
  return {std::make_shared<starling::World<float>>(starling::test::world_of<float>(
              exec, population, settings, starling::draw_profiles(population.agents(), settings.profile))),
          std::make_shared<Schedule>(settings), 1, std::move(rules)};
}

// Infections of people aged at least `age` in the steps from `step` on.
int infections_from(const Population& population, const std::vector<std::int16_t>& infection_step, int age,
                    int step) {
  int result = 0;
  for (std::size_t i = 0; i < infection_step.size(); ++i)
    if (population.age_years[i] >= age && infection_step[i] != kNeverInfected && infection_step[i] >= step)
      ++result;
  return result;
}

}  // namespace

STARLING_BACKEND_CASE("coverage rises evenly between the dates, among the ages named only") {
  const Population population = starling::test::mixed_world(40000);
  const EpidemicSettings settings = fierce_epidemic(
      20, {{.name = "old", .dates = {"2020-03-05", "2020-03-15"}, .age_from = 60, .coverage = 0.8},
           {.name = "all", .dates = {"2020-03-01", "2020-03-11"}, .age_from = 20, .coverage = 0.5}});
  const auto steps = vaccination_steps(exec, population, Schedule(settings));
  const auto share = [&](int age_from, int age_to, int step) {
    int people = 0;
    int vaccinated = 0;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (population.age_years[i] < age_from || population.age_years[i] >= age_to) continue;
      ++people;
      vaccinated += steps[i] <= step ? 1 : 0;
    }
    return std::pair{static_cast<double>(vaccinated) / people, people};
  };
  const auto check = [&](int age_from, int age_to, int step, double expected) {
    const auto [reached, people] = share(age_from, age_to, step);
    CAPTURE(step);
    CHECK(std::abs(reached - expected) <= 4.0 * std::sqrt(expected * (1.0 - expected) / people));
  };
  for (int step = 0; step <= 20; ++step) {
    check(0, 20, step, 0.0);
    check(20, 60, step, 0.5 * std::clamp(step / 10.0, 0.0, 1.0));
    // The first policy of an age applies, and only that one.
    check(60, 200, step, 0.8 * std::clamp((step - 4) / 10.0, 0.0, 1.0));
  }
}

STARLING_BACKEND_CASE(
    "a perfect vaccine for everyone from some age ends infections there, and nowhere else") {
  const Population population = starling::test::mixed_world(3000);
  const EpidemicSettings settings = fierce_epidemic(20, {{.name = "old",
                                                          .dates = {"2020-03-01", "2020-03-07"},
                                                          .age_from = 60,
                                                          .coverage = 1.0,
                                                          .efficacy_infection = 1.0}});
  const Schedule schedule(settings);
  SampledRules rules;
  rules.vaccination = plan_of(exec, population, schedule);
  SampledEpidemic epidemic = epidemic_of(exec, population, settings, rules);
  const auto infected = epidemic.run(schedule.configured(1), {5, {0}}).infection_step.download();
  CHECK(infections_from(population, infected, 60, 0) > infections_from(population, infected, 60, 6));
  CHECK(infections_from(population, infected, 60, 6) == 0);
  CHECK(infections_from(population, infected, 0, 6) > 300);
  const auto vaccinated = vaccination_steps(exec, population, schedule);
  for (std::size_t i = 0; i < infected.size(); ++i)
    CHECK((infected[i] == kNeverInfected || infected[i] == 0 || infected[i] < vaccinated[i]));
}

STARLING_BACKEND_CASE("a vaccine of efficacy 0 changes nothing") {
  const Population population = starling::test::mixed_world(1000);
  const EpidemicSettings with =
      fierce_epidemic(15, {{.name = "sugar", .dates = {"2020-03-01", "2020-03-07"}, .coverage = 1.0}});
  const EpidemicSettings without = fierce_epidemic(15);
  SampledRules rules;
  rules.vaccination = plan_of(exec, population, Schedule(with));
  SampledEpidemic sugar = epidemic_of(exec, population, with, rules);
  SampledEpidemic none = epidemic_of(exec, population, without, {});
  CHECK(sugar.run(Schedule(with).configured(1), {5, {0}}).infection_step.download() ==
        none.run(Schedule(without).configured(1), {5, {0}}).infection_step.download());
}

TEST_CASE("a schedule with vaccination asks for who is vaccinated when") {
  const Population population = starling::test::mixed_world(40);
  const EpidemicSettings settings =
      fierce_epidemic(15, {{.name = "old", .dates = {"2020-03-01", "2020-03-07"}, .coverage = 1.0}});
  CHECK_THROWS_WITH_AS(epidemic_of(Exec::cpu(1), population, settings, {}), doctest::Contains("vaccination"),
                       starling::InputError);
}

STARLING_BACKEND_CASE("immunity of half-life h leaves susceptibility 1 - 2^(-d/h) after d days") {
  constexpr std::int64_t kPeople = 40000;
  constexpr double kHalfLifeDays = 4.0;
  starling::Csr alone;
  for (std::int32_t i = 0; i < kPeople; ++i) {
    alone.indices.push_back(0);
    alone.offsets.push_back(i + 1);
  }
  const Buffer<std::int64_t> offsets(exec, alone.offsets);
  const Buffer<std::int32_t> indices(exec, alone.indices);
  const Buffer<float> pressure(exec, std::vector<float>{1.3F});
  const Buffer<std::uint32_t> sample(exec, std::vector<std::uint32_t>{0});
  std::vector<float> times;
  for (int k = 0; k <= 40; ++k) times.push_back(0.5F * static_cast<float>(k));
  const Buffer<float> step_time_days(exec, times);
  for (const int step : {3, 8, 40}) {
    Buffer<std::int16_t> infected(exec, std::vector<std::int16_t>(kPeople, 2));
    starling::kernels::infection(exec,
                                 {.agents = kPeople,
                                  .lanes = 1,
                                  .memberships = {offsets.data(), indices.data()},
                                  .pressure = pressure.data(),
                                  .duration_days = 0.5F,
                                  .step = step,
                                  .noise = {8, sample.data()},
                                  .infection_step = infected.data(),
                                  .waning_per_day = static_cast<float>(std::numbers::ln2 / kHalfLifeDays),
                                  .now_days = times[static_cast<std::size_t>(step)],
                                  .step_time_days = step_time_days.data()});
    const double days = 0.5 * (step - 2);
    const double p = -std::expm1(-1.3 * 0.5 * (1.0 - std::exp2(-days / kHalfLifeDays)));
    const double share = static_cast<double>(std::ranges::count(infected.download(), step)) / kPeople;
    CHECK(std::abs(share - p) < 4.0 * std::sqrt(p * (1.0 - p) / kPeople));
  }
}

STARLING_BACKEND_CASE("people are infected again, and counted again, only where immunity wanes") {
  const Population population = starling::test::mixed_world(1500);
  const EpidemicSettings settings = fierce_epidemic(60);
  const auto run = [&](double half_life_days) {
    SampledRules rules;
    if (half_life_days > 0.0) rules.waning_per_day = std::numbers::ln2 / half_life_days;
    SampledEpidemic epidemic = epidemic_of(exec, population, settings, rules);
    const Trajectory trajectory = epidemic.run(Schedule(settings).configured(1), {5, {0}});
    const auto cases = epidemic.new_cases(trajectory);
    const auto steps = trajectory.infection_step.download();
    const auto ever = static_cast<std::int64_t>(steps.size()) - std::ranges::count(steps, kNeverInfected);
    return std::pair{std::accumulate(cases.begin(), cases.end(), std::int64_t{0}), ever};
  };
  const auto [once, ever] = run(0.0);
  CHECK(once == ever);
  CHECK(ever > 1200);
  const auto [slow, slow_ever] = run(100.0);
  const auto [fast, fast_ever] = run(5.0);
  CHECK(slow > slow_ever);
  CHECK(fast > 2 * fast_ever);
  CHECK(fast > slow);
}

TEST_CASE("runs whose immunity wanes refuse a reverse sweep and say what to use instead") {
  const Population population = starling::test::mixed_world(100);
  const EpidemicSettings settings = fierce_epidemic(5);
  SampledRules rules;
  rules.waning_per_day = 0.1;
  SampledEpidemic epidemic = epidemic_of(Exec::cpu(1), population, settings, rules);
  const Trajectory trajectory = epidemic.run(Schedule(settings).configured(1), {5, {0}});
  const std::vector<double> case_adj(epidemic.new_cases(trajectory).size(), 1.0);
  CHECK_THROWS_WITH_AS((void)epidemic.adjoint(trajectory, case_adj, {}), doctest::Contains("immunity wanes"),
                       starling::InputError);
}

TEST_SUITE_END();
