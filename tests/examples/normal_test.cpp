#include <doctest/doctest.h>

#include <starling/core/error.hpp>
#include <starling/examples/normal.hpp>

#include "../support/values.hpp"
#include "example_support.hpp"

TEST_SUITE_BEGIN("examples");

using namespace starling;
using namespace starling::examples;
using namespace starling::test;

TEST_CASE("Normal draws have the mean and the deviation of their parameters, and each draw its own noise") {
  const Normal model(20000);
  const std::vector<double> x = series_of({{2, 2}, {1.5, std::log(0.2), -3.0, std::log(2.0)}},
                                          [&](auto theta) { return model.simulate(theta, 7); });
  const std::vector<double> first(x.begin(), x.begin() + 20000);
  const std::vector<double> second(x.begin() + 20000, x.end());
  CHECK(std::abs(moments_of(first).mean - 1.5) < 4.0 * 0.2 / std::sqrt(20000.0));
  CHECK(std::sqrt(moments_of(first).variance) == doctest::Approx(0.2).epsilon(0.02));
  CHECK(std::abs(moments_of(second).mean + 3.0) < 4.0 * 2.0 / std::sqrt(20000.0));
  CHECK(std::sqrt(moments_of(second).variance) == doctest::Approx(2.0).epsilon(0.02));
  double product = 0.0;
  for (std::size_t t = 0; t < 20000; ++t) product += (first[t] - 1.5) / 0.2 * (second[t] + 3.0) / 2.0;
  CHECK(std::abs(product / 20000.0) < 4.0 / std::sqrt(20000.0));
}

TEST_CASE("Normal: gradients of series and likelihood agree with six-point differences") {
  const HostArray theta{{3, Normal::parameters}, spread(6, 1)};
  const GradientCheck series =
      check_gradient([](auto&, auto v) { return Normal(5).simulate_with_noise(v[0], v[1]); },
                     {theta, {{3, 5}, spread(15, 2)}});
  INFO(to_string(series));
  CHECK(series.worst_relative_error < 1e-9);
  const GradientCheck likelihood =
      check_gradient([](auto&, auto v) { return Normal::negative_log_likelihood(v[0], v[1]); },
                     {theta, {{5}, spread(5, 3)}});
  INFO(to_string(likelihood));
  CHECK(likelihood.worst_relative_error < 1e-9);
}

TEST_CASE("a model refuses parameters of another shape and names itself") {
  Tape<double> tape(Exec::cpu(1));
  const auto theta = tape.constant({2, 3}, std::vector<double>(6, 0.0));
  CHECK_THROWS_WITH_AS(Normal(5).simulate(theta, 1), doctest::Contains("Normal: theta has shape [2][3]"),
                       InputError);
}

TEST_SUITE_END();
