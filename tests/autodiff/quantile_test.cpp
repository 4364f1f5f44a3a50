#include <doctest/doctest.h>

#include <starling/autodiff/autodiff.hpp>
#include <starling/core/error.hpp>

#include "../support/backends.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("autodiff");

using namespace starling;
using namespace starling::test;

STARLING_BACKEND_CASE("gradients of quantiles equal finite differences") {
  for (const std::int64_t n : {1, 2, 33, 257}) {
    for (const double level : {0.0, 0.3, 0.5, 1.0}) {
      // Far enough apart for differences not to change the order.
      std::vector<double> values = spread(n, 1, -0.2, 0.2);
      for (std::size_t i = 0; i < values.size(); ++i) values[i] += static_cast<double>(i * 7 % 257);
      const std::vector<HostArray> arguments{{{n}, values}};
      const GradientCheck worst = check_gradient(
          exec, [level](Tape<double>&, auto x) { return square(quantile(x[0], level)) + sum(x[0]); },
          arguments, 1e-4);
      INFO(to_string(worst));
      CHECK(worst.worst_relative_error < 1e-7);
    }
  }
}

TEST_CASE("quantiles of no elements and levels outside 0 and 1 are refused") {
  Tape<double> tape(Exec::cpu(1));
  const auto x = tape.constant({2}, std::vector<double>{1, 2});
  CHECK(quantile(x, 0.5).scalar() == 1.5);
  CHECK_THROWS_AS(quantile(x, 1.5), InputError);
  CHECK_THROWS_AS(quantile(x, -0.1), InputError);
  CHECK_THROWS_AS(quantile(tape.constant({0}, std::vector<double>{}), 0.5), InputError);
}

TEST_SUITE_END();
