#include <functional>

#include <doctest/doctest.h>

#include <starling/core/buffer.hpp>
#include <starling/kernels/elementwise.hpp>

#include "../support/backends.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("kernels");

using namespace starling;
using namespace starling::test;

namespace {

struct UnaryCase {
  UnaryOperation operation;
  double a, b;
  double low, high;
  std::function<double(double)> value, slope;
};

double logistic(double x) {
  return 1.0 / (1.0 + std::exp(-x));
}

std::vector<UnaryCase> unary_cases() {
  using enum UnaryOperation;
  return {
      {affine, 1.5, -0.25, -2, 2, [](double x) { return 1.5 * x - 0.25; }, [](double) { return 1.5; }},
      {reciprocal, 3.0, 0, 0.5, 2, [](double x) { return 3.0 / x; }, [](double x) { return -3.0 / (x * x); }},
      {power, 2.5, 0, 0.2, 2, [](double x) { return std::pow(x, 2.5); },
       [](double x) { return 2.5 * std::pow(x, 1.5); }},
      {exp, 0, 0, -2, 2, [](double x) { return std::exp(x); }, [](double x) { return std::exp(x); }},
      {expm1, 0, 0, -2, 2, [](double x) { return std::expm1(x); }, [](double x) { return std::exp(x); }},
      {log, 0, 0, 0.1, 3, [](double x) { return std::log(x); }, [](double x) { return 1 / x; }},
      {log1p, 0, 0, -0.5, 3, [](double x) { return std::log1p(x); }, [](double x) { return 1 / (1 + x); }},
      {sqrt, 0, 0, 0.2, 3, [](double x) { return std::sqrt(x); },
       [](double x) { return 0.5 / std::sqrt(x); }},
      {square, 0, 0, -2, 2, [](double x) { return x * x; }, [](double x) { return 2 * x; }},
      {tanh, 0, 0, -2, 2, [](double x) { return std::tanh(x); },
       [](double x) { return 1 / (std::cosh(x) * std::cosh(x)); }},
      {sigmoid, 0, 0, -9, 9, logistic, [](double x) { return logistic(x) * logistic(-x); }},
      {softplus, 0, 0, -9, 9, [](double x) { return std::log(1 + std::exp(x)); }, logistic},
      {relu, 0, 0, -2, 2, [](double x) { return std::max(x, 0.0); },
       [](double x) { return x > 0 ? 1.0 : 0.0; }},
      {abs, 0, 0, -2, 2, [](double x) { return std::abs(x); }, [](double x) { return x > 0 ? 1.0 : -1.0; }},
      {clamp, -0.7, 1.1, -2, 2, [](double x) { return std::clamp(x, -0.7, 1.1); },
       [](double x) { return x < -0.7 || x > 1.1 ? 0.0 : 1.0; }},
      {clamp_pass_through, -0.7, 1.1, -2, 2, [](double x) { return std::clamp(x, -0.7, 1.1); },
       [](double) { return 1.0; }},
  };
}

template <class Real>
void check_unary(const Exec& exec, const UnaryCase& c, std::int64_t n) {
  const std::vector<Real> x = as<Real>(spread(n, 1, c.low, c.high));
  const std::vector<Real> y_adj = as<Real>(spread(n, 2));
  std::vector<double> value, gradient, accumulated;
  for (std::size_t i = 0; i < x.size(); ++i) {
    value.push_back(c.value(static_cast<double>(x[i])));
    gradient.push_back(c.slope(static_cast<double>(x[i])) * static_cast<double>(y_adj[i]));
    accumulated.push_back(gradient.back() + 0.5);
  }
  const Buffer<Real> x_device(exec, x);
  const Buffer<Real> y_adj_device(exec, y_adj);
  Buffer<Real> y(exec, n);
  Buffer<Real> x_adj(exec, std::vector<Real>(x.size(), Real(0.5)));
  const auto a = static_cast<Real>(c.a);
  const auto b = static_cast<Real>(c.b);
  kernels::unary<Real>(exec, {c.operation, n, a, b, x_device.data(), y.data()});
  CHECK(worst_difference(y.download(), value) < kTolerance<Real>);
  kernels::unary_adjoint<Real>(exec, {c.operation, n, a, b, x_device.data(), y.data(), y_adj_device.data(),
                                      x_adj.data(), GradientMode::accumulate});
  CHECK(worst_difference(x_adj.download(), accumulated) < kTolerance<Real>);
  kernels::unary_adjoint<Real>(exec, {c.operation, n, a, b, x_device.data(), y.data(), y_adj_device.data(),
                                      x_adj.data(), GradientMode::overwrite});
  CHECK(worst_difference(x_adj.download(), gradient) < kTolerance<Real>);
}

double apply(BinaryOperation operation, double a, double b) {
  switch (operation) {
    case BinaryOperation::add:
      return a + b;
    case BinaryOperation::subtract:
      return a - b;
    case BinaryOperation::multiply:
      return a * b;
    case BinaryOperation::divide:
      return a / b;
    case BinaryOperation::minimum:
      return std::min(a, b);
    case BinaryOperation::maximum:
      return std::max(a, b);
    case BinaryOperation::straight_through:
      return a;
    case BinaryOperation::greater:
      return a > b ? 1.0 : 0.0;
    case BinaryOperation::greater_equal:
      return a >= b ? 1.0 : 0.0;
  }
  return 0.0;
}

}  // namespace

