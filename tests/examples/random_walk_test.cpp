#include <doctest/doctest.h>

#include <starling/examples/random_walk.hpp>

#include "../support/values.hpp"
#include "example_support.hpp"

TEST_SUITE_BEGIN("examples");

using namespace starling;
using namespace starling::examples;
using namespace starling::test;

namespace {

struct Golden {
  std::vector<double> theta, noise, series, jacobian;
};

/// The published noise is a Gumbel variable for each side of the coin; their difference is logistic.
Golden golden() {
  const nlohmann::json file = read_golden("bb_random_walk.json");
  Golden result{file["theta"], {}, file["x"], flat(file["jacobian"])};
  for (const auto& pair : file["gumbel"])
    result.noise.push_back(pair[0].get<double>() - pair[1].get<double>());
  return result;
}

auto with_noise(std::vector<double> noise, GradientHorizon horizon = {},
                Relaxation relaxation = Relaxation::hard) {
  return [=](auto theta) {
    const auto steps = static_cast<std::int64_t>(noise.size());
    return RandomWalk(steps, horizon, relaxation)
        .simulate_with_noise(theta, constant_like(theta, {steps, 1}, noise));
  };
}

}  // namespace

TEST_CASE(
    "the random walk reproduces the published trajectory and Jacobian, in reverse and in forward mode") {
  const Golden peer = golden();
  const HostArray theta = one_draw(peer.theta);
  CHECK(worst_difference(series_of(theta, with_noise(peer.noise)), peer.series) < 1e-10);
  CHECK(worst_difference(reverse_jacobian_of(theta, with_noise(peer.noise)), peer.jacobian) < 1e-10);
  CHECK(worst_difference(forward_jacobian_of(theta, with_noise(peer.noise)), peer.jacobian) < 1e-10);
}

TEST_CASE("a softened random walk: reverse mode agrees with six-point differences") {
  const Golden peer = golden();
  const auto model = with_noise(peer.noise, {}, Relaxation::soft);
  const GradientCheck worst =
      check_gradient([&](auto&, auto v) { return model(v[0]); }, {one_draw(peer.theta)}, 1e-4);
  INFO(to_string(worst));
  CHECK(worst.worst_relative_error < 1e-7);
}

TEST_CASE("with horizon 0 every position of the walk has the gradient of its last move") {
  const Golden peer = golden();
  const std::vector<double> full = reverse_jacobian_of(one_draw(peer.theta), with_noise(peer.noise));
  const std::vector<double> last =
      reverse_jacobian_of(one_draw(peer.theta), with_noise(peer.noise, GradientHorizon(0)));
  for (std::size_t t = 1; t < full.size(); ++t)
    CHECK(last[t] == doctest::Approx(full[t] - full[t - 1]).epsilon(1e-12));
}

TEST_CASE("the random walk moves with the mean, the variance and the mean gradient of independent coins") {
  constexpr std::int64_t kDraws = 4000;
  constexpr std::int64_t kSteps = 50;
  const double p = 0.3;
  const double slope = p * (1.0 - p);  // dp / dlogit
  const HostArray theta = repeated({std::log(p / (1.0 - p))}, kDraws);
  Tape<double> tape(Exec::cpu(1));
  const Var<double> logit = tape.variable(theta.shape, theta.values);
  const Var<double> end = slice(RandomWalk(kSteps).simulate(logit, 5), 1, kSteps, 1);
  const MeanAndVariance positions = moments_of(end.value());
  const double variance = 4.0 * kSteps * slope;
  CHECK(std::abs(positions.mean - kSteps * (2.0 * p - 1.0)) < 4.0 * std::sqrt(variance / kDraws));
  CHECK(positions.variance == doctest::Approx(variance).epsilon(4.0 * std::sqrt(2.0 / kDraws)));
  // d E[x_n] / dp = 2 n; at temperature 0.1 the estimator's mean is 0.996 of it and its variance per
  // coin 6.93.
  tape.backward(sum(end));
  const MeanAndVariance gradients = moments_of(logit.adjoint());
  const double expected = 2.0 * kSteps * slope;
  CHECK(std::abs(gradients.mean - 0.99573 * expected) <
        4.0 * 2.0 * slope * std::sqrt(6.93 * kSteps / kDraws));
}

TEST_SUITE_END();
