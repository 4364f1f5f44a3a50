#include <doctest/doctest.h>

#include <starling/autodiff/autodiff.hpp>
#include <starling/core/error.hpp>

#include "../support/backends.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("autodiff");

using namespace starling;
using namespace starling::test;

namespace {

using V = Var<double>;
using Arguments = std::span<const Var<double>>;

HostArray array(const Shape& shape, std::uint64_t stream, double low = -2.0, double high = 2.0) {
  return {shape, spread(shape.size(), stream, low, high)};
}

void check(const Exec& exec, const TapeFunction& function, std::vector<HostArray> arguments) {
  const GradientCheck worst = check_gradient(exec, function, arguments);
  INFO(to_string(worst));
  CHECK(worst.worst_relative_error < 1e-8);
}

struct UnaryCase {
  const char* name;
  std::function<V(V)> function;
  double low, high;
};

const UnaryCase kUnary[] = {
    {"exp", [](V x) { return exp(x); }, -2, 2},
    {"expm1", [](V x) { return expm1(x); }, -2, 2},
    {"log", [](V x) { return log(x); }, 0.5, 3},
    {"log1p", [](V x) { return log1p(x); }, -0.4, 3},
    {"sqrt", [](V x) { return sqrt(x); }, 0.5, 3},
    {"square", [](V x) { return square(x); }, -2, 2},
    {"tanh", [](V x) { return tanh(x); }, -2, 2},
    {"sigmoid", [](V x) { return sigmoid(x); }, -6, 6},
    {"softplus", [](V x) { return softplus(x); }, -6, 6},
    {"relu", [](V x) { return relu(x); }, 0.1, 2},
    {"relu below", [](V x) { return relu(x) + x; }, -2, -0.1},
    {"abs", [](V x) { return abs(x); }, 0.1, 2},
    {"abs below", [](V x) { return abs(x); }, -2, -0.1},
    {"power", [](V x) { return power(x, 1.7); }, 0.5, 3},
    {"reciprocal", [](V x) { return 2.0 / x; }, 0.5, 3},
    {"number forms", [](V x) { return 3.0 - (-x * 2.0 + 1.0) / 4.0 + (2.0 + x) - (x - 5.0); }, -2, 2},
};

}  // namespace

STARLING_BACKEND_CASE("gradients of element-wise functions equal finite differences at all sizes") {
  for (const UnaryCase& c : kUnary) {
    for (const std::int64_t n : kSizes) {
      CAPTURE(c.name);
      CAPTURE(n);
      check(exec, [&](Tape<double>&, Arguments x) { return c.function(x[0]); },
            {array({n}, 1, c.low, c.high)});
    }
  }
}

STARLING_BACKEND_CASE("gradients of arithmetic equal finite differences for all broadcasts") {
  const std::pair<Shape, Shape> shapes[] = {
      {{3, 4}, {3, 4}},
      {{3, 4}, {4}},
      {{4}, {3, 4}},
      {{3, 1}, {1, 4}},
      {{}, {3, 4}},
      {{5}, {}},
      {{2, 3, 4}, {3, 1}},
      {{2, 1, 3, 1}, {4, 1, 5}},
      {{1}, {33}},
      {{0, 3}, {3}},
      {{}, {}},
      {{2, 3, 4, 2}, {2}},
      {{1, 1}, {7, 2}},
      {{2, 1, 2}, {2, 3, 2}},
  };
  for (const auto& operands : shapes) {
    const Shape& a = operands.first;
    const Shape& b = operands.second;
    const std::vector<HostArray> arguments{array(a, 2), array(b, 3, 0.5, 2.0)};
    CAPTURE(to_string(a));
    CAPTURE(to_string(b));
    check(
        exec, [](Tape<double>&, Arguments x) { return x[0] + x[1]; }, arguments);
    check(
        exec, [](Tape<double>&, Arguments x) { return x[0] - x[1]; }, arguments);
    check(
        exec, [](Tape<double>&, Arguments x) { return x[0] * x[1]; }, arguments);
    check(
        exec, [](Tape<double>&, Arguments x) { return x[0] / x[1]; }, arguments);
  }
}