STARLING_BACKEND_CASE("unary operations and their adjoints equal the oracle at all sizes") {
  for (const UnaryCase& c : unary_cases()) {
    for (const std::int64_t n : kSizes) {
      CAPTURE(static_cast<int>(c.operation));
      CAPTURE(n);
      check_unary<float>(exec, c, n);
      check_unary<double>(exec, c, n);
    }
  }
}

STARLING_BACKEND_CASE("sigmoid and softplus keep their tails") {
  const Buffer<double> x(exec, std::vector<double>{-800.0, -40.0, 40.0, 800.0});
  Buffer<double> y(exec, 4);
  kernels::unary<double>(exec, {UnaryOperation::sigmoid, 4, 0, 0, x.data(), y.data()});
  const std::vector<double> logistic_values = y.download();
  CHECK(logistic_values[0] == 0.0);
  CHECK(logistic_values[1] == doctest::Approx(std::exp(-40.0)).epsilon(1e-14));
  CHECK(logistic_values[3] == 1.0);
  kernels::unary<double>(exec, {UnaryOperation::softplus, 4, 0, 0, x.data(), y.data()});
  const std::vector<double> softplus_values = y.download();
  CHECK(softplus_values[1] == doctest::Approx(std::exp(-40.0)).epsilon(1e-14));
  CHECK(softplus_values[2] == 40.0);
  CHECK(softplus_values[3] == 800.0);
}

STARLING_BACKEND_CASE("binary operations repeat operands by strides") {
  using enum BinaryOperation;
  constexpr std::int64_t kRows = 31, kColumns = 3;
  // a is [rows][columns], b is [rows][1] in memory that also holds other numbers.
  const std::vector<double> a = spread(kRows * kColumns, 3);
  const std::vector<double> b = spread(kRows * 2, 4, 0.5, 2.0);
  const Buffer<double> a_device(exec, a);
  const Buffer<double> b_device(exec, b);
  Buffer<double> y(exec, kRows * kColumns);
  const BroadcastLayout layout{2, {kRows, kColumns, 1, 1}, {{{kColumns, 1, 0, 0}, {2, 0, 0, 0}, {}}}};
  for (const BinaryOperation operation :
       {add, subtract, multiply, divide, minimum, maximum, straight_through, greater, greater_equal}) {
    std::vector<double> expected;
    for (std::int64_t r = 0; r < kRows; ++r)
      for (std::int64_t c = 0; c < kColumns; ++c)
        expected.push_back(apply(operation, a[static_cast<std::size_t>(r * kColumns + c)],
                                 b[static_cast<std::size_t>(2 * r)]));
    kernels::binary<double>(
        exec, {operation, kRows * kColumns, layout, a_device.data(), b_device.data(), y.data()});
    CHECK(worst_difference(y.download(), expected) == 0.0);
  }
}

TEST_SUITE_END();
