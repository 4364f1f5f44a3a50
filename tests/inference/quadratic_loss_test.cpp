#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include <starling/autodiff/reduction.hpp>
#include <starling/core/error.hpp>
#include <starling/flows/flow.hpp>
#include <starling/inference/noise.hpp>
#include <starling/inference/quadratic_loss.hpp>

TEST_SUITE_BEGIN("inference");

namespace {

using namespace starling;

const std::vector<double> kObserved{1.0, 2.0};
const std::vector<double> kWeights{2.0, 0.5, 0.5, 1.0};

double form(double a0, double a1, double b0, double b1) {
  return a0 * (2.0 * b0 + 0.5 * b1) + a1 * (0.5 * b0 + 1.0 * b1);
}

}  // namespace

TEST_CASE("the quadratic loss pairs replicates as its form says") {
  Tape<double> tape(Exec::cpu(1));
  // Two draws of two replicates; residuals (1, 0), (0, 2) and (-1, 1), (3, 0).
  const std::vector<double> outputs{2.0, 2.0, 1.0, 4.0, 0.0, 3.0, 4.0, 2.0};
  const Var<double> x = tape.constant({4, 2}, outputs);
  const QuadraticLoss plain(kObserved, kWeights, 0.5, QuadraticLoss::Form::plain);
  const QuadraticLoss unbiased(kObserved, kWeights, 0.5, QuadraticLoss::Form::unbiased);
  CHECK(plain(tape, x, 2).value()[0] == doctest::Approx(0.25 * (form(1, 0, 1, 0) + form(0, 2, 0, 2))));
  CHECK(unbiased(tape, x, 2).value()[0] == doctest::Approx(0.5 * form(1, 0, 0, 2)));
  CHECK(unbiased(tape, x, 2).value()[1] == doctest::Approx(0.5 * form(-1, 1, 3, 0)));
  CHECK(unbiased(tape, x, 1).value()[3] == doctest::Approx(0.5 * form(3, 0, 3, 0)));
  CHECK(plain.single_run_values(outputs)[2] == doctest::Approx(0.5 * form(-1, 1, -1, 1)));
}

TEST_CASE("the adjoint of the quadratic loss agrees with central differences") {
  std::vector<double> outputs{2.0, 2.5, 1.0, 4.0, 0.0, 3.0, 4.0, 2.0, 0.3, 0.1, 1.1, 1.7};
  for (const auto kind : {QuadraticLoss::Form::plain, QuadraticLoss::Form::unbiased}) {
    const QuadraticLoss loss(kObserved, kWeights, 0.7, kind);
    const auto total = [&](bool gradient) {
      Tape<double> tape(Exec::cpu(1));
      const Var<double> x = tape.variable({6, 2}, outputs);
      const Var<double> y = sum(loss(tape, x, 3));
      if (gradient) tape.backward(y);
      return std::pair{y.scalar(), gradient ? x.adjoint() : std::vector<double>{}};
    };
    const std::vector<double> adjoint = total(true).second;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const double kept = outputs[i];
      outputs[i] = kept + 1e-4;
      const double above = total(false).first;
      outputs[i] = kept - 1e-4;
      const double below = total(false).first;
      outputs[i] = kept;
      CHECK(adjoint[i] == doctest::Approx((above - below) / 2e-4).epsilon(1e-8));
    }
  }
}

TEST_CASE("the reference loss is the sum over bins of the mean over records") {
  const QuadraticLoss loss = QuadraticLoss::log_mse({1.0, 1.0, 2.0, 2.0}, 2);
  const std::vector<double> outputs{1.5, 1.0, 2.0, 5.0};
  CHECK(loss.single_run_values(outputs)[0] == doctest::Approx(0.25 / 2.0 + 9.0 / 2.0));
}

TEST_CASE("repeated runs give the mean, the spread and the precision of the noise") {
  constexpr std::int64_t kRuns = 20000;
  const std::vector<double> z = standard_normal_draws(3, Draw::test, 0, kRuns, 2);
  std::vector<double> outputs;
  for (std::size_t i = 0; i < z.size(); i += 2) {
    outputs.push_back(5.0 + 0.2 * z[i]);
    outputs.push_back(-1.0 + 0.1 * (0.6 * z[i] + 0.8 * z[i + 1]));
    outputs.push_back(7.0);  // an output that no run moves
  }
  const NoiseModel noise = measure_noise(outputs, kRuns);
  CHECK(noise.mean[0] == doctest::Approx(5.0).epsilon(1e-3));
  CHECK(noise.sd[1] == doctest::Approx(0.1).epsilon(0.03));
  CHECK(noise.sd[2] == 0.0);
  CHECK(noise.precision[0] == doctest::Approx(1.0 / (0.04 * 0.64)).epsilon(0.05));
  CHECK(noise.precision[1] == doctest::Approx(-0.6 / (0.2 * 0.1 * 0.64)).epsilon(0.06));
  CHECK(noise.precision[4] == doctest::Approx(1.0 / (0.01 * 0.64)).epsilon(0.05));
  CHECK(std::isfinite(noise.precision[8]));
}

TEST_CASE("too few runs and outputs that are not finite are refused") {
  CHECK_THROWS_WITH_AS(measure_noise(std::vector<double>(4 * 3, 1.0), 4), doctest::Contains("noise_runs = 4"),
                       InputError);
  std::vector<double> outputs(20 * 2, 1.0);
  outputs[7] = std::numeric_limits<double>::infinity();
  CHECK_THROWS_AS(measure_noise(outputs, 20), NonFiniteError);
}

TEST_SUITE_END();
