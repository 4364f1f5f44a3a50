#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include <starling/autodiff/gradient_check.hpp>
#include <starling/core/error.hpp>
#include <starling/inference/weighted_losses.hpp>

TEST_SUITE_BEGIN("inference");

namespace {

using namespace starling;

const double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr auto kPlain = QuadraticLoss::Form::plain;

const QuadraticLoss kLog = QuadraticLoss::mse({std::log10(4.0), kMissing}, kPlain);
const QuadraticLoss kGaussian = QuadraticLoss::gaussian({7.0}, std::vector<double>{2.0}, kPlain);
const CountLikelihood kDeaths = CountLikelihood::negative_binomial({3.0, 1.0}, 5.0);
const CountLikelihood kAdmissions = CountLikelihood::poisson({9.0});

/// Outputs: two of cases, two of deaths, one of admissions, one of something measured.
WeightedLosses all_kinds(bool own_dispersion) {
  return WeightedLosses({{"cases", 0, kLog, 2.0, Target::Scale::log10_one_plus},
                         {"deaths", 2, kDeaths, 0.5, Target::Scale::natural, own_dispersion},
                         {"admissions", 4, kAdmissions},
                         {"measured", 5, kGaussian}},
                        6);
}

const std::vector<double> kOutputs{2.0, 50.0, 2.5, 0.8, 11.0, 6.0, 5.0, 1.0, 4.0, 2.0, 7.0, 9.0,
                                   3.0, 20.0, 1.0, 0.1, 8.0,  7.5, 4.0, 3.0, 3.0, 1.0, 9.0, 8.0};

double cases(std::size_t run) {
  return std::pow(std::log10(1.0 + kOutputs[run * 6]) - std::log10(4.0), 2);
}
double deaths(std::size_t run, double k) {
  return -negative_binomial_probability(3.0, kOutputs[run * 6 + 2], k).value -
         negative_binomial_probability(1.0, kOutputs[run * 6 + 3], k).value;
}
double admissions(std::size_t run) {
  return -poisson_probability(9.0, kOutputs[run * 6 + 4]).value;
}
double measured(std::size_t run) {
  return 0.5 * std::pow((kOutputs[run * 6 + 5] - 7.0) / 2.0, 2);
}

}  // namespace

TEST_CASE("losses of several targets add up by their weights") {
  const std::vector<double> values = all_kinds(false).single_run_values(kOutputs);
  Tape<double> tape(Exec::cpu(1));
  const std::vector<double> on_tape = all_kinds(false)(tape, tape.constant({4, 6}, kOutputs), 1).value();
  for (std::size_t run = 0; run < 4; ++run) {
    const double expected = 2.0 * cases(run) + 0.5 * deaths(run, 5.0) + admissions(run) + measured(run);
    CHECK(values[run] == doctest::Approx(expected).epsilon(1e-4));  // the floor of the counts
    CHECK(on_tape[run] == doctest::Approx(values[run]).epsilon(1e-12));
  }
}

TEST_CASE("counts of one run are one likelihood, averaged over the replicates as a whole") {
  const WeightedLosses losses = all_kinds(true);
  REQUIRE(losses.dispersions() == 1);
  const std::vector<double> log_dispersions{std::log(2.0), std::log(20.0)};
  Tape<double> tape(Exec::cpu(1));
  const std::vector<double> loss =
      losses(tape, tape.constant({4, 6}, kOutputs), 2, tape.constant({2, 1}, log_dispersions)).value();
  for (std::size_t draw = 0; draw < 2; ++draw) {
    const double k = std::exp(log_dispersions[draw]);
    double likelihood = 0.0;
    double quadratic = 0.0;
    for (std::size_t run = 2 * draw; run < 2 * draw + 2; ++run) {
      likelihood += 0.5 * std::exp(-0.5 * deaths(run, k) - admissions(run));
      quadratic += 0.5 * (2.0 * cases(run) + measured(run));
    }
    CHECK(loss[draw] == doctest::Approx(quadratic - std::log(likelihood)).epsilon(1e-4));
  }
  const std::vector<double> own{0.1, 0.2, 0.3, 0.4};
  CHECK(losses.single_run_values(kOutputs, own)[2] ==
        doctest::Approx(2.0 * cases(2) + 0.5 * deaths(2, std::exp(0.3)) + admissions(2) + measured(2))
            .epsilon(1e-4));
}

TEST_CASE("the gradient of several targets agrees with differences") {
  const WeightedLosses losses = all_kinds(true);
  const auto worst = check_gradient(
      [&](Tape<double>& tape, std::span<const Var<double>> v) { return losses(tape, v[0], 2, v[1]); },
      {{{4, 6}, kOutputs}, {{2, 1}, {0.3, 1.7}}});
  CAPTURE(to_string(worst));
  CHECK(worst.worst_relative_error < 1e-8);
}

TEST_CASE("mean, relative and Gaussian distances leave out what was not observed") {
  const std::vector<double> outputs{3.0, 100.0, 6.0, 2.0};
  const QuadraticLoss mse = QuadraticLoss::mse({1.0, kMissing, 5.0, 0.0}, kPlain);
  CHECK(mse.single_run_values(outputs)[0] == doctest::Approx((4.0 + 1.0 + 4.0) / 3.0));
  const QuadraticLoss relative = QuadraticLoss::relative({1.0, kMissing, 5.0, 0.0}, kPlain);
  CHECK(relative.single_run_values(outputs)[0] == doctest::Approx((4.0 + 0.04) / 2.0));
  const std::vector<double> sd{2.0, kMissing, 0.5, 1.0};
  const QuadraticLoss gaussian = QuadraticLoss::gaussian({1.0, kMissing, 5.0, 0.0}, sd, kPlain);
  CHECK(gaussian.single_run_values(outputs)[0] == doctest::Approx(0.5 * (1.0 + 4.0 + 4.0)));
  CHECK_THROWS_AS(QuadraticLoss::mse({kMissing}, kPlain), InputError);
  CHECK_THROWS_AS(QuadraticLoss::relative({0.0, -1.0}, kPlain), InputError);
  CHECK_THROWS_WITH_AS(QuadraticLoss::gaussian({1.0}, std::vector<double>{0.0}, kPlain),
                       doctest::Contains("sd = 0"), InputError);
}

TEST_CASE("targets that do not fit the outputs are refused by name") {
  CHECK_THROWS_AS(WeightedLosses({}, 3), InputError);
  CHECK_THROWS_WITH_AS(WeightedLosses({{"deaths", 2, kDeaths}}, 3),
                       doctest::Contains("target deaths: outputs 2 to 3, expected within 0 to 2"),
                       InputError);
  CHECK_THROWS_WITH_AS(WeightedLosses({{"deaths", 0, kDeaths, 0.0}}, 3), doctest::Contains("weight = 0"),
                       InputError);
  const Target poisson{"admissions", 0, kAdmissions, 1.0, Target::Scale::natural, true};
  CHECK_THROWS_WITH_AS(WeightedLosses({poisson}, 3), doctest::Contains("only a negative binomial"),
                       InputError);
  Tape<double> tape(Exec::cpu(1));
  const Var<double> x = tape.constant({4, 6}, kOutputs);
  CHECK_THROWS_WITH_AS(all_kinds(true)(tape, x, 2), doctest::Contains("log_dispersions"), InputError);
}

TEST_SUITE_END();
