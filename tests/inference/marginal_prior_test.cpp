#include <cmath>
#include <functional>
#include <numbers>

#include <doctest/doctest.h>

#include <starling/core/error.hpp>
#include <starling/inference/marginal_prior.hpp>

TEST_SUITE_BEGIN("inference");

namespace {

using namespace starling;

const char* const kPriors[] = {"normal(-0.5, 2)",   "log_normal(0.3, 0.5)", "uniform(-1, 3)",
                               "beta(2, 3)",        "beta(0.5, 0.7)",       "beta(4, 1.5, -2, 5)",
                               "half_normal(1.7)",  "gamma(2.5, 4)",        "gamma(0.4, 0.1)",
                               "exponential(0.25)", "student_t(5, 1, 0.5)", "student_t(1.5, 0, 2)"};

/// Trapezoidal rule; for smooth densities that vanish at both ends its error is far below 1e-10.
double integral(const std::function<double(double)>& f, double low, double high, int steps = 40000) {
  double sum = 0.5 * (f(low) + f(high));
  for (int i = 1; i < steps; ++i) sum += f(low + (high - low) * i / steps);
  return sum * (high - low) / steps;
}

/// A range outside which the density of u is below 1e-14 or, for student_t, falls as a power.
double furthest(const MarginalPrior& prior) {
  return prior.family() == MarginalPrior::Family::student_t ? 2e4 : 90.0;
}

}  // namespace

TEST_CASE("the density of every prior integrates to one in the unconstrained coordinate") {
  for (const char* text : kPriors) {
    CAPTURE(text);
    const MarginalPrior prior = MarginalPrior::parse(text);
    const bool heavy = prior.family() == MarginalPrior::Family::student_t;
    const double total = integral([&](double u) { return std::exp(prior.unconstrained_log_density(u)); },
                                  -furthest(prior), furthest(prior), heavy ? 2000000 : 40000);
    CHECK(total == doctest::Approx(1.0).epsilon(heavy ? 1e-4 : 1e-10));
  }
}

TEST_CASE("natural and unconstrained density differ by the Jacobian, which is the slope of the transform") {
  for (const char* text : kPriors) {
    CAPTURE(text);
    const MarginalPrior prior = MarginalPrior::parse(text);
    const Transform& transform = prior.transform();
    for (const double u : {-3.0, -0.4, 0.0, 0.7, 2.5}) {
      CAPTURE(u);
      const double theta = transform.constrain(u);
      CHECK(transform.unconstrain(theta) == doctest::Approx(u).epsilon(1e-12));
      const double slope = (transform.constrain(u + 1e-5) - transform.constrain(u - 1e-5)) / 2e-5;
      CHECK(transform.log_jacobian(u) == doctest::Approx(std::log(slope)).epsilon(1e-8));
      CHECK(prior.log_density(theta) + std::log(slope) ==
            doctest::Approx(prior.unconstrained_log_density(u)).epsilon(1e-8));
    }
  }
}

TEST_CASE("the distribution function is the integral of the density, and the quantile inverts it") {
  for (const char* text : kPriors) {
    CAPTURE(text);
    const MarginalPrior prior = MarginalPrior::parse(text);
    for (const double p : {1e-3, 0.05, 0.5, 0.8, 0.999}) {
      CAPTURE(p);
      CHECK(prior.distribution(prior.quantile(p)) == doctest::Approx(p).epsilon(1e-9));
    }
    const double low = prior.transform().unconstrain(prior.quantile(0.2));
    const double high = prior.transform().unconstrain(prior.quantile(0.9));
    const double between =
        integral([&](double u) { return std::exp(prior.unconstrained_log_density(u)); }, low, high);
    CHECK(between == doctest::Approx(0.7).epsilon(1e-7));
  }
}

TEST_CASE("standard deviations are those of the density") {
  for (const char* text : kPriors) {
    CAPTURE(text);
    const MarginalPrior prior = MarginalPrior::parse(text);
    if (prior.kind() == PriorKind::student_t) continue;
    const auto moment = [&](int power) {
      return integral(
          [&](double u) {
            return std::pow(prior.transform().constrain(u), power) *
                   std::exp(prior.unconstrained_log_density(u));
          },
          -90.0, 90.0);
    };
    CHECK(prior.sd() == doctest::Approx(std::sqrt(moment(2) - std::pow(moment(1), 2))).epsilon(1e-8));
  }
  CHECK(MarginalPrior::parse("student_t(5, 1, 0.5)").sd() == doctest::Approx(0.5 * std::sqrt(5.0 / 3.0)));
  CHECK(std::isinf(MarginalPrior::parse("student_t(1.5, 0, 2)").sd()));
}

