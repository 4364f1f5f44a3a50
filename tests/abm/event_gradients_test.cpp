#include <algorithm>
#include <cmath>
#include <numeric>

#include <doctest/doctest.h>

#include <starling/abm/epidemic_model.hpp>
#include <starling/abm/event_flips.hpp>
#include <starling/autodiff/reduction.hpp>
#include <starling/core/error.hpp>

#include "../support/backends.hpp"
#include "../support/statistics.hpp"
#include "../support/worlds.hpp"

TEST_SUITE_BEGIN("abm");

namespace {

using namespace starling;

const std::vector<std::string> kParameters{"networks.household.log10_beta", "networks.school.log10_beta",
                                           "networks.company.log10_beta", "epidemic.log10_seed_fraction",
                                           "policies.masks.factors.company"};

constexpr Estimator kEventEstimators[] = {Estimator::event_flips, Estimator::controlled_flips,
                                          Estimator::event_scores};

// An epidemic that reaches nearly everyone, with all that keeps people apart or brings infections in.
EpidemicSettings saturating_epidemic() {
  EpidemicSettings settings = test::reference_epidemic(10);
  settings.log10_seed_fraction = -1.7;
  settings.profile.shift_mean_days = 0.5;
  settings.networks[0].at_home = true;
  settings.policies.interaction = {{"masks", {"2020-03-04", "2020-03-12"}, {{"company", 0.6}}}};
  settings.policies.vaccination = {
      {.name = "jabs", .dates = {"2020-03-02", "2020-03-06"}, .coverage = 0.5, .efficacy_infection = 0.6}};
  settings.policies.quarantine = {
      {.name = "ill", .dates = {"2020-03-06", "2020-03-08"}, .compliance = 0.6, .household = true}};
  settings.seeding.agents = {5, 100};
  return settings;
}

EpidemicModel model_of(const Exec& exec, const Population& population, Estimator estimator,
                       const EpidemicSettings& settings = saturating_epidemic()) {
  GradientSettings gradient;
  gradient.estimator = estimator;
  gradient.difference_step = 0.02;
  return {exec, population, settings, gradient, kParameters};
}

/// Means over the 32 runs of each seed of d mean(observation) / d parameters. [parameters][seeds]
std::vector<std::vector<double>> gradients(EpidemicModel& model, int seeds) {
  std::vector<std::vector<double>> result(kParameters.size());
  for (int seed = 0; seed < seeds; ++seed) {
    Tape<double> tape(Exec::cpu(1));
    const Var<double> theta =
        tape.variable({1, static_cast<std::int64_t>(kParameters.size())}, model.configured());
    tape.backward(mean(model.observe(tape, theta, {static_cast<std::uint64_t>(seed), 32})));
    for (std::size_t d = 0; d < kParameters.size(); ++d) result[d].push_back(theta.adjoint()[d]);
  }
  return result;
}

void check_agreement(Estimator estimator, int seeds) {
  const Population population = test::mixed_world(300);
  EpidemicModel differences = model_of(Exec::cpu(1), population, Estimator::common_noise_differences);
  EpidemicModel events = model_of(Exec::cpu(1), population, estimator);
  const auto expected = gradients(differences, 16);
  const auto estimated = gradients(events, seeds);
  for (std::size_t d = 0; d < kParameters.size(); ++d) {
    const test::Estimate truth = test::estimate(expected[d]);
    const test::Estimate slope = test::estimate(estimated[d]);
    CAPTURE(kParameters[d]);
    CAPTURE(truth.mean);
    CAPTURE(truth.error);
    CAPTURE(slope.mean);
    CAPTURE(slope.error);
    CHECK(std::abs(slope.mean - truth.mean) < 3.0 * std::hypot(slope.error, truth.error));
  }
}

std::vector<double> gradient_and_observations(const Exec& exec, Estimator estimator) {
  const Population population = test::mixed_world(300);
  EpidemicModel model = model_of(exec, population, estimator);
  Tape<double> tape(Exec::cpu(1));
  const Var<double> theta = tape.variable({1, 5}, model.configured());
  const Var<double> observed = model.observe(tape, theta, {3, 4});
  std::vector<double> weights;
  for (std::int64_t i = 0; i < observed.size(); ++i)
    weights.push_back(std::sin(0.7 * static_cast<double>(i)));
  tape.backward(observed, weights);
  std::vector<double> result = theta.adjoint();
  const std::vector<double> observations = observed.value();
  result.insert(result.end(), observations.begin(), observations.end());
  return result;
}

}  // namespace