TEST_CASE("broadcast values are those of the repeated array") {
  Tape<double> tape(Exec::cpu(1));
  const V a = tape.constant({2, 1}, std::vector<double>{10.0, 20.0});
  const V b = tape.constant({3}, std::vector<double>{1.0, 2.0, 3.0});
  const V y = a + b;
  CHECK(y.shape() == Shape{2, 3});
  CHECK(y.value() == std::vector<double>{11, 12, 13, 21, 22, 23});
}

STARLING_BACKEND_CASE("gradients of reductions equal finite differences") {
  for (const Shape& shape : {Shape{7}, Shape{3, 4}, Shape{2, 3, 4}, Shape{1}, Shape{}}) {
    CAPTURE(to_string(shape));
    check(exec, [](Tape<double>&, Arguments x) { return sum(exp(x[0])); }, {array(shape, 4)});
    check(exec, [](Tape<double>&, Arguments x) { return mean(square(x[0])); }, {array(shape, 4)});
    for (int axis = -1; axis < shape.rank(); ++axis) {
      if (shape.rank() == 0) continue;
      check(exec, [=](Tape<double>&, Arguments x) { return square(sum(x[0], axis)); }, {array(shape, 4)});
      check(exec, [=](Tape<double>&, Arguments x) { return square(mean(x[0], axis)); }, {array(shape, 4)});
    }
    if (shape.rank() > 0)
      check(exec, [](Tape<double>&, Arguments x) { return log_sum_exp(x[0]); }, {array(shape, 4)});
  }
}

TEST_CASE("sums along each axis of a small array are those a reader gets") {
  Tape<float> tape(Exec::cpu(1));
  const Var<float> x = tape.constant({2, 3}, std::vector<float>{1, 2, 3, 4, 5, 6});
  CHECK(sum(x).scalar() == 21.0F);
  CHECK(mean(x).scalar() == 3.5F);
  CHECK(sum(x, 0).value() == std::vector<float>{5, 7, 9});
  CHECK(sum(x, 1).value() == std::vector<float>{6, 15});
  CHECK(mean(x, -1).value() == std::vector<float>{2, 5});
}

STARLING_BACKEND_CASE("gradients of rearrangements equal finite differences") {
  const HostArray x = array({4, 5}, 5);
  check(exec, [](Tape<double>&, Arguments v) { return square(reshape(v[0], {2, 10})); }, {x});
  check(exec, [](Tape<double>&, Arguments v) { return exp(view_slice(v[0], 3, {2, 4})); }, {x});
  check(exec,
        [](Tape<double>&, Arguments v) {
          return view_slice(v[0], 0, {6}) * view_slice(v[0], 3, {6}) + sum(v[0]);
        },
        {x});
  check(exec, [](Tape<double>&, Arguments v) { return square(slice_columns(v[0], 1, 3)); }, {x});
  check(exec, [](Tape<double>&, Arguments v) { return square(interleaved_columns(v[0], 1, 2)); }, {x});
  for (const ColumnPermutation kind : {ColumnPermutation::reverse, ColumnPermutation::swap})
    check(exec, [=](Tape<double>&, Arguments v) { return exp(permute_columns(v[0], kind)) * v[0]; }, {x});
}

TEST_CASE("permutations of columns are undone, and swap is the peer's") {
  Tape<double> tape(Exec::cpu(1));
  for (const std::int64_t columns : {1, 2, 3, 5, 6}) {
    const V x = tape.constant({2, columns}, spread(2 * columns, 6));
    for (const ColumnPermutation kind :
         {ColumnPermutation::none, ColumnPermutation::reverse, ColumnPermutation::swap})
      CHECK(permute_columns_back(permute_columns(x, kind), kind).value() == x.value());
  }
  const V row = tape.constant({1, 5}, std::vector<double>{1, 2, 3, 4, 5});
  CHECK(permute_columns(row, ColumnPermutation::swap).value() == std::vector<double>{3, 4, 5, 1, 2});
  CHECK(permute_columns(row, ColumnPermutation::reverse).value() == std::vector<double>{5, 4, 3, 2, 1});
}

