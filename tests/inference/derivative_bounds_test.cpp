#include <cmath>
#include <functional>
#include <numbers>

#include <doctest/doctest.h>

#include <starling/core/error.hpp>
#include <starling/inference/derivative_bounds.hpp>
#include <starling/inference/sobol_indices.hpp>

#include "../support/rowwise.hpp"

TEST_SUITE_BEGIN("inference");

namespace {

using namespace starling;
using test::rowwise;

struct TestFunction {
  std::function<double(double)> value;
  std::function<double(double)> slope;
};

const TestFunction kLinear{[](double x) { return x; }, [](double) { return 1.0; }};
const TestFunction kSquare{[](double x) { return x * x; }, [](double x) { return 2.0 * x; }};

/// Var g / E[g'^2] under a prior, g of the coordinate in which its constant stands.
double poincare_ratio(const MarginalPrior& prior, bool unconstrained, const TestFunction& g) {
  double mean = 0.0;
  double square = 0.0;
  double slope = 0.0;
  constexpr double kStep = 1e-3;
  for (double u = -60.0; u <= 60.0; u += kStep) {
    const double weight = kStep * std::exp(prior.unconstrained_log_density(u));
    if (weight == 0.0) continue;
    const double x = unconstrained ? u : prior.transform().constrain(u);
    mean += weight * g.value(x);
    square += weight * g.value(x) * g.value(x);
    slope += weight * g.slope(x) * g.slope(x);
  }
  return (square - mean * mean) / slope;
}

}  // namespace

TEST_CASE(
    "no smooth function has a larger variance than the Poincaré constant times its mean squared slope") {
  std::vector<TestFunction> functions{
      kLinear,
      kSquare,
      {[](double x) { return std::tanh(x); }, [](double x) { return 1.0 / std::pow(std::cosh(x), 2); }},
      {[](double x) { return std::exp(0.1 * x); }, [](double x) { return 0.1 * std::exp(0.1 * x); }}};
  for (const double frequency : {0.3, 1.0, 3.0})
    functions.push_back({[=](double x) { return std::sin(frequency * x); },
                         [=](double x) { return frequency * std::cos(frequency * x); }});
  for (const char* text :
       {"normal(-0.5, 2)", "log_normal(0.3, 0.5)", "uniform(-1, 3)", "beta(2, 3)", "beta(0.5, 0.7)",
        "beta(4, 1.5, -2, 5)", "half_normal(1.7)", "gamma(2.5, 4)", "gamma(0.4, 0.1)", "exponential(0.25)"}) {
    CAPTURE(text);
    const MarginalPrior prior = MarginalPrior::parse(text);
    const PoincareConstant constant = poincare_constant(prior);
    for (const TestFunction& g : functions)
      CHECK(poincare_ratio(prior, constant.unconstrained, g) <= constant.value * (1.0 + 1e-6));
  }
}

TEST_CASE("exact Poincaré constants are reached, or approached, by some function") {
  const auto ratio = [](const char* text, const TestFunction& g) {
    const MarginalPrior prior = MarginalPrior::parse(text);
    const PoincareConstant constant = poincare_constant(prior);
    CHECK(constant.is_exact);
    return poincare_ratio(prior, constant.unconstrained, g) / constant.value;
  };
  CHECK(ratio("normal(-0.5, 2)", kLinear) == doctest::Approx(1.0).epsilon(1e-6));
  CHECK(ratio("log_normal(0.3, 0.5)", kLinear) == doctest::Approx(1.0).epsilon(1e-6));
  CHECK(ratio("half_normal(1.7)", kSquare) == doctest::Approx(1.0).epsilon(1e-6));
  const double frequency = std::numbers::pi / 4.0;
  CHECK(ratio("uniform(-1, 3)", {[=](double x) { return std::cos(frequency * (x + 1.0)); },
                                 [=](double x) { return -frequency * std::sin(frequency * (x + 1.0)); }}) ==
        doctest::Approx(1.0).epsilon(1e-6));
  // exp(c x) with c just below half the rate.
  CHECK(ratio("exponential(1)", {[](double x) { return std::exp(0.49 * x); },
                                 [](double x) { return 0.49 * std::exp(0.49 * x); }}) > 0.9);
}

TEST_CASE("for a linear function of normal parameters the bound is the total index itself") {
  const Prior prior = Prior::normal({0.0, 1.0}, {1.0, 3.0});
  const DerivativeBounds bounds =
      derivative_bounds(rowwise(2, [](const double* x) { return 2.0 * x[0] - x[1]; }), prior, {.rows = 4096});
  CHECK(bounds.mean_square[0].mean == doctest::Approx(4.0).epsilon(1e-9));
  CHECK(bounds.mean_square[1].mean == doctest::Approx(1.0).epsilon(1e-9));
  CHECK(bounds.total_bound[0].mean == doctest::Approx(4.0 / 13.0).epsilon(0.01));
  CHECK(bounds.total_bound[1].mean == doctest::Approx(9.0 / 13.0).epsilon(0.01));
}

TEST_CASE("the bound is not below the total Sobol index, for every kind of prior that has one") {
  const Prior prior({MarginalPrior::parse("normal(0, 1)"), MarginalPrior::parse("uniform(-1, 2)"),
                     MarginalPrior::parse("beta(0.7, 2)"), MarginalPrior::parse("gamma(2, 3)"),
                     MarginalPrior::parse("half_normal(0.5)"), MarginalPrior::parse("exponential(2)"),
                     MarginalPrior::parse("log_normal(0, 0.3)")});
  const NoisyFunction function = rowwise(7, [](const double* x) {
    return std::sin(x[0]) * (1.0 + x[1]) + x[2] * x[2] + 0.5 * x[3] * x[4] - std::exp(-x[5]) + 0.5 * x[6];
  });
  SobolIndexSettings settings;
  settings.rows = 4096;
  settings.bootstrap_samples = 50;
  const SobolIndices indices = sobol_indices(function, prior, settings);
  const DerivativeBounds bounds = derivative_bounds(function, prior, {.rows = 4096});
  for (std::size_t d = 0; d < 7; ++d) {
    CAPTURE(d);
    CHECK(bounds.total_bound[d].mean >= indices.total[d].low);
    CHECK(bounds.total_bound[d].mean < 25.0 * indices.total[d].value);
  }
}

TEST_CASE("priors without a Poincaré constant are refused by name") {
  const Prior prior({MarginalPrior::parse("student_t(5, 0, 1)")});
  CHECK_THROWS_WITH_AS(derivative_bounds(rowwise(1, [](const double* x) { return x[0]; }), prior, {}),
                       doctest::Contains("student_t(5, 0, 1)"), InputError);
}

TEST_SUITE_END();
