#include <cmath>

#include <doctest/doctest.h>

#include <starling/autodiff/autodiff.hpp>

TEST_SUITE_BEGIN("autodiff");

using namespace starling;

using Arguments = std::span<const Var<double>>;

TEST_CASE("the gradient checker finds a wrong adjoint and says where") {
  const TapeFunction wrong = [](Tape<double>& tape, Arguments x) {
    return tape.custom("wrong", {x[0]}, {3},
                       {[](const Exec&, std::span<const double* const> in, double* y) {
                          for (int i = 0; i < 3; ++i) y[i] = in[0][i] * in[0][i];
                        },
                        [](const Exec&, std::span<const double* const> in, const double*, const double* y_adj,
                           std::span<double* const> in_adj) {
                          for (int i = 0; i < 3; ++i)
                            in_adj[0][i] += (i == 1 ? 2.1 : 2.0) * in[0][i] * y_adj[i];
                        }});
  };
  const GradientCheck worst = check_gradient(wrong, {HostArray{{3}, {1.0, 2.0, 3.0}}});
  CHECK(worst.argument == 0);
  CHECK(worst.element == 1);
  CHECK(worst.worst_relative_error == doctest::Approx(0.1 / 2.1).epsilon(1e-6));
}

TEST_CASE("six-point differences are exact to rounding for a polynomial of degree 6") {
  const auto f = [](std::span<const double> x) { return std::pow(x[0], 6) - x[1] * x[1] * x[0]; };
  const std::vector<double> point{1.5, -2.0};
  const std::vector<double> gradient = finite_difference_gradient(f, point);
  CHECK(gradient[0] == doctest::Approx(6 * std::pow(1.5, 5) - 4.0).epsilon(1e-11));
  CHECK(gradient[1] == doctest::Approx(6.0).epsilon(1e-11));
}

TEST_SUITE_END();
