#include <doctest/doctest.h>

#include <starling/autodiff/autodiff.hpp>
#include <starling/autodiff/cumulative_sum.hpp>
#include <starling/core/error.hpp>

#include "../support/backends.hpp"
#include "../support/hessian_product.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("autodiff");

using namespace starling;
using namespace starling::test;

STARLING_BACKEND_CASE("cumulative sums run along the axis that is asked for") {
  Tape<double> tape(exec);
  const auto x = tape.constant({2, 3}, std::vector<double>{1, 2, 3, 4, 5, 6});
  CHECK(cumulative_sum(x, 0).value() == std::vector<double>{1, 2, 3, 5, 7, 9});
  CHECK(cumulative_sum(x, -1).value() == std::vector<double>{1, 3, 6, 4, 9, 15});
  CHECK_THROWS_AS(cumulative_sum(x, 2), InputError);
}

STARLING_BACKEND_CASE("gradients of cumulative sums equal finite differences") {
  for (const std::int64_t length : {0, 1, 33, 257, 300}) {
    for (const int axis : {0, 1, -1}) {
      const Shape shape = axis == 1 ? Shape{2, length, 2} : axis == 0 ? Shape{length, 2} : Shape{2, length};
      const std::vector<HostArray> arguments{{shape, spread(shape.size(), 1)}};
      const GradientCheck worst = check_gradient(
          exec,
          [axis](Tape<double>&, std::span<const Var<double>> x) {
            return tanh(cumulative_sum(x[0], axis) * 0.1) + x[0];
          },
          arguments);
      INFO(to_string(worst));
      CHECK(worst.worst_relative_error < 1e-7);
    }
  }
}

STARLING_BACKEND_CASE("second derivatives pass through cumulative sums") {
  const auto function = [](auto&, auto x) { return sum(square(square(cumulative_sum(square(x[0]), 0)))); };
  CHECK(worst_hessian_difference(exec, function, {{20, 2}, spread(40, 2, -0.3, 0.3)}) < 1e-8);
}

TEST_SUITE_END();