TEST_CASE("distribution functions with a closed form have its values") {
  const auto at = [](const char* text, double theta) {
    return MarginalPrior::parse(text).distribution(theta);
  };
  CHECK(at("beta(2, 3)", 0.3) == doctest::Approx(6 * 0.09 - 8 * 0.027 + 3 * 0.0081).epsilon(1e-12));
  CHECK(at("beta(2, 3, 10, 20)", 13.0) == doctest::Approx(at("beta(2, 3)", 0.3)).epsilon(1e-12));
  CHECK(at("uniform(-1, 3)", 0.0) == doctest::Approx(0.25).epsilon(1e-12));
  CHECK(at("uniform(-1, 3)", -1.5) == 0.0);
  CHECK(at("uniform(-1, 3)", 3.5) == 1.0);
  CHECK(at("gamma(2, 4)", 0.5) == doctest::Approx(1.0 - 3.0 * std::exp(-2.0)).epsilon(1e-12));
  CHECK(at("exponential(0.25)", 2.0) == doctest::Approx(-std::expm1(-0.5)).epsilon(1e-12));
  CHECK(at("half_normal(2)", 3.0) == doctest::Approx(std::erf(1.5 / std::numbers::sqrt2)).epsilon(1e-12));
  CHECK(at("student_t(1, 0, 1)", 2.0) ==
        doctest::Approx(0.5 + std::atan(2.0) / std::numbers::pi).epsilon(1e-10));
  CHECK(at("student_t(2, 0, 1)", -3.0) == doctest::Approx(0.5 - 1.5 / std::sqrt(11.0)).epsilon(1e-10));
}

TEST_CASE("densities at and beyond the ends of the support are what they are") {
  CHECK(MarginalPrior::parse("uniform(-1, 3)").log_density(-1.0) == doctest::Approx(std::log(0.25)));
  CHECK(MarginalPrior::parse("exponential(2)").log_density(0.0) == doctest::Approx(std::log(2.0)));
  CHECK(MarginalPrior::parse("beta(2, 2)").log_density(0.0) == -INFINITY);
  CHECK(MarginalPrior::parse("beta(0.5, 2)").log_density(0.0) == INFINITY);
  CHECK(MarginalPrior::parse("log_normal(0, 1)").log_density(0.0) == -INFINITY);
  CHECK(MarginalPrior::parse("half_normal(1)").log_density(-0.1) == -INFINITY);
}

TEST_CASE("a flow starts at the median of a prior and is as wide as two thirds of its draws") {
  const MarginalPrior uniform = MarginalPrior::parse("uniform(2, 7)");
  CHECK(uniform.start_location() == doctest::Approx(0.0));
  const double share = 0.5 * std::erfc(-1.0 / std::numbers::sqrt2);
  CHECK(uniform.start_scale() == doctest::Approx(std::log(share / (1.0 - share))).epsilon(1e-9));
  CHECK(MarginalPrior::parse("exponential(4)").start_location() ==
        doctest::Approx(std::log(std::log(2.0) / 4.0)).epsilon(1e-9));
  // The pull-back of these is a normal: the flow starts as the prior itself.
  const MarginalPrior positive = MarginalPrior::parse("log_normal(-0.7, 0.4)");
  CHECK(positive.start_location() == -0.7);
  CHECK(positive.start_scale() == 0.4);
  const MarginalPrior normal = MarginalPrior::parse("normal(0.1, 0.3)");
  for (const double u : {-1.0, 0.2, 3.0})
    CHECK(positive.unconstrained_log_density(-0.7 + 0.4 * u) - std::log(0.3) ==
          doctest::Approx(normal.unconstrained_log_density(0.1 + 0.3 * u) - std::log(0.4)).epsilon(1e-12));
}

TEST_CASE("a prior is read from text, and its own text says the same") {
  for (const char* text : kPriors) CHECK(MarginalPrior::parse(text).text() == text);
  CHECK(MarginalPrior::parse("  beta( 2,3 , -1 ,  1e1 ) ").text() == "beta(2, 3, -1, 10)");
  CHECK(MarginalPrior().text() == "normal(0, 1)");
}

TEST_CASE("text that is no prior is refused with the text and what is allowed") {
  const auto message = [](const char* text) -> std::string {
    try {
      (void)MarginalPrior::parse(text);
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  };
  const auto says = [&](const char* text, const char* part) {
    CAPTURE(message(text));
    return message(text).find(part) != std::string::npos;
  };
  CHECK(says("normol(0, 1)",
             "prior \"normol(0, 1)\": there is no distribution \"normol\", the nearest is normal"));
  CHECK(says("normol(0, 1)", "beta(a, b), beta(a, b, low, high), half_normal(scale)"));
  CHECK(says("normal", "expected a distribution such as normal(0, 1)"));
  CHECK(says("normal(0, 1", "expected a distribution"));
  CHECK(says("", "expected a distribution"));
  CHECK(says("normal(0)", "normal has 1 parameters, expected normal(mean, sd)"));
  CHECK(says("beta(1, 2, 3)", "expected beta(a, b) or beta(a, b, low, high)"));
  CHECK(says("normal(0, one)", "\"one\" is not a number"));
  CHECK(says("normal(0, )", "\"\" is not a number"));
  CHECK(says("normal(0, 1) + 2)", "is not a number"));
  CHECK(says("normal(0, 0)", "normal: sd = 0, expected"));
  CHECK(says("normal(nan, 1)", "mean = nan"));
  CHECK(says("uniform(3, 3)", "high = 3, expected above low = 3"));
  CHECK(says("gamma(-1, 2)", "shape = -1"));
  CHECK(says("student_t(0, 0, 1)", "degrees_of_freedom = 0"));
}

TEST_SUITE_END();
