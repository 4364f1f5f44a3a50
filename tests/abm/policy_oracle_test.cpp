// Sampled epidemics under quarantine and vaccination, and their adjoint, against the oracle.
#include <cmath>
#include <memory>

#include <doctest/doctest.h>

#include <starling/abm/sampled_epidemic.hpp>
#include <starling/core/random.hpp>
#include <starling/kernels/disease_course_math.hpp>

#include "../support/backends.hpp"
#include "../support/epidemic_oracle.hpp"
#include "../support/worlds.hpp"

TEST_SUITE_BEGIN("abm");

namespace {

using starling::EpidemicSettings;
using starling::Exec;
using starling::LaneParameters;
using starling::QuarantineStage;
using starling::SampledEpidemic;
using starling::Schedule;
using starling::Trajectory;
using starling::World;

constexpr std::size_t kLanes = 4;
constexpr std::uint64_t kSeed = 21;

// An epidemic with two quarantines, one for whole households, and a vaccine, and what an oracle needs of it.
struct PolicySetting {
  starling::Population population = starling::test::mixed_world(900);
  EpidemicSettings settings = starling::test::reference_epidemic(25);
  starling::InfectiousnessProfiles profiles = starling::draw_profiles(900, settings.profile);
  std::shared_ptr<const Schedule> schedule;
  starling::SampledRules rules;
  std::vector<std::int16_t> vaccination_step;
  LaneParameters parameters{3, 0};

  explicit PolicySetting(const Exec& exec) {
    settings.age_bin_edges = rules.disease.age_bands;
    settings.networks[0].at_home = true;
    settings.log10_seed_fraction = -1.3;
    for (std::size_t n = 0; n < 3; ++n) settings.networks[n].log10_beta = 0.7 - 0.3 * static_cast<double>(n);
    settings.policies.quarantine = {{.name = "alone",
                                     .dates = {"2020-03-06", "2020-03-20"},
                                     .stage = QuarantineStage::infectious,
                                     .compliance = 0.7},
                                    {.name = "households",
                                     .dates = {"2020-03-08", "2020-04-20"},
                                     .stage = QuarantineStage::symptomatic,
                                     .compliance = 0.6,
                                     .household = true}};
    settings.policies.vaccination = {{.name = "vaccine",
                                      .dates = {"2020-03-04", "2020-03-20"},
                                      .age_from = 30,
                                      .age_to = 80,
                                      .coverage = 0.9,
                                      .efficacy_infection = 0.75,
                                      .efficacy_symptoms = 0.5}};
    schedule = std::make_shared<Schedule>(settings);
    rules.vaccination = std::make_shared<starling::Vaccination>(exec, population, schedule->policies(),
                                                                schedule->calendar(), settings.profile.seed);
    rules.vaccination_eases_symptoms = true;
    vaccination_step.resize(900);
    exec.copy_to_host(vaccination_step.data(), rules.vaccination->step(), 900 * 2);
    parameters = schedule->configured(kLanes);
    // The lanes differ in their compliance with the household policy.
    for (int lane = 0; lane < static_cast<int>(kLanes); ++lane) parameters.policy(1, lane) = 0.9 - 0.2 * lane;
  }

  SampledEpidemic epidemic(const Exec& exec) const {
    return {
        std::make_shared<World<float>>(starling::test::world_of<float>(exec, population, settings, profiles)),
        schedule, static_cast<int>(kLanes), rules};
  }

  [[nodiscard]] bool reached(std::size_t agent, std::size_t lane, const std::vector<std::int16_t>& infected,
                             int step, starling::DiseaseStage stage) const {
    const std::int16_t infection = infected[agent * kLanes + lane];
    if (infection >= step) return false;
    starling::DiseaseSettings disease = rules.disease;
    if (infection >= vaccination_step[agent])
      for (double& probability : disease.symptomatic) probability *= 0.5;
    const auto reach = starling::reach_probabilities(
        disease, starling::disease_age_class(disease, population.age_years[agent]));
    const auto course =
        starling::disease_course(kSeed, static_cast<std::uint32_t>(lane), static_cast<std::uint32_t>(agent),
                                 reach, starling::disease_delays(rules.disease));
    const starling::DiseaseStage now = starling::stage_at(course, static_cast<float>(step - infection));
    return now >= stage && now != starling::DiseaseStage::dead;
  }

