#include <cmath>
#include <numbers>
#include <numeric>

#include <doctest/doctest.h>

#include <starling/abm/epidemic_model.hpp>
#include <starling/abm/mean_field_epidemic.hpp>
#include <starling/autodiff/reduction.hpp>
#include <starling/core/error.hpp>

#include "../support/backends.hpp"
#include "../support/worlds.hpp"

TEST_SUITE_BEGIN("abm");

namespace {

using namespace starling;

const std::vector<std::string> kThree{"networks.household.log10_beta", "networks.school.log10_beta",
                                      "epidemic.log10_seed_fraction"};

EpidemicSettings epidemic_of(int days) {
  EpidemicSettings settings = test::reference_epidemic(days);
  settings.log10_seed_fraction = -2.0;
  return settings;
}

EpidemicModel model_of(const Exec& exec, const Population& population, Estimator estimator, int days = 12) {
  GradientSettings gradient;
  gradient.estimator = estimator;
  return {exec, population, epidemic_of(days), gradient, kThree};
}

const std::vector<double> kTwoDraws{0.8, 0.5, -1.9, 0.2, 0.7, -2.1};

}  // namespace

STARLING_BACKEND_CASE("observations are log10 of one plus the cumulative cases of each age bin") {
  const Population population = test::mixed_world(800);
  EpidemicModel model = model_of(exec, population, Estimator::straight_through);
  const RunNoise noise{5, 3};
  const std::vector<double> observations = model.observe(kTwoDraws, noise);
  const std::vector<std::int64_t> cases = model.new_cases(kTwoDraws, noise);
  REQUIRE(observations.size() == 6 * 3 * 13);
  for (std::size_t run = 0; run < 6; ++run) {
    for (std::size_t bin = 0; bin < 3; ++bin) {
      std::int64_t cumulative = 0;
      for (std::size_t record = 0; record < 13; ++record) {
        cumulative += cases[(run * 13 + record) * 3 + bin];
        CHECK(observations[(run * 3 + bin) * 13 + record] ==
              doctest::Approx(std::log10(1.0 + static_cast<double>(cumulative))).epsilon(1e-12));
      }
    }
  }
}

STARLING_BACKEND_CASE("the node of differences holds central differences with common noise") {
  const Population population = test::mixed_world(800);
  EpidemicModel model = model_of(exec, population, Estimator::common_noise_differences);
  const RunNoise noise{5, 2};
  Tape<double> tape(Exec::cpu(1));
  const Var<double> theta = tape.variable({2, 3}, kTwoDraws);
  const Var<double> observed = model.observe(tape, theta, noise);
  CHECK(observed.value() == model.observe(kTwoDraws, noise));
  std::vector<double> weights;
  for (std::int64_t i = 0; i < observed.size(); ++i)
    weights.push_back(std::sin(0.3 * static_cast<double>(i)));
  tape.backward(observed, weights);
  const std::vector<double> adjoint = theta.adjoint();
  const double step = GradientSettings{}.difference_step;
  for (std::size_t p = 0; p < kTwoDraws.size(); ++p) {
    double difference = 0.0;
    for (const double sign : {1.0, -1.0}) {
      std::vector<double> moved = kTwoDraws;
      moved[p] += sign * step;
      const std::vector<double> outputs = model.observe(moved, noise);
      for (std::size_t i = 0; i < outputs.size(); ++i)
        difference += sign * weights[i] * outputs[i] / (2.0 * step);
    }
    CHECK(adjoint[p] == doctest::Approx(difference).epsilon(1e-10));
  }
}