TEST_CASE("flips agree with common-noise differences where the epidemic saturates") {
  check_agreement(Estimator::event_flips, 32);
}

TEST_CASE("chains corrected by flips agree with common-noise differences where the epidemic saturates") {
  check_agreement(Estimator::controlled_flips, 32);
}

TEST_CASE("scores agree with common-noise differences where the epidemic saturates") {
  check_agreement(Estimator::event_scores, 96);
}

TEST_CASE("gradients over events are the same bits for any number of threads") {
  for (const Estimator estimator : kEventEstimators)
    CHECK(gradient_and_observations(Exec::cpu(1), estimator) ==
          gradient_and_observations(Exec::cpu(3), estimator));
}

STARLING_BACKEND_CASE("gradients over events are the same on every backend") {
  for (const Estimator estimator : kEventEstimators) {
    const std::vector<double> expected = gradient_and_observations(Exec::cpu(1), estimator);
    const std::vector<double> actual = gradient_and_observations(exec, estimator);
    REQUIRE(actual.size() == expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i)
      CHECK(actual[i] == doctest::Approx(expected[i]).epsilon(1e-5));
  }
}

STARLING_BACKEND_CASE("events are found in proportion to their probability, and impossible ones never") {
  const Population population = test::mixed_world(300);
  const EpidemicSettings settings = test::reference_epidemic(8);
  SampledEpidemic epidemic(
      std::make_shared<World<float>>(test::world_of<float>(
          exec, population, settings, draw_profiles(population.agents(), settings.profile))),
      std::make_shared<Schedule>(settings), 4, {.seeded_agents = {5, 100}});
  LaneParameters parameters = epidemic.schedule().configured(2);
  parameters.seed(0) = -1.5;
  parameters.seed(1) = -0.7;
  const Trajectory trajectory = epidemic.run(parameters, {9, {0, 1}});
  const std::vector<std::int16_t> infection_step = trajectory.infection_step.download();
  const std::vector<double> sums = epidemic.infection_probabilities(trajectory);
  constexpr int kTargets = 4000;
  for (const int step : {0, 1, 6}) {
    const int lane = step == 1 ? 0 : 1;
    const double sum = sums[static_cast<std::size_t>(step * 4 + lane)];
    CAPTURE(step);
    if (step == 1) {
      CHECK(sum == 0.0);  // nobody is infectious yet: 2.12 days
      continue;
    }
    std::vector<EventPlace> places;
    for (int i = 0; i < kTargets; ++i) places.push_back({lane, step, sum * (i + 0.5) / kTargets});
    std::vector<int> hits(300, 0);
    std::vector<double> probability(300, 0.0);
    for (const InfectionEvent& event : epidemic.infection_events(trajectory, places)) {
      const auto agent = static_cast<std::size_t>(event.drawn.agent);
      const int infected_at = infection_step[agent * 4 + static_cast<std::size_t>(lane)];
      CHECK(infected_at >= step);
      CHECK(event.infected == (infected_at == step));
      if (step == 0) CHECK((agent != 5 && agent != 100));
      const double exposure = std::accumulate(event.exposure.begin(), event.exposure.end(), 0.0);
      if (step > 0) CHECK(event.probability == doctest::Approx(-std::expm1(-exposure)).epsilon(1e-5));
      ++hits[agent];
      probability[agent] = event.probability;
    }
    for (std::size_t agent = 0; agent < hits.size(); ++agent)
      CHECK(std::abs(hits[agent] - kTargets * probability[agent] / sum) < 1.001);
    CHECK(std::accumulate(probability.begin(), probability.end(), 0.0) > 0.9 * sum);
  }
  // At the end of the sum, where rounding could lead beyond the last event.
  const InfectionEvent last =
      epidemic.infection_events(trajectory, std::vector<EventPlace>{{1, 6, sums[6 * 4 + 1]}}).front();
  CHECK(last.probability > 0.0);
}

