#include <algorithm>

#include <doctest/doctest.h>

#include <starling/core/error.hpp>
#include <starling/examples/sir_graph.hpp>

#include "../support/values.hpp"
#include "example_support.hpp"

TEST_SUITE_BEGIN("examples");

using namespace starling;
using namespace starling::examples;
using namespace starling::test;

namespace {

using Estimator = SirGraph::Estimator;

double logit(double p) {
  return std::log(p / (1.0 - p));
}

/// Infected and recovered side by side.
auto both_series(const SirGraph& model, std::uint64_t seed) {
  return [model, seed](auto theta) {
    const auto result = model.simulate(theta, seed);
    return concatenate({result.infected, result.recovered}, 1);
  };
}

const std::vector<double> kTheta{logit(0.1), logit(0.05), logit(0.2)};

}  // namespace

TEST_CASE("nobody is lost on a contact graph, and only the susceptible are infected") {
  const SirGraph model(Exec::cpu(1), random_graph(300, 10.0, 2), {.steps = 40});
  Tape<double> tape(Exec::cpu(1));
  const HostArray theta = repeated(kTheta, 8);
  const auto result = model.simulate(tape.constant(theta.shape, theta.values), 3);
  const std::vector<double> infected = result.infected.value();
  const std::vector<double> recovered = result.recovered.value();
  for (std::size_t draw = 0; draw < 8; ++draw) {
    CHECK(recovered[draw * 41] == 0.0);
    for (std::size_t step = 0; step <= 40; ++step) {
      const std::size_t k = draw * 41 + step;
      CHECK(infected[k] >= 0.0);
      CHECK(infected[k] + recovered[k] <= 300.0);
      CHECK(infected[k] == std::floor(infected[k]));
      if (step == 0) continue;
      CHECK(recovered[k] >= recovered[k - 1]);
      CHECK(infected[k] + recovered[k] >= infected[k - 1] + recovered[k - 1]);
    }
  }
}

TEST_CASE("an infection that never fails runs along a path one contact a step") {
  // 0 - 1 - 2 - 3 - 4 and a person without contacts; nobody recovers.
  const ContactGraph path{6, {{0, 1}, {1, 2}, {2, 3}, {3, 4}}};
  const SirGraph model(Exec::cpu(1), path, {.steps = 6});
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const std::vector<double> series =
        series_of(one_draw({logit(0.2), 60.0, -60.0}), both_series(model, seed));
    CHECK(series[6] == series[5]);                  // after 4 steps at most nothing moves
    CHECK((series[5] >= 5.0 || series[0] <= 1.0));  // the path is full unless only the lone person had it
    CHECK(series[13] == 0.0);                       // nobody recovered
    for (std::size_t step = 1; step <= 6; ++step) CHECK(series[step] <= 3.0 * series[step - 1]);
  }
}

TEST_CASE("a softened epidemic on a graph: reverse mode agrees with six-point differences") {
  const SirGraph model(Exec::cpu(1), random_graph(12, 4.0, 5), {.steps = 5, .estimator = Estimator::soft});
  const auto function = both_series(model, 8);
  const GradientCheck worst =
      check_gradient([&](auto&, auto v) { return function(v[0]); }, {one_draw(kTheta)}, 1e-4);
  INFO(to_string(worst));
  CHECK(worst.worst_relative_error < 1e-6);
}

TEST_CASE(
    "a sampled epidemic on a graph: reverse mode agrees with forward mode, with and without a horizon") {
  for (const Estimator estimator : {Estimator::straight_through, Estimator::gumbel_softmax}) {
    for (const GradientHorizon& horizon : {GradientHorizon(), GradientHorizon(0), GradientHorizon(2)}) {
      const SirGraph model(Exec::cpu(1), random_graph(40, 6.0, 5), {.steps = 8, .estimator = estimator},
                           horizon);
      const std::vector<double> reverse = reverse_jacobian_of(one_draw(kTheta), both_series(model, 8));
      const std::vector<double> forward = forward_jacobian_of(one_draw(kTheta), both_series(model, 8));
      CHECK(worst_difference(reverse, forward) < 1e-12);
      CHECK(*std::max_element(reverse.begin(), reverse.end()) > 0.1);
    }
  }
}

TEST_CASE("the epidemic on a random graph is that of ndlib within the published factor of 2") {
  // BlackBIRDS 1.3, test_sir.py: 1000 agents, contact probability 0.01, beta 0.05, gamma 0.1, 5 % infected.
  const std::vector<double> infected{50, 100, 114, 135, 174, 217, 260, 304, 329, 377, 407};
  const std::vector<double> recovered{0, 0, 3, 6, 11, 25, 41, 62, 93, 122, 163};
  const SirGraph model(Exec::cpu(1), random_graph(1000, 9.99, 4), {.steps = 10});
  const HostArray theta = repeated({logit(0.05), logit(0.05), logit(0.1)}, 4);
  const std::vector<double> series = series_of(theta, both_series(model, 6));
  for (std::size_t step = 0; step <= 10; ++step) {
    CAPTURE(step);
    double mean_infected = 0.0;
    double mean_recovered = 0.0;
    for (std::size_t draw = 0; draw < 4; ++draw) {
      mean_infected += series[draw * 22 + step] / 4.0;
      mean_recovered += series[draw * 22 + 11 + step] / 4.0;
    }
    CHECK(mean_infected < 2.0 * infected[step]);
    CHECK(mean_infected > 0.5 * infected[step]);
    if (step < 6) continue;  // the published run starts to recover late
    CHECK(mean_recovered < 2.0 * recovered[step]);
    CHECK(mean_recovered > 0.5 * recovered[step]);
  }
}

TEST_CASE("a random graph has the contacts asked for, and a graph with strangers is refused") {
  const ContactGraph graph = random_graph(500, 8.0, 9);
  const double expected = 500.0 * 8.0 / 2.0;
  CHECK(std::abs(static_cast<double>(graph.pairs.size()) - expected) < 4.0 * std::sqrt(expected));
  for (const auto& [a, b] : graph.pairs) CHECK(a != b);
  CHECK_THROWS_AS(SirGraph(Exec::cpu(1), ContactGraph{3, {{0, 3}}}, {}), InputError);
  CHECK_THROWS_AS(random_graph(3, 8.0, 1), InputError);
}

TEST_SUITE_END();
