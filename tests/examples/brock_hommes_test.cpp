#include <doctest/doctest.h>

#include <starling/examples/brock_hommes.hpp>

#include "../support/values.hpp"
#include "example_support.hpp"

TEST_SUITE_BEGIN("examples");

using namespace starling;
using namespace starling::examples;
using namespace starling::test;

namespace {

constexpr double kGoldenTolerance = 1e-10;

struct Golden {
  std::vector<double> theta, noise, series, jacobian;
};

Golden golden() {
  const nlohmann::json file = read_golden("bb_brock_hommes_mild.json");
  return {file["params"], file["eps"], file["x"], flat(file["jacobian"])};
}

/// The model with the published noise, as a function of theta [1][11].
auto with_noise(const std::vector<double>& noise, GradientHorizon horizon = {}) {
  return [&noise, horizon](auto theta) {
    const auto steps = static_cast<std::int64_t>(noise.size());
    return BrockHommes(steps, horizon).simulate_with_noise(theta, constant_like(theta, {steps, 1}, noise));
  };
}

/// One step of the equations in plain numbers; `last` points to x_{t-1}, which x_{t-2} and x_{t-3} precede.
double next_price(std::span<const double> theta, const double* last, double eps) {
  const double beta = std::exp(theta[0]);
  const double r = 1.0 + std::exp(theta[10]);
  const auto soft_max = [](double a, double b) {
    return std::log(std::exp(2.0 * a) + std::exp(2.0 * b)) / 2.0;
  };
  double weights = 0.0;
  double forecast = 0.0;
  for (std::size_t h = 0; h < 4; ++h) {
    const double trend = soft_max(-soft_max(-theta[1 + h], -1.0), 1e-3);
    const double bias = theta[5 + h];
    const double weight =
        std::exp(beta * (last[0] - r * last[-1]) * (trend * last[-2] + bias - r * last[-1]));
    weights += weight;
    forecast += weight * (trend * last[0] + bias);
  }
  return (forecast / weights + std::exp(theta[9]) * eps) / r;
}

}  // namespace

TEST_CASE("Brock-Hommes reproduces the published trajectory and Jacobian, in reverse and in forward mode") {
  const Golden peer = golden();
  const auto model = with_noise(peer.noise);
  CHECK(worst_difference(series_of(one_draw(peer.theta), model), peer.series) < kGoldenTolerance);
  CHECK(worst_difference(reverse_jacobian_of(one_draw(peer.theta), model), peer.jacobian) < kGoldenTolerance);
  CHECK(worst_difference(forward_jacobian_of(one_draw(peer.theta), model), peer.jacobian) < kGoldenTolerance);
}

TEST_CASE("Brock-Hommes: reverse mode agrees with six-point differences, several draws at a time") {
  std::vector<double> theta = golden().theta;
  const std::vector<double> other = spread(BrockHommes::parameters, 3, -0.5, 0.5);
  for (std::size_t p = 0; p < other.size(); ++p) theta.push_back(theta[p] + other[p]);
  const HostArray parameters{{2, BrockHommes::parameters}, theta};
  const HostArray noise{{20, 2}, spread(40, 4)};
  const GradientCheck worst = check_gradient(
      [](Tape<double>&, std::span<const Var<double>> v) {
        return BrockHommes(20).simulate_with_noise(v[0], v[1]);
      },
      {parameters, noise});
  INFO(to_string(worst));
  CHECK(worst.worst_relative_error < 1e-8);
}

TEST_CASE("Brock-Hommes with horizon 0 keeps the derivative of each step at given earlier prices") {
  const Golden peer = golden();
  const std::vector<double> jacobian =
      reverse_jacobian_of(one_draw(peer.theta), with_noise(peer.noise, GradientHorizon(0)));
  for (std::size_t record = 3; record < peer.series.size(); ++record) {
    const std::vector<double> direct = finite_difference_gradient(
        [&](std::span<const double> theta) {
          return next_price(theta, &peer.series[record - 1], peer.noise[record - 3]);
        },
        peer.theta);
    const std::vector<double> row(
        jacobian.begin() + static_cast<std::ptrdiff_t>(record * direct.size()),
        jacobian.begin() + static_cast<std::ptrdiff_t>((record + 1) * direct.size()));
    CHECK(worst_difference(row, direct) < 1e-10);
  }
}

TEST_CASE("with a longer horizon the gradient of a stable market approaches the full one") {
  const Golden peer = golden();
  double error_before = HUGE_VAL;
  for (const std::int64_t horizon : {0, 1, 3, 7, 15, 40}) {
    const std::vector<double> jacobian =
        reverse_jacobian_of(one_draw(peer.theta), with_noise(peer.noise, GradientHorizon(horizon)));
    double error = 0.0;
    for (std::size_t i = 0; i < jacobian.size(); ++i) error += std::abs(jacobian[i] - peer.jacobian[i]);
    CAPTURE(horizon);
    CHECK(error < error_before);
    error_before = error;
  }
  CHECK(error_before < 1e-10);
}

TEST_SUITE_END();
