#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include <starling/core/error.hpp>
#include <starling/inference/count_draws.hpp>
#include <starling/inference/target_settings.hpp>

TEST_SUITE_BEGIN("inference");

namespace {

using namespace starling;

constexpr std::uint32_t kDraws = 40000;

/// Chi-square of the draws against probabilities p(0), p(1), … by recurrence, per degree of freedom; counts
/// expected less than 8 times are pooled.
template <class Draw, class Next>
double chi_square(const Draw& draw, double first, const Next& next) {
  std::vector<double> counts;
  for (std::uint32_t i = 0; i < kDraws; ++i) {
    const auto y = static_cast<std::size_t>(draw(i));
    if (y >= counts.size()) counts.resize(y + 1, 0.0);
    ++counts[y];
  }
  double sum = 0.0;
  double cells = 0.0;
  double expected = 0.0;
  double seen = 0.0;
  double p = first;
  for (std::size_t y = 0; y < counts.size() || expected > 0.0; ++y) {
    expected += kDraws * p;
    if (y < counts.size()) seen += counts[y];
    if (expected >= 8.0 || y > counts.size()) {
      sum += (seen - expected) * (seen - expected) / std::max(expected, 8.0);
      ++cells;
      expected = seen = 0.0;
    }
    p = next(y, p);
  }
  return sum / (cells - 1.0);
}

}  // namespace

TEST_CASE("Poisson draws follow the Poisson distribution, from one in a thousand to hundreds") {
  for (const double mean : {0.2, 1.0, 3.7, 40.0, 300.5}) {
    CAPTURE(mean);
    const double ratio = chi_square(
        [&](std::uint32_t i) {
          return poisson_draw(mean, {7, 1}, i);
        },
        std::exp(-mean), [&](std::size_t y, double p) { return p * mean / static_cast<double>(y + 1); });
    CHECK(ratio > 0.2);
    CHECK(ratio < 2.2);
  }
  CHECK(poisson_draw(0.0, {7}, 0) == 0.0);
  CHECK_THROWS_AS(poisson_draw(-1.0, {7}, 0), InputError);
}

TEST_CASE("negative binomial draws follow their distribution, with dispersions below and above one") {
  for (const double k : {0.4, 1.0, 12.0}) {
    for (const double mean : {0.5, 6.0, 60.0}) {
      CAPTURE(k);
      CAPTURE(mean);
      const double q = mean / (mean + k);
      const double ratio = chi_square(
          [&](std::uint32_t i) {
            return negative_binomial_draw(mean, k, {8, 1}, i);
          },
          std::pow(1.0 - q, k),
          [&](std::size_t y, double p) {
            return p * q * (static_cast<double>(y) + k) / (static_cast<double>(y) + 1.0);
          });
      CHECK(ratio > 0.2);
      CHECK(ratio < 2.2);
    }
  }
}

TEST_CASE("large means keep their mean and variance") {
  const double mean = 1e5;
  double sum = 0.0;
  double squares = 0.0;
  constexpr int kFew = 4000;
  for (std::uint32_t i = 0; i < kFew; ++i) {
    const double residual = poisson_draw(mean, {9}, i) - mean;
    sum += residual;
    squares += residual * residual;
  }
  CHECK(std::abs(sum / kFew) < 4.0 * std::sqrt(mean / kFew));
  CHECK(squares / kFew / mean == doctest::Approx(1.0).epsilon(0.1));
}

TEST_CASE("targets that no likelihood can compare are refused by name") {
  TargetSettings target;
  target.name = "deaths";
  target.series.form = SeriesForm::cumulative;
  CHECK_THROWS_WITH_AS(check_target(target), doctest::Contains("calibrate.targets.deaths"), InputError);
  target.loss = TargetLoss::log_mse;
  check_target(target);
  target.calibrate_dispersion = true;
  CHECK_THROWS_WITH_AS(check_target(target), doctest::Contains("negative_binomial"), InputError);
  CHECK_THROWS_WITH_AS(target_loss(target, 0, {NAN, NAN}, 1), doctest::Contains("nothing was observed"),
                       InputError);
}

TEST_CASE("the logarithmic loss of a target is the sum over rows of the mean over points") {
  TargetSettings target;
  target.name = "cases";
  target.loss = TargetLoss::log_mse;
  const WeightedLosses losses({target_loss(target, 0, {9, 99, 9, 99}, 2)}, 4);
  // Differences of log10(1 + x): 1, 0 and 2, 1.
  const std::vector<double> value = losses.single_run_values(std::vector<double>{99, 99, 999, 999});
  CHECK(value[0] == doctest::Approx(0.5 * (1.0 + 0.0) + 0.5 * (4.0 + 1.0)).epsilon(1e-12));
}

TEST_SUITE_END();
