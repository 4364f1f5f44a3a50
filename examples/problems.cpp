#include <cmath>
#include <map>

#include <fmt/format.h>

#include <starling/core/error.hpp>
#include <starling/examples/brock_hommes.hpp>
#include <starling/examples/normal.hpp>
#include <starling/examples/problems.hpp>
#include <starling/examples/rama_cont.hpp>
#include <starling/examples/random_walk.hpp>
#include <starling/examples/sir_graph.hpp>

namespace starling::examples {

namespace {

double logit(double p) {
  return std::log(p / (1.0 - p));
}

/// Products of neighbouring records, averaged over time: mean of x_t^a x_{t-lag}^b. [draws][1]
Var<double> mean_product(Var<double> x, int power, std::int64_t lag, int lagged_power) {
  const std::int64_t records = x.shape().last() - lag;
  Var<double> product = slice(x, 1, lag, records);
  if (power == 2) product = square(product);
  const Var<double> earlier = slice(x, 1, 0, records);
  return as_column(mean(product * (lagged_power == 2 ? square(earlier) : earlier), -1));
}

Problem normal_problem(const GradientHorizon&, const Exec&) {
  const Normal model(50);
  return {.parameters = {"mu", "log sigma"},
          .truth = {1.0, -0.5},
          .prior = Prior::normal({0.0, 0.0}, {2.0, 1.0}),
          .simulate = [=](Var<double> theta, std::uint64_t seed) { return model.simulate(theta, seed); },
          .negative_log_likelihood =
              [](Var<double> theta, Var<double> observed) {
                return Normal::negative_log_likelihood(theta, observed);
              }};
}

/// Every tenth position: what lies between adds nothing, x_T alone would be sufficient.
Problem random_walk_problem(const GradientHorizon& horizon, const Exec&) {
  const RandomWalk model(100, horizon);
  return {.parameters = {"logit p"},
          .truth = {-1.0},
          .prior = Prior::normal({0.0}, {2.0}),
          .simulate = [=](Var<double> theta,
                          std::uint64_t seed) { return slice(model.simulate(theta, seed), 1, 10, 10, 10); },
          .negative_log_likelihood = {}};
}

/// Infected and recovered in percent of the agents, every second step.
Problem sir_graph_problem(const GradientHorizon& horizon, const Exec& exec) {
  const ContactGraph graph = random_graph(400, 20.0, 1);
  const SirGraph model(exec, graph, {.steps = 20}, horizon);
  const double percent = 100.0 / static_cast<double>(graph.agents);
  return {.parameters = {"logit initial", "logit beta", "logit gamma"},
          .truth = {logit(0.1), logit(0.02), logit(0.1)},
          .prior = Prior::normal({-2.0, -4.0, -2.0}, {1.0, 1.0, 1.0}),
          .simulate =
              [=](Var<double> theta, std::uint64_t seed) {
                const auto result = model.simulate(theta, seed);
                return percent *
                       concatenate(
                           {slice(result.infected, 1, 0, 11, 2), slice(result.recovered, 1, 2, 10, 2)}, 1);
              },
          .negative_log_likelihood = {}};
}

/// Theta of all eleven parameters from the four that are calibrated: trends and biases of rules 2 and 3.
Var<double> brock_hommes_parameters(Var<double> theta) {
  const Shape column{theta.shape().extent(0), 1};
  const auto fixed = [&](double number) { return filled(theta.tape(), column, number); };
  return concatenate({fixed(std::log(120.0)),                                             // log beta
                      fixed(0.0), parameter(theta, 0), parameter(theta, 1), fixed(1.01),  // trends
                      fixed(0.0), parameter(theta, 2), parameter(theta, 3), fixed(0.0),   // biases
                      fixed(std::log(0.04)), fixed(0.0)},                                 // log sigma, log r
                     1);
}

/// Second to fourth moments of prices with those before them; prices in tenths, so that they are of order 1.
Problem brock_hommes_problem(const GradientHorizon& horizon, const Exec&) {
  const BrockHommes model(100, horizon);
  const auto moments = [](Var<double> x) {
    std::vector<Var<double>> columns{as_column(mean(x, -1))};
    for (const std::int64_t lag : {0, 1, 2, 3}) columns.push_back(mean_product(x, 1, lag, 1));
    for (const std::int64_t lag : {1, 2}) {
      columns.push_back(mean_product(x, 2, lag, 1));
      columns.push_back(mean_product(x, 1, lag, 2));
    }
    for (const std::int64_t lag : {0, 1, 2}) columns.push_back(mean_product(x, 2, lag, 2));
    return as_series(columns);
  };
  return {.parameters = {"trend 2", "trend 3", "bias 2", "bias 3"},
          .truth = {0.9, 0.9, 0.2, -0.2},
          .prior = Prior::normal({0.5, 0.5, 0.3, -0.3}, {0.5, 0.5, 0.3, 0.3}),
          .simulate =
              [=](Var<double> theta, std::uint64_t seed) {
                return moments(10.0 * model.simulate(brock_hommes_parameters(theta), seed));
              },
          .negative_log_likelihood = {}};
}

/// How large returns are, at first and later, and how that lasts.
Problem rama_cont_problem(const GradientHorizon& horizon, const Exec&) {
  const RamaCont model({.agents = 100, .steps = 200, .update_probability = 0.02}, horizon);
  const auto statistics = [](Var<double> returns) {
    const Var<double> size = log(abs(returns) + 0.02);
    const Var<double> second = as_column(mean(square(returns), -1));
    const Var<double> fourth = as_column(mean(square(square(returns)), -1));
    const auto early = [&](std::int64_t first) {
      return log(as_column(mean(abs(slice(returns, 1, first, 20)), -1)) + 0.01);
    };
    return concatenate(
        {as_column(mean(size, -1)), mean_product(size, 1, 0, 1), mean_product(size, 1, 1, 1),
         mean_product(size, 1, 5, 1), log(second + 1e-3), log(fourth + 1e-4), early(0), early(20)},
        1);
  };
  return {.parameters = {"threshold mu", "log threshold sd", "log news sd", "log depth"},
          .truth = {0.1, std::log(0.5), std::log(0.5), std::log(0.2)},
          .prior = Prior::normal({0.0, -0.5, -0.5, -1.0}, {0.5, 0.5, 0.5, 0.7}),
          .simulate = [=](Var<double> theta,
                          std::uint64_t seed) { return statistics(model.simulate(theta, seed)); },
          .negative_log_likelihood = {}};
}

using Maker = Problem (*)(const GradientHorizon&, const Exec&);
const std::map<std::string, Maker>& makers() {
  static const std::map<std::string, Maker> all{{"normal", normal_problem},
                                                {"random_walk", random_walk_problem},
                                                {"sir_graph", sir_graph_problem},
                                                {"brock_hommes", brock_hommes_problem},
                                                {"rama_cont", rama_cont_problem}};
  return all;
}

}  // namespace

std::vector<std::string> problem_names() {
  std::vector<std::string> names;
  for (const auto& [name, maker] : makers()) names.push_back(name);
  return names;
}

Problem make_problem(const std::string& name, const GradientHorizon& horizon, const Exec& exec) {
  const auto maker = makers().find(name);
  if (maker == makers().end())
    throw InputError(fmt::format("no model {}; there are {}", name, fmt::join(problem_names(), ", ")));
  return maker->second(horizon, exec);
}

}  // namespace starling::examples
