#include <cmath>

#include <doctest/doctest.h>

#include <starling/autodiff/autodiff.hpp>
#include <starling/core/error.hpp>

#include "../support/backends.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("autodiff");

using namespace starling;
using namespace starling::test;

namespace {

/// f(x, y) = sum(x^2 y) + sum(exp(x)): gradient (2 x y + e^x, x^2).
const TapeFunction kFunction([](auto&, auto v) { return sum(square(v[0]) * v[1]) + sum(exp(v[0])); });
const std::vector<HostArray> kPoint{{{2}, {0.5, -1.0}}, {{2}, {3.0, 2.0}}};

}  // namespace

STARLING_BACKEND_CASE("value and gradient of a function of two arrays are those of a hand calculation") {
  const ValueAndGradient result = gradient(exec, kFunction, kPoint);
  CHECK(result.value == doctest::Approx(0.75 + 2.0 + std::exp(0.5) + std::exp(-1.0)));
  CHECK(worst_difference(result.gradient[0], {3.0 + std::exp(0.5), -4.0 + std::exp(-1.0)}) < 1e-14);
  CHECK(worst_difference(result.gradient[1], {0.25, 1.0}) < 1e-14);
}

STARLING_BACKEND_CASE("a Hessian product is that of a hand calculation") {
  // H = [diag(2 y + e^x), diag(2 x); diag(2 x), 0]
  const PerArgument direction{{1.0, 2.0}, {-1.0, 0.5}};
  const PerArgument product = hessian_vector(exec, kFunction, kPoint, direction);
  CHECK(worst_difference(product[0], {6.0 + std::exp(0.5) - 1.0, 2.0 * (4.0 + std::exp(-1.0)) - 1.0}) <
        1e-14);
  CHECK(worst_difference(product[1], {1.0, -4.0}) < 1e-14);
}

STARLING_BACKEND_CASE("Hessian products equal differences of the gradient and are symmetric") {
  const TapeFunction function([](auto&, auto v) {
    return mean(log_sum_exp(tanh(v[0]) * v[1])) + sum(softplus(v[1] / (1.0 + square(v[1])))) +
           sum(square(softmax(v[0], 0)));
  });
  const std::vector<HostArray> point{{{4, 3}, spread(12, 1)}, {{3}, spread(3, 2)}};
  const PerArgument u{spread(12, 3), spread(3, 4)};
  const PerArgument v{spread(12, 5), spread(3, 6)};
  const PerArgument hu = hessian_vector(exec, function, point, u);
  const PerArgument hv = hessian_vector(exec, function, point, v);
  double v_hu = 0.0, u_hv = 0.0;
  for (std::size_t a = 0; a < 2; ++a)
    for (std::size_t i = 0; i < u[a].size(); ++i) {
      v_hu += v[a][i] * hu[a][i];
      u_hv += u[a][i] * hv[a][i];
    }
  CHECK(v_hu == doctest::Approx(u_hv).epsilon(1e-12));
  const auto gradient_by_first = [&](std::span<const double> x) {
    std::vector<HostArray> moved = point;
    moved[0].values.assign(x.begin(), x.end());
    return gradient(exec, function, moved).gradient[0];
  };
  const std::vector<double> hessian = finite_difference_jacobian(gradient_by_first, point[0].values);
  const PerArgument only_first = hessian_vector(exec, function, point, {u[0], std::vector<double>(3, 0.0)});
  for (std::size_t i = 0; i < 12; ++i) {
    double expected = 0.0;
    for (std::size_t j = 0; j < 12; ++j) expected += hessian[i * 12 + j] * u[0][j];
    CHECK(only_first[0][i] == doctest::Approx(expected).epsilon(1e-7));
  }
}

TEST_CASE("the Jacobian is the same by forward and by reverse mode") {
  const std::vector<HostArray> point{{{5}, spread(5, 1)}};
  const auto wide = [](auto&, auto v) { return reshape(v[0], {5, 1}) * exp(v[0]); };  // 25 outputs
  const TapeFunction either(wide);
  const TapeFunction reverse_only(
      [&](Tape<double>& tape, std::span<const Var<double>> v) { return wide(tape, v); });
  CHECK(either.has_forward_mode());
  CHECK_FALSE(reverse_only.has_forward_mode());
  const std::vector<double> forward = jacobian(Exec::cpu(1), either, point, 0);
  CHECK(forward.size() == 125);
  CHECK(worst_difference(forward, jacobian(Exec::cpu(1), reverse_only, point, 0)) < 1e-14);
  CHECK_THROWS_AS((void)jvp(Exec::cpu(1), reverse_only, point, {spread(5, 2)}), InputError);
}

TEST_CASE("products with a Jacobian and its transpose are consistent") {
  const TapeFunction function([](auto&, auto v) { return sigmoid(v[0]) * sum(v[1] * v[1], 0); });
  const std::vector<HostArray> point{{{7}, spread(7, 1)}, {{3, 7}, spread(21, 2)}};
  const PerArgument along{spread(7, 3), spread(21, 4)};
  const std::vector<double> output_adj = spread(7, 5);
  const std::vector<double> tangent = jvp(Exec::cpu(1), function, point, along);
  const PerArgument adjoint = vjp(Exec::cpu(1), function, point, output_adj);
  double left = 0.0, right = 0.0;
  for (std::size_t i = 0; i < 7; ++i) left += output_adj[i] * tangent[i];
  for (std::size_t a = 0; a < 2; ++a)
    for (std::size_t i = 0; i < along[a].size(); ++i) right += adjoint[a][i] * along[a][i];
  CHECK(left == doctest::Approx(right).epsilon(1e-13));
  CHECK_THROWS_WITH_AS((void)jvp(Exec::cpu(1), function, point, {spread(7, 3), spread(20, 4)}),
                       "jvp: directions[1] has 20 elements, expected 21", InputError);
}

TEST_CASE("a custom operation with a tangent function takes part in forward mode") {
  using In = std::span<const double* const>;
  CustomOperation<double> cube{
      .forward = [](const Exec&, In in, double* y) { y[0] = in[0][0] * in[0][0] * in[0][0]; },
      .adjoint =
          [](const Exec&, In in, const double*, const double* y_adj, std::span<double* const> in_adj) {
            if (in_adj[0] != nullptr) in_adj[0][0] += 3.0 * in[0][0] * in[0][0] * y_adj[0];
          },
      .tangent = [](const Exec&, In in, const double*, In in_tangent,
                    double* y_tangent) { y_tangent[0] = 3.0 * in[0][0] * in[0][0] * in_tangent[0][0]; }};
  const auto use = [&](auto& tape, auto v) { return exp(tape.custom("cube", {v[0]}, {}, cube)); };
  const std::vector<HostArray> point{{{}, {1.1}}};
  const double slope = 3.0 * 1.21 * std::exp(1.331);
  CHECK(gradient(Exec::cpu(1), TapeFunction(use), point).gradient[0][0] == doctest::Approx(slope));
  CHECK(jvp(Exec::cpu(1), TapeFunction(use), point, {{2.0}})[0] == doctest::Approx(2.0 * slope));
  CHECK_THROWS_WITH_AS((void)hessian_vector(Exec::cpu(1), TapeFunction(use), point, {{1.0}}),
                       "cube: custom operation has no second derivatives, which a Hessian product needs",
                       InputError);
  cube.tangent = nullptr;
  CHECK_THROWS_WITH_AS((void)jvp(Exec::cpu(1), TapeFunction(use), point, {{2.0}}),
                       "cube: custom operation has no tangent function, which forward mode needs",
                       InputError);
}

TEST_SUITE_END();
