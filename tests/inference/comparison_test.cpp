#include <cmath>

#include <doctest/doctest.h>

#include <starling/core/random.hpp>
#include <starling/flows/flow.hpp>
#include <starling/inference/comparison.hpp>

TEST_SUITE_BEGIN("inference");

namespace {

using namespace starling;

const Prior kPrior({MarginalPrior::parse("uniform(0, 1)"), MarginalPrior::parse("gamma(2, 1)")});

/// Two measurements of a proportion and a rate with noise of sd 0.02 and 0.3. theta [draws][2]
std::vector<double> measurements(std::span<const double> theta, const RunNoise& noise) {
  const auto runs = static_cast<std::int64_t>(theta.size() / 2) * noise.replicates;
  std::vector<double> outputs = standard_normal_draws(noise.seed, Draw::test, 0, runs, 2);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const std::size_t draw = i / 2 / static_cast<std::size_t>(noise.replicates);
    const double value = theta[draw * 2 + i % 2];
    CHECK(value > 0.0);
    if (i % 2 == 0) CHECK(value < 1.0);
    outputs[i] = value + (i % 2 == 0 ? 0.02 : 0.3) * outputs[i];
  }
  return outputs;
}

}  // namespace

TEST_CASE("the search goes through the unconstrained coordinate and the simulator sees natural values") {
  const QuadraticLoss loss({0.9, 4.0}, {1.0, 0.0, 0.0, 0.01}, 1.0, QuadraticLoss::Form::plain);
  const Comparison comparison = measured_noise_comparison(measurements, kPrior, loss, 2000, 7);
  CHECK(comparison.pilot[0] == doctest::Approx(0.9).epsilon(0.03));
  CHECK(comparison.pilot[1] == doctest::Approx(4.0).epsilon(0.1));
  CHECK(comparison.region.mean[0] == doctest::Approx(std::log(9.0)).epsilon(0.2));
  CHECK(comparison.region.mean[1] == doctest::Approx(std::log(4.0)).epsilon(0.1));
  REQUIRE(comparison.noise);
  CHECK(comparison.noise->sd[0] == doctest::Approx(0.02).epsilon(0.1));
  CHECK(comparison.noise->sd[1] == doctest::Approx(0.3).epsilon(0.1));
}

TEST_CASE("a search may use any loss, also one that depends on the parameters themselves") {
  const RunLoss loss = [](std::span<const double> theta, std::span<const double> outputs) {
    std::vector<double> values;
    for (std::size_t i = 0; i < theta.size(); i += 2)
      values.push_back(std::pow(outputs[i] - 0.25, 2) + std::pow(theta[i + 1] - 0.5, 2));
    return values;
  };
  const SearchRegion region =
      find_region(measurements, kPrior, {kPrior.start_location(), kPrior.start_scale()}, 10, loss, 3);
  CHECK(region.mean[0] == doctest::Approx(std::log(0.25 / 0.75)).epsilon(0.1));
  CHECK(region.mean[1] == doctest::Approx(std::log(0.5)).epsilon(0.1));
}

TEST_SUITE_END();
