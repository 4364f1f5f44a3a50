#include <cmath>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include <starling/core/error.hpp>
#include <starling/inference/first_order_variance.hpp>

TEST_SUITE_BEGIN("inference");

using namespace starling;

TEST_CASE("first-order contributions add up to the variance of a linear function of correlated inputs") {
  // x = a, y = 0.6 a + 0.8 b with independent a, b of variance 1; f = 2 x - 3 y = 0.2 a - 2.4 b.
  const std::vector<double> covariance{1.0, 0.6, 0.6, 1.0};
  const auto parts = first_order_variance(std::vector<double>{2.0, -3.0}, covariance);
  REQUIRE(parts.size() == 2);
  CHECK(parts[0].alone == doctest::Approx(4.0));
  CHECK(parts[1].alone == doctest::Approx(9.0));
  CHECK(parts[0].with_covariances + parts[1].with_covariances == doctest::Approx(0.04 + 5.76));
  CHECK(parts[0].with_covariances == doctest::Approx(0.4));
  CHECK_THROWS_AS(static_cast<void>(first_order_variance(std::vector<double>{1.0}, covariance)), InputError);
}

TEST_CASE("two runs at each draw tell the variance of the expectation from that of the noise") {
  std::mt19937_64 engine(3);
  std::normal_distribution<double> normal;
  std::vector<double> first, second;
  for (int i = 0; i < 20000; ++i) {
    const double expected = 5.0 + 2.0 * normal(engine);
    first.push_back(expected + 3.0 * normal(engine));
    second.push_back(expected + 3.0 * normal(engine));
  }
  const VarianceOfRuns variance = variance_of_runs(first, second);
  CHECK(std::abs(variance.of_draws.mean - 4.0) < 4.0 * variance.of_draws.standard_error);
  CHECK(std::abs(variance.of_noise.mean - 9.0) < 4.0 * variance.of_noise.standard_error);
  // Of a product of two normal numbers of variance 13 and covariance 4, and half a squared difference.
  CHECK(variance.of_draws.standard_error == doctest::Approx(std::sqrt((169.0 + 16.0) / 20000)).epsilon(0.1));
  CHECK(variance.of_noise.standard_error == doctest::Approx(9.0 * std::sqrt(2.0 / 20000)).epsilon(0.1));
}

TEST_SUITE_END();