  [[nodiscard]] starling::test::OracleRules oracle_rules(const std::vector<std::int16_t>& infected,
                                                         std::size_t lane) const {
    return {.at_home = {true, false, false},
            .kept_outside =
                [this, &infected, lane](int step, std::size_t agent) {
                  const auto& date = schedule->calendar().record(step).date;
                  double kept = 1.0;
                  if (date >= "2020-03-06" && date < "2020-03-20" &&
                      reached(agent, lane, infected, step, starling::DiseaseStage::infectious))
                    kept *= 1.0 - 0.7;
                  bool home = false;
                  for (std::size_t other = agent / 4 * 4; other < agent / 4 * 4 + 4; ++other)
                    home = home || reached(other, lane, infected, step, starling::DiseaseStage::symptomatic);
                  if (home && date >= "2020-03-08")
                    kept *= 1.0 - parameters.policy(1, static_cast<int>(lane));
                  return kept;
                },
            .vaccinated_susceptibility =
                [this](int step, std::size_t agent) { return step >= vaccination_step[agent] ? 0.25 : 1.0; }};
  }
};

}  // namespace

STARLING_BACKEND_CASE(
    "with quarantine and a vaccine, infections follow the oracle's probabilities draw by draw") {
  const PolicySetting setting(exec);
  SampledEpidemic epidemic = setting.epidemic(exec);
  const auto infected = epidemic.run(setting.parameters, {kSeed, {0, 1, 2, 3}}).infection_step.download();
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const starling::test::EpidemicOracle<double> oracle{setting.population,
                                                        setting.profiles,
                                                        *setting.schedule,
                                                        {0.7, 0.4, 0.1},
                                                        setting.oracle_rules(infected, lane)};
    int infections = 0;
    int disagreements = 0;
    oracle.run(std::pow(10.0, -1.3), [&](int step, std::size_t agent, double probability) {
      const std::int16_t happened = infected[agent * kLanes + lane];
      const double u = starling::uniform_double(starling::random_word(
          kSeed, static_cast<std::uint32_t>(agent), static_cast<std::uint32_t>(step),
          static_cast<std::uint32_t>(lane), step == 0 ? starling::Draw::seeding : starling::Draw::infection));
      const bool expected = happened >= step && u < probability;
      infections += happened == step ? 1 : 0;
      if ((happened == step) != expected && std::abs(u - probability) > 1e-5 * probability) ++disagreements;
      return happened == step ? 1.0 : 0.0;
    });
    CHECK(infections > 100);
    CHECK(disagreements == 0);
  }
}

STARLING_BACKEND_CASE(
    "the adjoint under quarantine and a vaccine is the forward-mode derivative, with who is ill given") {
  const PolicySetting setting(exec);
  SampledEpidemic epidemic = setting.epidemic(exec);
  const Trajectory trajectory = epidemic.run(setting.parameters, {kSeed, {0, 1, 2, 3}});
  const auto infected = trajectory.infection_step.download();
  const std::size_t cells = epidemic.new_cases(trajectory).size();
  const std::size_t groups = cells / kLanes / 26;
  std::vector<double> case_adj(cells);
  for (std::size_t i = 0; i < cells; ++i)
    case_adj[i] = std::cos(0.21 * static_cast<double>(i / kLanes / groups));  // by step
  const LaneParameters gradient = epidemic.adjoint(trajectory, case_adj, {});
  using Dual = starling::test::Dual<4>;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const starling::test::EpidemicOracle<Dual> oracle{
        setting.population,
        setting.profiles,
        *setting.schedule,
        {Dual::variable(0.7, 0), Dual::variable(0.4, 1), Dual::variable(0.1, 2)},
        setting.oracle_rules(infected, lane)};
    const auto expected = oracle.run(exp(Dual(std::log(10.0)) * Dual::variable(-1.3, 3)),
                                     [&](int step, std::size_t agent, const Dual& probability) {
                                       const bool now = infected[agent * kLanes + lane] == step;
                                       return starling::test::straight_through(now ? 1.0 : 0.0, probability);
                                     });
    Dual total(0.0);
    for (std::size_t step = 0; step < expected.size(); ++step)
      for (const Dual& y : expected[step])
        total = total + Dual(std::cos(0.21 * static_cast<double>(step))) * y;
    const int l = static_cast<int>(lane);
    for (int p = 0; p < 3; ++p)
      CHECK(gradient.beta(p, l) == doctest::Approx(total.tangent[static_cast<std::size_t>(p)]).epsilon(3e-4));
    CHECK(gradient.seed(l) == doctest::Approx(total.tangent[3]).epsilon(3e-4));
  }
}

TEST_SUITE_END();
