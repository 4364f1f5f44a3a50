#include <doctest/doctest.h>

#include <starling/autodiff/autodiff.hpp>
#include <starling/autodiff/matmul.hpp>
#include <starling/core/error.hpp>

#include "../support/backends.hpp"
#include "../support/hessian_product.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("autodiff");

using namespace starling;
using namespace starling::test;

namespace {

void check(const Exec& exec, const TapeFunction& function, std::vector<HostArray> arguments) {
  const GradientCheck worst = check_gradient(exec, function, arguments);
  INFO(to_string(worst));
  CHECK(worst.worst_relative_error < 1e-8);
}

}  // namespace

STARLING_BACKEND_CASE("gradients of matrix products equal finite differences") {
  using Arguments = std::span<const Var<double>>;
  for (const std::int64_t size : {0, 1, 31, 33}) {
    for (const auto& [m, k, n] : {std::array<std::int64_t, 3>{size, 2, 3}, {2, size, 3}, {2, 3, size}})
      check(exec, [](Tape<double>&, Arguments x) { return square(matmul(x[0], x[1])); },
            {{{m, k}, spread(m * k, 1)}, {{k, n}, spread(k * n, 2)}});
  }
  check(exec, [](Tape<double>&, Arguments x) { return matmul(x[0], matmul(x[0], x[0])); },
        {{{4, 4}, spread(16, 3)}});
}

STARLING_BACKEND_CASE("a constant factor takes no gradient") {
  Tape<double> tape(exec);
  const auto a = tape.constant({2, 2}, std::vector<double>{1, 2, 3, 4});
  const auto b = tape.variable({2, 1}, std::vector<double>{5, 6});
  const auto y = matmul(a, b);
  CHECK(y.value() == std::vector<double>{17, 39});
  tape.backward(sum(y));
  CHECK(b.adjoint() == std::vector<double>{4, 6});
  tape.backward(sum(matmul(reshape(b, {1, 2}), a)));
  CHECK(b.adjoint() == std::vector<double>{3, 7});
}

STARLING_BACKEND_CASE("second derivatives pass through matrix products") {
  const auto function = [](auto&, auto x) { return sum(square(matmul(x[0], matmul(x[0], x[0])))); };
  CHECK(worst_hessian_difference(exec, function, {{5, 5}, spread(25, 4, -0.5, 0.5)}) < 1e-8);
}

TEST_CASE("matrices that do not fit are named") {
  Tape<double> tape(Exec::cpu(1));
  const auto a = tape.constant({2, 3}, spread(6, 5));
  CHECK_THROWS_WITH_AS(matmul(a, a),
                       "matmul: a has shape [2][3] and b [2][3]: the last extent of a must be the first of b",
                       InputError);
  CHECK_THROWS_AS(matmul(a, tape.constant({3}, spread(3, 6))), InputError);
}

TEST_SUITE_END();
