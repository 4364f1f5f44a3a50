#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

#include <starling/autodiff/gradient_check.hpp>
#include <starling/core/error.hpp>
#include <starling/inference/prior.hpp>

TEST_SUITE_BEGIN("inference");

namespace {

using namespace starling;

Prior prior_of(std::initializer_list<const char*> texts) {
  std::vector<MarginalPrior> marginals;
  for (const char* text : texts) marginals.push_back(MarginalPrior::parse(text));
  return Prior(std::move(marginals));
}

// Every family and transform, alone and beside its like.
const Prior kMixed =
    prior_of({"normal(1, 2)", "log_normal(0, 0.5)", "uniform(-1, 1)", "beta(2, 3, 1, 5)", "half_normal(0.7)",
              "gamma(2, 3)", "exponential(1.5)", "student_t(4, 0.5, 2)", "normal(0, 0.1)"});

const std::vector<double> kRows{0.3, -0.2, 1.1,  -0.6, 0.4, -1.0, 0.1,  2.0, 0.05,
                                2.0, 0.9,  -2.3, 1.5,  -.8, 0.2,  -1.7, 0.6, -0.1};

}  // namespace

TEST_CASE("log density and transform on a tape are those of the marginals") {
  Tape<double> tape(Exec::cpu(1));
  const Var<double> u = tape.constant({2, 9}, kRows);
  const std::vector<double> on_tape = kMixed.log_density(tape, u).value();
  const std::vector<double> theta = kMixed.constrain(tape, u).value();
  CHECK(theta.size() == kRows.size());
  const std::vector<double> by_values = kMixed.constrain_values(kRows);
  const std::vector<double> back = kMixed.unconstrain_values(theta);
  const std::vector<double> log_jacobian = kMixed.log_jacobian_values(kRows);
  const std::vector<double> natural = kMixed.log_density_values(theta);
  for (std::size_t row = 0; row < 2; ++row) {
    double sum = 0.0;
    for (std::size_t d = 0; d < 9; ++d) {
      const std::size_t i = row * 9 + d;
      const MarginalPrior& marginal = kMixed.marginals()[d];
      sum += marginal.unconstrained_log_density(kRows[i]);
      CHECK(theta[i] == doctest::Approx(by_values[i]).epsilon(1e-14));
      CHECK(back[i] == doctest::Approx(kRows[i]).epsilon(1e-12));
      CHECK(theta[i] > marginal.transform().low);
      CHECK(theta[i] < marginal.transform().high);
    }
    CHECK(on_tape[row] == doctest::Approx(sum).epsilon(1e-12));
    CHECK(natural[row] + log_jacobian[row] == doctest::Approx(sum).epsilon(1e-12));
  }
}

TEST_CASE("gradients of log density and transform agree with differences") {
  const HostArray point{{2, 9}, kRows};
  const auto density = check_gradient(
      [](Tape<double>& tape, std::span<const Var<double>> v) { return kMixed.log_density(tape, v[0]); },
      {point});
  CAPTURE(to_string(density));
  CHECK(density.worst_relative_error < 1e-8);
  const auto transform = check_gradient(
      [](Tape<double>& tape, std::span<const Var<double>> v) { return kMixed.constrain(tape, v[0]); },
      {point});
  CAPTURE(to_string(transform));
  CHECK(transform.worst_relative_error < 1e-8);
}

TEST_CASE("far out in the unconstrained coordinate densities and gradients stay finite") {
  const Prior prior = prior_of({"uniform(0, 1)", "beta(2, 2)", "log_normal(0, 1)", "student_t(3, 0, 1)"});
  Tape<double> tape(Exec::cpu(1));
  const Var<double> u = tape.variable({2, 4}, std::vector<double>{-300, 300, 40, 1e6, 300, -300, -40, -1e6});
  const Var<double> total = prior.log_density(tape, u);
  tape.backward(total, std::vector<double>{1.0, 1.0});
  for (const double value : total.value()) CHECK(std::isfinite(value));
  for (const double value : u.adjoint()) CHECK(std::isfinite(value));
}

TEST_CASE("a prior of normals leaves the coordinate as it is") {
  const Prior prior = Prior::normal({0.5, -1.0}, {2.0, 0.3});
  Tape<double> tape(Exec::cpu(1));
  const Var<double> u = tape.variable({1, 2}, std::vector<double>{0.1, -0.7});
  CHECK(prior.constrain(tape, u).data() == u.data());
  CHECK(prior.start_location() == std::vector<double>{0.5, -1.0});
  CHECK(prior.start_scale() == std::vector<double>{2.0, 0.3});
  CHECK(prior.log_jacobian_values(u.value()) == std::vector<double>{0.0});
  const double expected = -0.5 * (0.04 + 1.0) - std::log(2.0 * std::numbers::pi) - std::log(0.6);
  CHECK(prior.log_density(tape, u).value()[0] == doctest::Approx(expected).epsilon(1e-14));
}

TEST_CASE("priors without parameters and rows of the wrong length are refused") {
  CHECK_THROWS_AS(Prior({}), InputError);
  CHECK_THROWS_WITH_AS(Prior::normal({0.0}, {1.0, 1.0}), doctest::Contains("sd"), InputError);
  CHECK_THROWS_WITH_AS(Prior::normal({0.0}, {-1.0}), doctest::Contains("sd = -1"), InputError);
  CHECK_THROWS_AS(static_cast<void>(kMixed.constrain_values(std::vector<double>(10, 0.0))), InputError);
}

TEST_SUITE_END();