STARLING_BACKEND_CASE("a run with a turned draw is the run itself until the step of the draw") {
  const Population population = test::mixed_world(300);
  const EpidemicSettings settings = test::reference_epidemic(10);
  SampledEpidemic epidemic(
      std::make_shared<World<float>>(test::world_of<float>(
          exec, population, settings, draw_profiles(population.agents(), settings.profile))),
      std::make_shared<Schedule>(settings), 4);
  LaneParameters parameters = epidemic.schedule().configured(4);
  for (int lane = 0; lane < 4; ++lane) parameters.seed(lane) = -1.5;
  const LaneNoise noise{9, {0, 0, 0, 0}};
  const std::vector<std::int16_t> plain = epidemic.run(parameters, noise).infection_step.download();
  const auto infected_at = [&](std::int16_t step) {
    std::size_t agent = 0;
    while (plain[agent * 4] != step) ++agent;
    return static_cast<std::int64_t>(agent);
  };
  const std::int64_t never = infected_at(kNeverInfected), fourth = infected_at(4), seed = infected_at(0);
  const std::vector<std::int16_t> turned =
      epidemic
          .run_turned(parameters, noise, std::vector<DrawnEvent>{{3, 0, seed}, {1, 4, fourth}, {2, 4, never}})
          .infection_step.download();
  const auto at = [&](std::int64_t agent, int lane) {
    return turned[static_cast<std::size_t>(agent * 4 + lane)];
  };
  CHECK(at(fourth, 1) > 4);
  CHECK(at(never, 2) == 4);
  CHECK(at(seed, 3) > 0);
  for (std::int64_t agent = 0; agent < 300; ++agent) {
    CHECK(at(agent, 0) == plain[static_cast<std::size_t>(agent * 4)]);
    for (const int lane : {1, 2})
      if (at(agent, lane) < 4 || at(agent, 0) < 4) CHECK(at(agent, lane) == at(agent, 0));
    if (agent != seed) CHECK((at(agent, 3) == 0) == (at(agent, 0) == 0));
  }
  CHECK_THROWS_AS(
      static_cast<void>(epidemic.run_turned(parameters, noise, std::vector<DrawnEvent>{{0, 11, 0}})),
      InputError);
}

TEST_CASE("what gradients over events cannot do is refused") {
  const Population population = test::mixed_world(40);
  EpidemicSettings settings = saturating_epidemic();
  settings.seeding.agents = {};
  const auto observe = [&](Estimator estimator, const std::string& parameter, int replicates) {
    GradientSettings gradient;
    gradient.estimator = estimator;
    EpidemicModel model(Exec::cpu(1), population, settings, gradient, {parameter});
    Tape<double> tape(Exec::cpu(1));
    static_cast<void>(model.observe(tape, tape.variable({1, 1}, model.configured()), {1, replicates}));
  };
  observe(Estimator::event_flips, kParameters[0], 1);
  CHECK_THROWS_WITH_AS(observe(Estimator::event_scores, kParameters[0], 1), doctest::Contains("at least 2"),
                       InputError);
  for (const Estimator estimator : kEventEstimators) {
    CHECK_THROWS_WITH_AS(observe(estimator, "policies.ill.compliance", 2), doctest::Contains("compliance"),
                         InputError);
    CHECK_THROWS_WITH_AS(observe(estimator, "policies.jabs.efficacy_infection", 2),
                         doctest::Contains("efficacy"), InputError);
  }
  settings.immunity_half_life_days = 100.0;
  settings.policies = {};
  for (const Estimator estimator : kEventEstimators)
    CHECK_THROWS_WITH_AS(observe(estimator, kParameters[0], 2), doctest::Contains("immunity wanes"),
                         InputError);
}

TEST_SUITE_END();
