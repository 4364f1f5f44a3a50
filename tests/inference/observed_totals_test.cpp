#include <array>
#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include <starling/autodiff/gradient_check.hpp>
#include <starling/core/error.hpp>
#include <starling/inference/target_settings.hpp>

TEST_SUITE_BEGIN("inference");

namespace {

using namespace starling;

const double kMissing = std::numeric_limits<double>::quiet_NaN();

/// Three rows of four points: complete, one row missing, nothing observed, nobody counted.
const std::vector<double> kObserved{12, 5,        kMissing, 0,  //
                                    30, kMissing, kMissing, 0,  //
                                    58, 15,       kMissing, 0};
constexpr int kRows = 3;
constexpr std::size_t kPoints = 4;

/// The runs' expectations; those of the second are three times those of the first.
std::vector<double> two_runs() {
  std::vector<double> runs{800, 300, 20, 5, 1500, 900, 30, 6, 2700, 1700, 70, 7};
  for (std::size_t i = 0; i < kObserved.size(); ++i) runs.push_back(3.0 * runs[i]);
  return runs;
}

/// - log of the probability that 100 people of known age divide as observed, given shares as expected.
double multinomial_loss(const std::vector<double>& counts, const std::vector<double>& expected) {
  double total = 0.0;
  double expected_total = 0.0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    total += counts[i];
    expected_total += expected[i];
  }
  double loss = -std::lgamma(total + 1.0);
  for (std::size_t i = 0; i < counts.size(); ++i)
    loss += std::lgamma(counts[i] + 1.0) - counts[i] * std::log(expected[i] / expected_total);
  return loss;
}

TargetSettings ages() {
  TargetSettings target;
  target.name = "ages";
  target.series.key = {Outcome::death, "age"};
  target.loss = TargetLoss::poisson;
  target.composition = true;
  return target;
}

}  // namespace

TEST_CASE("rows scaled to observed totals sum to them and keep their proportions") {
  const std::vector<double> x = two_runs();
  const std::vector<double> y = ObservedTotals(kObserved, kRows).apply(x);
  REQUIRE(y.size() == x.size());
  for (std::size_t run = 0; run < 2; ++run) {
    const double* own = y.data() + run * kObserved.size();
    CHECK(own[0] + own[kPoints] + own[2 * kPoints] == doctest::Approx(100.0).epsilon(1e-12));
    // The missing row takes no part in the sum, and is scaled with the others.
    CHECK(own[1] + own[2 * kPoints + 1] == doctest::Approx(20.0).epsilon(1e-12));
    CHECK(own[kPoints + 1] == doctest::Approx(20.0 * 900.0 / 2000.0).epsilon(1e-5));
    CHECK(own[2] == x[run * kObserved.size() + 2]);
    CHECK(own[3] == 0.0);
    CHECK(own[0] / own[kPoints] == doctest::Approx(800.0 / 1500.0).epsilon(1e-5));
  }
}

TEST_CASE("the Poisson loss of a composition is the multinomial one and knows no totals") {
  const std::vector<double> observed{12, 30, 58};
  const WeightedLosses losses({target_loss(ages(), 0, observed, kRows)}, kRows);
  const std::vector<double> outputs{800, 1500, 2700, 2400, 4500, 8100, 900, 1500, 2700, 0, 1500, 2700};
  const std::vector<double> loss = losses.single_run_values(outputs);
  CHECK(loss[1] == doctest::Approx(loss[0]).epsilon(1e-6));
  const double by_hand =
      multinomial_loss(observed, {900, 1500, 2700}) - multinomial_loss(observed, {800, 1500, 2700});
  CHECK(loss[2] - loss[0] == doctest::Approx(by_hand).epsilon(1e-4));
  CHECK(std::abs(by_hand) > 0.05);
  // A part that no one is expected in costs much, not infinitely much.
  CHECK(loss[3] - loss[0] > 50.0);
  CHECK(std::isfinite(loss[3]));
}

TEST_CASE("the gradient of a composition agrees with differences") {
  const WeightedLosses losses({target_loss(ages(), 1, kObserved, kRows)}, 14);
  std::vector<double> outputs(2 * 14, 4.0);
  const std::vector<double> runs = two_runs();
  for (std::size_t i = 0; i < 12; ++i) {
    outputs[1 + i] = 0.01 * runs[i];
    outputs[15 + i] = 1.0 + static_cast<double>(i % 5);
  }
  const auto worst = check_gradient(
      [&](Tape<double>& tape, std::span<const Var<double>> v) { return losses(tape, v[0], 1); },
      {{{2, 14}, outputs}});
  CAPTURE(to_string(worst));
  CHECK(worst.worst_relative_error < 1e-7);
}

TEST_CASE("a composition of one row or of anything but counts is refused") {
  CHECK_THROWS_WITH_AS(ObservedTotals(std::array<double, 2>{1.0, 2.0}, 1), doctest::Contains("single row"),
                       InputError);
  CHECK_THROWS_WITH_AS(ObservedTotals(std::array<double, 3>{1.0, 2.0, 3.0}, 2), doctest::Contains("observed"),
                       InputError);
  TargetSettings target = ages();
  check_target(target);
  target.series.key.by = "";
  CHECK_THROWS_WITH_AS(check_target(target), doctest::Contains("calibrate.targets.ages: composition"),
                       InputError);
  target = ages();
  target.loss = TargetLoss::log_mse;
  CHECK_THROWS_WITH_AS(check_target(target), doctest::Contains("composition"), InputError);
}

TEST_SUITE_END();