TEST_CASE("no gradient passes a stopped array") {
  Tape<double> tape(Exec::cpu(1));
  const V x = tape.variable(3.0);
  tape.backward(x * stop_gradient(x));
  CHECK(x.adjoint()[0] == 3.0);
}

STARLING_BACKEND_CASE("gradients of masked linear maps equal finite differences") {
  const std::vector<double> open{1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 1};
  for (const Activation activation : {Activation::identity, Activation::tanh, Activation::relu}) {
    const TapeFunction function = [&](Tape<double>& tape, Arguments v) {
      const V mask = tape.constant({4, 3}, open);
      return masked_linear(v[0], v[1], v[2], {.activation = activation, .mask = mask, .residual = v[3]});
    };
    check(exec, function, {array({6, 3}, 7), array({4, 3}, 8), array({4}, 9), array({6, 4}, 10)});
  }
  // The input is its own residual.
  check(exec,
        [](Tape<double>&, Arguments v) {
          return masked_linear(v[0], v[1], v[2], {.activation = Activation::tanh, .residual = v[0]});
        },
        {array({5, 3}, 7), array({3, 3}, 8), array({3}, 9)});
}

TEST_CASE("the adjoint of a large masked linear map is the transpose of its derivative") {
  // <y_adj, A dx> = <A^T y_adj, dx> at a size that no difference quotient could reach.
  constexpr std::int64_t kRows = 5000, kInputs = 17, kOutputs = 9;
  Tape<double> tape(Exec::cpu(2));
  const V x = tape.variable({kRows, kInputs}, spread(kRows * kInputs, 11));
  const V w = tape.constant({kOutputs, kInputs}, spread(kOutputs * kInputs, 12));
  const V zero = tape.constant({kOutputs}, std::vector<double>(kOutputs, 0.0));
  const std::vector<double> y_adj = spread(kRows * kOutputs, 13);
  const std::vector<double> dx = spread(kRows * kInputs, 14);
  tape.backward(masked_linear(x, w, zero), y_adj);
  const std::vector<double> dy = masked_linear(tape.constant({kRows, kInputs}, dx), w, zero).value();
  const std::vector<double> x_adj = x.adjoint();
  double left = 0.0, right = 0.0;
  for (std::size_t i = 0; i < dy.size(); ++i) left += y_adj[i] * dy[i];
  for (std::size_t i = 0; i < dx.size(); ++i) right += x_adj[i] * dx[i];
  CHECK(left == doctest::Approx(right).epsilon(1e-11));
}

TEST_CASE("operations refuse shapes that do not fit and say which") {
  Tape<double> tape(Exec::cpu(1));
  const V a = tape.constant({2, 3}, spread(6, 1));
  const V b = tape.constant({4}, spread(4, 1));
  CHECK_THROWS_WITH_AS(
      (void)(a * b),
      "multiply: shapes [2][3] and [4] do not fit: from the last axis, extents must be equal or 1",
      InputError);
  CHECK_THROWS_WITH_AS((void)reshape(a, {4}),
                       "reshape: x has shape [2][3], which does not hold as many elements as [4]",
                       InputError);
  CHECK_THROWS_WITH_AS((void)view_slice(a, 4, {3}),
                       "view_slice: 3 elements of shape [3] from offset 4 are outside x of shape [2][3]",
                       InputError);
  CHECK_THROWS_WITH_AS((void)sum(a, 2), "sum: axis = 2, expected an index of at least 0 and below 2",
                       InputError);
  CHECK_THROWS_WITH_AS((void)slice_columns(b, 0, 1),
                       "slice_columns: x has shape [4], expected rank 2: [rows][columns]", InputError);
  CHECK_THROWS_WITH_AS((void)masked_linear(a, a, b), "masked_linear: bias has shape [4], expected [2]",
                       InputError);
  CHECK_THROWS_WITH_AS((void)mean(tape.constant({0}, {})), "mean: the mean of no elements is not defined",
                       InputError);
  CHECK_THROWS_WITH_AS((void)Shape({1, 1, 1, 1, 1}), "Shape: rank = 5, expected at most 4", InputError);
}

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
