#include <cmath>

#include <doctest/doctest.h>

#include <starling/core/error.hpp>
#include <starling/core/random.hpp>
#include <starling/inference/local_derivatives.hpp>

TEST_SUITE_BEGIN("inference");

namespace {

using namespace starling;

double noise_of(std::uint64_t noise, std::size_t row) {
  return normal_double(random_word(noise, static_cast<std::uint32_t>(row), 0, 0, Draw::test));
}

/// e^(x + e / 2) + y^2 with noise e, and 7 without.
std::vector<double> example(std::span<const double> points, std::uint64_t noise) {
  std::vector<double> outputs;
  for (std::size_t i = 0; i < points.size(); i += 2) {
    outputs.push_back(std::exp(points[i] + 0.5 * noise_of(noise, i / 2)) + points[i + 1] * points[i + 1]);
    outputs.push_back(7.0);
  }
  return outputs;
}

std::vector<double> copies(std::vector<double> point, int rows) {
  std::vector<double> points;
  for (int row = 0; row < rows; ++row) points.insert(points.end(), point.begin(), point.end());
  return points;
}

}  // namespace

TEST_CASE("derivatives of an expectation are within their standard errors, and so are log derivatives") {
  const std::vector<DifferenceStep> steps(2, DifferenceStep{.step = 0.01});
  const double mean_factor = std::exp(0.125);
  const double value = std::exp(0.3) * mean_factor + 4.0;
  int inside = 0;
  for (std::uint64_t noise = 1; noise <= 20; ++noise) {
    const LocalDerivatives local = local_derivatives(example, copies({0.3, 2.0}, 400), steps, noise);
    const LocalDerivative& by_x = local.at(0, 0);
    CHECK(by_x.derivative.standard_error > 0.0);
    CHECK(std::abs(by_x.derivative.mean - (value - 4.0)) < 4.5 * by_x.derivative.standard_error);
    const double log_slope = (value - 4.0) / value;
    inside +=
        std::abs(by_x.log_derivative.mean - log_slope) < 1.96 * by_x.log_derivative.standard_error ? 1 : 0;
    CHECK(local.at(1, 0).derivative.mean == doctest::Approx(4.0).epsilon(1e-9));
    CHECK(local.at(1, 0).derivative.standard_error < 1e-9);
    CHECK(local.at(0, 1).derivative.mean == 0.0);
    CHECK(local.at(0, 1).steps_agree());
  }
  CHECK(inside >= 15);
}

TEST_CASE("derivatives over draws are the mean of the derivatives at each of them") {
  const std::vector<double> points{0.0, 1.0, 0.0, 3.0, 0.0, -1.0};
  const LocalDerivatives local =
      local_derivatives(example, points, std::vector<DifferenceStep>(2, DifferenceStep{.step = 0.1}), 3);
  CHECK(local.at(1, 0).derivative.mean == doctest::Approx(2.0).epsilon(1e-9));
  CHECK(local.at(1, 0).derivative.standard_error ==
        doctest::Approx(std::sqrt((0.0 + 16.0 + 16.0) / 2.0 / 3.0)).epsilon(1e-9));
}

TEST_CASE("a step over which the derivative changes does not agree with its half") {
  const NoisyFunction cubic = [](std::span<const double> points, std::uint64_t noise) {
    std::vector<double> outputs;
    for (std::size_t i = 0; i < points.size(); ++i)
      outputs.push_back(std::pow(points[i], 3) + 0.1 * points[i] * noise_of(noise, i));
    return outputs;
  };
  const std::vector<double> points = copies({0.2}, 50);
  const auto agrees = [&](double step) {
    return local_derivatives(cubic, points, std::vector<DifferenceStep>{{.step = step}}, 1)
        .at(0, 0)
        .steps_agree();
  };
  CHECK_FALSE(agrees(0.5));
  const NoisyFunction linear = [](std::span<const double> points_, std::uint64_t) {
    return std::vector<double>(points_.begin(), points_.end());
  };
  CHECK(local_derivatives(linear, points, std::vector<DifferenceStep>{{.step = 0.5}}, 1)
            .at(0, 0)
            .steps_agree());
}

TEST_CASE("at the end of a range differences are one-sided over the distance that is left") {
  const NoisyFunction linear = [](std::span<const double> points, std::uint64_t) {
    std::vector<double> outputs;
    for (const double x : points) {
      CHECK(x >= 0.0);
      CHECK(x <= 1.0);
      outputs.push_back(3.0 * x);
    }
    return outputs;
  };
  for (const double at : {0.0, 0.99, 1.0}) {
    const LocalDerivatives local = local_derivatives(
        linear, copies({at}, 2), std::vector<DifferenceStep>{{.step = 0.05, .low = 0.0, .high = 1.0}}, 1);
    CHECK(local.at(0, 0).derivative.mean == doctest::Approx(3.0).epsilon(1e-12));
  }
}

TEST_CASE("local derivatives refuse single rows, steps that are not positive and points out of range") {
  const std::vector<DifferenceStep> steps{{.step = 0.1, .low = 0.0}};
  const NoisyFunction same = [](std::span<const double> points, std::uint64_t) {
    return std::vector<double>(points.begin(), points.end());
  };
  CHECK_THROWS_AS(local_derivatives(same, std::vector<double>{1.0}, steps, 1), InputError);
  CHECK_THROWS_AS(local_derivatives(same, std::vector<double>{1.0, -1.0}, steps, 1), InputError);
  CHECK_THROWS_AS(
      local_derivatives(same, std::vector<double>{1.0, 1.0}, std::vector<DifferenceStep>{{.step = 0.0}}, 1),
      InputError);
}

TEST_SUITE_END();