STARLING_BACKEND_CASE("differences do not count runs beyond the range of a parameter") {
  const Population population = test::mixed_world(800);
  EpidemicModel model = model_of(exec, population, Estimator::common_noise_differences);
  const RunNoise noise{5, 1};
  // A fraction above 1 seeds everybody: the second draw lies beyond the range, the first next to its end.
  const std::vector<double> draws{0.8, 0.5, -0.04, 0.8, 0.5, 0.3};
  const double step = GradientSettings{}.difference_step;
  Tape<double> tape(Exec::cpu(1));
  const Var<double> theta = tape.variable({2, 3}, draws);
  const Var<double> observed = model.observe(tape, theta, noise);
  tape.backward(observed, std::vector<double>(static_cast<std::size_t>(observed.size()), 1.0));
  const auto total_at = [&](double log10_seed_fraction) {
    const std::vector<double> outputs =
        model.observe(std::vector<double>{0.8, 0.5, log10_seed_fraction}, noise);
    return std::accumulate(outputs.begin(), outputs.end(), 0.0);
  };
  const double one_sided = (total_at(0.0) - total_at(-0.04 - step)) / (step + 0.04);
  CHECK(one_sided > 0.0);
  CHECK(theta.adjoint()[2] == doctest::Approx(one_sided).epsilon(1e-10));
  CHECK(theta.adjoint()[5] == 0.0);
}

STARLING_BACKEND_CASE("the reverse-mode node chains the observation with the simulator's reverse sweep") {
  const Population population = test::mixed_world(800);
  EpidemicModel model = model_of(exec, population, Estimator::straight_through);
  const RunNoise noise{5, 1};
  Tape<double> tape(Exec::cpu(1));
  const Var<double> theta = tape.variable({2, 3}, kTwoDraws);
  const Var<double> observed = model.observe(tape, theta, noise);
  const std::vector<double> weights(static_cast<std::size_t>(observed.size()), 0.25);
  tape.backward(observed, weights);

  const EpidemicSettings settings = epidemic_of(12);
  SampledEpidemic epidemic(
      std::make_shared<World<float>>(test::world_of<float>(
          exec, population, settings, draw_profiles(population.agents(), settings.profile))),
      std::make_shared<Schedule>(settings), 2);
  LaneParameters parameters(3, 2);
  for (int lane = 0; lane < 2; ++lane) {
    const auto first = static_cast<std::size_t>(lane) * 3;
    parameters.beta(0, lane) = kTwoDraws[first];
    parameters.beta(1, lane) = kTwoDraws[first + 1];
    parameters.beta(2, lane) = 0.3;
    parameters.seed(lane) = kTwoDraws[first + 2];
  }
  const Trajectory trajectory = epidemic.run(parameters, {5, {0, 1}});
  const std::vector<std::int64_t> cases = epidemic.new_cases(trajectory);
  const auto width = static_cast<std::size_t>(epidemic.width());
  const auto groups = static_cast<std::size_t>(epidemic.world().groups());
  std::vector<double> cases_adj(cases.size(), 0.0);
  for (std::size_t lane = 0; lane < 2; ++lane) {
    for (std::size_t bin = 0; bin < 3; ++bin) {
      for (std::size_t day = 0; day < 13; ++day) {
        double cumulative = 0.0;
        for (std::size_t k = 0; k <= day; ++k)
          cumulative += static_cast<double>(cases[(k * groups + bin) * width + lane]);
        for (std::size_t k = 0; k <= day; ++k)
          cases_adj[(k * groups + bin) * width + lane] += 0.25 / (std::numbers::ln10 * (1.0 + cumulative));
      }
    }
  }
  const LaneParameters gradient = epidemic.adjoint(trajectory, cases_adj, {});
  const std::vector<double> adjoint = theta.adjoint();
  for (int lane = 0; lane < 2; ++lane) {
    const auto first = static_cast<std::size_t>(lane) * 3;
    CHECK(adjoint[first] == doctest::Approx(gradient.beta(0, lane)).epsilon(1e-5));
    CHECK(adjoint[first + 1] == doctest::Approx(gradient.beta(1, lane)).epsilon(1e-5));
    CHECK(adjoint[first + 2] == doctest::Approx(gradient.seed(lane)).epsilon(1e-5));
  }
}

