#include <cmath>

#include <doctest/doctest.h>

#include <starling/autodiff/autodiff.hpp>
#include <starling/core/error.hpp>
#include <starling/core/random.hpp>
#include <starling/inference/gradient_record.hpp>

TEST_SUITE_BEGIN("inference");

namespace {

using namespace starling;

double noise_of(std::uint64_t noise, std::size_t row) {
  return normal_double(random_word(noise, static_cast<std::uint32_t>(row), 0, 0, Draw::test));
}

std::vector<double> noises(std::uint64_t noise, std::size_t rows) {
  std::vector<double> values;
  for (std::size_t row = 0; row < rows; ++row) values.push_back(noise_of(noise, row));
  return values;
}

/// x^2 + e x y with noise e, whose gradient in the mean is (2 x, 0).
Var<double> loss_on_tape(Tape<double>& tape, Var<double> theta, std::uint64_t noise) {
  const std::int64_t draws = theta.shape().extent(0);
  const Var<double> e = tape.constant({draws}, noises(noise, static_cast<std::size_t>(draws)));
  const Var<double> x = reshape(slice(theta, 1, 0, 1), {draws});
  const Var<double> y = reshape(slice(theta, 1, 1, 1), {draws});
  return square(x) + e * x * y;
}

std::vector<double> loss_values(std::span<const double> points, std::uint64_t noise) {
  std::vector<double> values;
  for (std::size_t row = 0; row < points.size() / 2; ++row) {
    const double x = points[2 * row];
    values.push_back(x * x + noise_of(noise, row) * x * points[2 * row + 1]);
  }
  return values;
}

const std::vector<DifferenceStep> kSteps(2, DifferenceStep{.step = 0.1});

}  // namespace

TEST_CASE("estimated derivatives are those of every output of every draw") {
  const RecordedOutputs outputs = [](Tape<double>&, Var<double> theta, std::uint64_t) {
    const std::int64_t draws = theta.shape().extent(0);
    const Var<double> x = slice(theta, 1, 0, 1);
    const Var<double> y = slice(theta, 1, 1, 1);
    return reshape(concatenate({x * y, square(y), 3.0 * x}, 1), {draws, 3});
  };
  const std::vector<double> found = estimated_derivatives(outputs, std::vector<double>{2, 5, -1, 7}, 2, 1);
  CHECK(found == std::vector<double>{5, 2, 0, 10, 3, 0, 7, -1, 0, 14, 3, 0});
  CHECK_THROWS_AS(static_cast<void>(estimated_derivatives(outputs, std::vector<double>{1, 2, 3}, 2, 1)),
                  InputError);
}

TEST_CASE("the error of an estimator counts bias once and noise by the number of estimates") {
  const EstimatorError error = estimator_error(std::vector<double>{1.0, 3.0, 5.0, 7.0}, {3.0, 0.0});
  CHECK(error.bias() == doctest::Approx(1.0));
  CHECK(error.sd == doctest::Approx(std::sqrt(20.0 / 3.0)));
  CHECK(error.bias_standard_error() == doctest::Approx(std::sqrt(20.0 / 12.0)));
  // The bias is below its standard error: all error is noise.
  CHECK(error.mean_squared_error(10.0) == doctest::Approx(2.0 / 3.0));
  CHECK(error.is_right(0.4, 0.0));
  CHECK(!error.is_right(0.1, 0.5));
  CHECK(error.is_right(0.1, 1.0));
  const EstimatorError biased = estimator_error(std::vector<double>(50, 8.0), {3.0, 1.0});
  CHECK(biased.mean_squared_error(1.0) == doctest::Approx(24.0));
}

TEST_CASE("the record of a gradient has its mean and the spread of a draw") {
  const GradientRecord record = record_gradient(loss_on_tape, std::vector<double>{1.5, 2.0}, 2000, 7);
  // By x: 2 x + e y, by y: e x.
  CHECK(record.gradient[0].mean == doctest::Approx(3.0).epsilon(0.05));
  CHECK(record.sd[0] == doctest::Approx(2.0).epsilon(0.1));
  CHECK(std::abs(record.gradient[1].mean) < 0.15);
  CHECK(record.sd[1] == doctest::Approx(1.5).epsilon(0.1));
  CHECK(record.wrong().empty());
}

TEST_CASE("differences agree with a right gradient and tell a wrong one") {
  const std::vector<double> at{1.5, 2.0};
  GradientRecord right = record_gradient(loss_on_tape, at, 500, 7);
  add_differences(loss_values, kSteps, 500, 8, right);
  REQUIRE(right.differences.size() == 2);
  CHECK(std::abs(right.differences[0].mean - 3.0) < 4.0 * right.differences[0].standard_error);
  CHECK(right.wrong().empty());
  const RecordedOutputs half_blind = [](Tape<double>& tape, Var<double> theta, std::uint64_t noise) {
    const Var<double> loss = loss_on_tape(tape, theta, noise);
    return straight_through(loss, 0.5 * loss);
  };
  GradientRecord wrong = record_gradient(half_blind, at, 500, 7);
  CHECK(wrong.wrong().empty());
  add_differences(loss_values, kSteps, 500, 8, wrong);
  CHECK(wrong.wrong() == std::vector<std::size_t>{0});
}

TEST_CASE("a gradient of so much noise that it agrees with anything is wrong") {
  GradientRecord record;
  record.theta = {0.0, 0.0};
  record.gradient = {{5.0, 400.0}, {5.0, 4.0}};
  record.sd = {4000.0, 40.0};
  record.differences = {{8.0, 1.0}, {8.0, 1.0}};
  CHECK(record.wrong() == std::vector<std::size_t>{0});
}
