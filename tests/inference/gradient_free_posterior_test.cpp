#include <cmath>

#include <doctest/doctest.h>

#include <starling/core/error.hpp>
#include <starling/core/random.hpp>
#include <starling/flows/flow.hpp>
#include <starling/inference/gradient_free_posterior.hpp>

TEST_SUITE_BEGIN("inference");

namespace {

using starling::gradient_free_posterior;
using starling::GradientFreePosterior;
using starling::GradientFreeSettings;
using starling::InputError;
using starling::NoisyFunction;
using starling::Prior;

// A loss of each row with normal noise of standard deviation 2 on it.
NoisyFunction noisy(std::function<double(const double*)> loss, std::size_t dimensions) {
  return [loss, dimensions](std::span<const double> points, std::uint64_t noise) {
    const auto rows = static_cast<int>(points.size() / dimensions);
    std::vector<double> values = starling::standard_normal_draws(noise, starling::Draw::test, 0, rows, 1);
    for (std::size_t row = 0; row < values.size(); ++row)
      values[row] = 2.0 * values[row] + loss(points.data() + row * dimensions);
    return values;
  };
}

}  // namespace

TEST_CASE("a normal posterior is found through the noise of losses, from a start beside it") {
  // Precision of the likelihood ((20, 8), (8, 5)), its mean (1, -2); the prior adds 1 to both.
  const NoisyFunction loss = noisy(
      [](const double* theta) {
        const double a = theta[0] - 1.0, b = theta[1] + 2.0;
        return 7.0 + 0.5 * (20.0 * a * a + 16.0 * a * b + 5.0 * b * b);
      },
      2);
  const Prior prior = Prior::normal({0.0, 0.0}, {1.0, 1.0});
  const GradientFreePosterior found =
      gradient_free_posterior(prior, loss, 1.0, {{0.3, -1.0}, {0.5, 0.8}}, GradientFreeSettings{}, 1);
  // (P + 1)^-1 P mean, of P + 1 = ((21, 8), (8, 6)) with determinant 62.
  const double right_0 = 20.0 * 1.0 + 8.0 * -2.0, right_1 = 8.0 * 1.0 + 5.0 * -2.0;
  const double sd_0 = std::sqrt(6.0 / 62.0), sd_1 = std::sqrt(21.0 / 62.0);
  CHECK(std::abs(found.mean[0] - (6.0 * right_0 - 8.0 * right_1) / 62.0) < 0.05 * sd_0);
  CHECK(std::abs(found.mean[1] - (21.0 * right_1 - 8.0 * right_0) / 62.0) < 0.05 * sd_1);
  CHECK(found.sd[0] == doctest::Approx(sd_0).epsilon(0.05));
  CHECK(found.sd[1] == doctest::Approx(sd_1).epsilon(0.05));
  CHECK(found.noise_sd == doctest::Approx(2.0).epsilon(0.05));
  CHECK(found.noise_error == doctest::Approx(2.0 * std::sqrt(15.0 / 16384.0)).epsilon(0.05));
  CHECK(found.lack_of_fit < 0.15);
  CHECK(found.effective_draws > 1e4);
}

TEST_CASE("a skew posterior keeps its mean and width, and its weight counts") {
  // Poisson: loss = e^x - 12 x with weight 2, that is half the events; under a flat prior e^x is Gamma(6,
  // 1/2) and x has mean digamma(6) - log(1/2) and variance trigamma(6).
  const NoisyFunction loss = noisy([](const double* x) { return std::exp(*x) - 12.0 * *x; }, 1);
  const Prior prior = Prior::normal({0.0}, {1000.0});
  const GradientFreePosterior found =
      gradient_free_posterior(prior, loss, 2.0, {{2.0}, {0.5}}, GradientFreeSettings{}, 2);
  CHECK(found.mean[0] == doctest::Approx(1.70611766843 + std::log(2.0)).epsilon(0.01));
  CHECK(found.sd[0] == doctest::Approx(std::sqrt(0.18132295573)).epsilon(0.03));
  // In the log density, half the loss. What the cubic misses shows.
  CHECK(found.noise_sd == doctest::Approx(1.0).epsilon(0.05));
  CHECK(found.lack_of_fit > 0.025);
}

TEST_CASE("a gradient-free posterior refuses what it cannot use") {
  const Prior prior = Prior::normal({0.0}, {1.0});
  const NoisyFunction loss = noisy([](const double* x) { return *x * *x; }, 1);
  GradientFreeSettings settings;
  settings.degree = 7;
  CHECK_THROWS_AS(static_cast<void>(gradient_free_posterior(prior, loss, 1.0, {{0.0}, {1.0}}, settings, 1)),
                  InputError);
  settings = {};
  settings.last_draws = 10;
  CHECK_THROWS_AS(static_cast<void>(gradient_free_posterior(prior, loss, 1.0, {{0.0}, {1.0}}, settings, 1)),
                  InputError);
  CHECK_THROWS_AS(static_cast<void>(gradient_free_posterior(prior, loss, 1.0, {{0.0}, {}}, {}, 1)),
                  InputError);
}

TEST_SUITE_END();