TEST_CASE("in a mild epidemic every estimator agrees with common-noise differences on average") {
  const Population population = test::mixed_world(4000);
  EpidemicSettings settings = epidemic_of(10);
  settings.networks = {{.name = "household", .log10_beta = -0.3},
                       {.name = "school", .log10_beta = -0.3},
                       {.name = "company", .log10_beta = -0.3}};
  const auto mean_gradient = [&](Estimator estimator) {
    GradientSettings gradient;
    gradient.estimator = estimator;
    EpidemicModel model(Exec::cpu(2), population, settings, gradient, kThree);
    std::vector<double> sum_of_gradients(3, 0.0);
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
      Tape<double> tape(Exec::cpu(1));
      const Var<double> theta = tape.variable({1, 3}, model.configured());
      const Var<double> observed = model.observe(tape, theta, {seed, 32});
      tape.backward(mean(observed));
      for (std::size_t d = 0; d < 3; ++d) sum_of_gradients[d] += theta.adjoint()[d] / 4.0;
    }
    return sum_of_gradients;
  };
  const std::vector<double> truth = mean_gradient(Estimator::common_noise_differences);
  const std::vector<double> plain = mean_gradient(Estimator::straight_through);
  const std::vector<double> relaxed = mean_gradient(Estimator::gumbel_softmax);
  const std::vector<double> expected = mean_gradient(Estimator::mean_field);
  for (std::size_t d = 0; d < 3; ++d) {
    CHECK(plain[d] == doctest::Approx(truth[d]).epsilon(0.15));
    CHECK(relaxed[d] == doctest::Approx(truth[d]).epsilon(0.25));
    CHECK(expected[d] == doctest::Approx(truth[d]).epsilon(0.25));
  }
}

TEST_CASE("the mean-field gradient is the derivative of the mean-field epidemic and knows no noise") {
  const Population population = test::mixed_world(200);
  EpidemicSettings settings = epidemic_of(6);
  GradientSettings gradient;
  gradient.estimator = Estimator::mean_field;
  const SeriesTarget cases{.key = {std::nullopt, ""}, .form = SeriesForm::cumulative, .from = "2020-03-07"};
  OutputSettings outputs;
  outputs.targets = {cases};
  EpidemicModel model(Exec::cpu(1), population, settings, gradient, kThree, outputs);
  REQUIRE(model.outputs() == 1);
  const auto gradient_at = [&](std::uint64_t seed) {
    Tape<double> tape(Exec::cpu(1));
    const Var<double> theta = tape.variable({2, 3}, kTwoDraws);
    tape.backward(sum(model.observe(tape, theta, {seed, 1})));
    return theta.adjoint();
  };
  const std::vector<double> found = gradient_at(1);
  CHECK(found == gradient_at(2));
  const auto schedule = std::make_shared<Schedule>(settings);
  const CaseGroups groups = make_case_groups(population, settings.age_bin_edges, {});
  const auto world =
      std::make_shared<World<double>>(Exec::cpu(1), population, settings.networks,
                                      draw_profiles(population.agents(), settings.profile), groups);
  MeanFieldEpidemic epidemic(world, schedule, 1);
  const auto all_cases = [&](std::vector<double> theta) {
    LaneParameters parameters = schedule->configured(1);
    parameters.beta(0, 0) = theta[0];
    parameters.beta(1, 0) = theta[1];
    parameters.seed(0) = theta[2];
    double total = 0.0;
    for (const double cases_of_group : epidemic.run(parameters)) total += cases_of_group;
    return total;
  };
  constexpr double kStep = 1e-4;
  for (std::size_t draw = 0; draw < 2; ++draw) {
    const std::vector<double> at(kTwoDraws.begin() + static_cast<std::ptrdiff_t>(3 * draw),
                                 kTwoDraws.begin() + static_cast<std::ptrdiff_t>(3 * draw + 3));
    for (std::size_t d = 0; d < 3; ++d) {
      std::vector<double> high = at, low = at;
      high[d] += kStep;
      low[d] -= kStep;
      const double slope = (all_cases(high) - all_cases(low)) / (2.0 * kStep);
      CHECK(found[3 * draw + d] == doctest::Approx(slope).epsilon(1e-5));
    }
  }
}

TEST_CASE("parameters that do not exist or come twice are refused with the list of those that do") {
  const Population population = test::mixed_world(40);
  const auto make = [&](std::vector<std::string> parameters) {
    return EpidemicModel(Exec::cpu(1), population, epidemic_of(3), {}, parameters);
  };
  CHECK_THROWS_WITH_AS(make({"networks.pub.log10_beta"}), doctest::Contains("networks.company.log10_beta"),
                       InputError);
  CHECK_THROWS_WITH_AS(make({kThree[0], kThree[0]}), doctest::Contains("listed twice"), InputError);
}

TEST_SUITE_END();
