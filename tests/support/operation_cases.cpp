#include "operation_cases.hpp"

#include "operation_case_builders.hpp"
#include "values.hpp"

namespace starling::test {

HostArray array(const Shape& shape, std::uint64_t stream, double low, double high) {
  return {shape, spread(shape.size(), stream, low, high)};
}

Arguments vector(double low, double high) {
  return [=](Size n) { return std::vector{array({n}, 1, low, high)}; };
}

namespace {

/// Elements between low and high, but none within 0.01 of a kink, so that differences do not reach across.
Arguments vector_off(double low, double high, std::vector<double> kinks) {
  return [=](Size n) {
    std::vector<HostArray> arguments{array({n}, 1, low, high)};
    for (double& x : arguments[0].values)
      for (const double kink : kinks)
        if (std::abs(x - kink) < 0.01) x = kink + 0.01;
    return arguments;
  };
}

/// Two arrays, the second between 0.5 and 2; their elements are at least 0.01 apart.
Arguments pair(std::function<std::pair<Shape, Shape>(Size)> shapes) {
  return [=](Size n) {
    const auto [a, b] = shapes(n);
    std::vector<HostArray> arguments{array(a, 2, -2.0, 2.0), array(b, 3, 0.5, 2.0)};
    return arguments;
  };
}

void add_unary(std::vector<OperationCase>& cases) {
  const auto add = [&](Operation operation, const AnyComputation& computation, const Arguments& arguments) {
    cases.push_back({operation, name_of(operation), computation, arguments});
  };
  add(
      Operation::affine, [](auto&, auto x) { return 3.0 - (-x[0] * 2.0 + 1.0) / 4.0; }, vector(-2, 2));
  add(
      Operation::reciprocal, [](auto&, auto x) { return 2.0 / x[0]; }, vector(0.5, 3));
  add(
      Operation::power, [](auto&, auto x) { return power(x[0], 1.75); }, vector(0.5, 3));
  add(
      Operation::exp, [](auto&, auto x) { return exp(x[0]); }, vector(-2, 2));
  add(
      Operation::expm1, [](auto&, auto x) { return expm1(x[0]); }, vector(-2, 2));
  add(
      Operation::log, [](auto&, auto x) { return log(x[0]); }, vector(0.5, 3));
  add(
      Operation::log1p, [](auto&, auto x) { return log1p(x[0]); }, vector(-0.4, 3));
  add(
      Operation::sqrt, [](auto&, auto x) { return sqrt(x[0]); }, vector(0.5, 3));
  add(
      Operation::square, [](auto&, auto x) { return square(x[0]); }, vector(-2, 2));
  add(
      Operation::tanh, [](auto&, auto x) { return tanh(x[0]); }, vector(-2, 2));
  add(
      Operation::sigmoid, [](auto&, auto x) { return sigmoid(x[0]); }, vector(-6, 6));
  add(
      Operation::softplus, [](auto&, auto x) { return softplus(x[0]); }, vector(-6, 6));
  add(
      Operation::relu, [](auto&, auto x) { return relu(x[0]); }, vector_off(-2, 2, {0}));
  add(
      Operation::abs, [](auto&, auto x) { return abs(x[0]); }, vector_off(-2, 2, {0}));
  add(
      Operation::clamp, [](auto&, auto x) { return clamp(x[0], -0.5, 1.0); }, vector_off(-2, 2, {-0.5, 1}));
  // Outside the bounds the slope is 1 where the value does not move.
  cases.push_back({Operation::clamp_pass_through, "clamp_pass_through inside",
                   [](auto&, auto x) { return clamp_pass_through(x[0], -2.5, 2.5); }, vector(-2, 2)});
  cases.push_back({Operation::clamp_pass_through, "clamp_pass_through outside",
                   [](auto&, auto x) { return clamp_pass_through(x[0], -0.5, 1.0); }, vector(-2, 2), false});
}

void add_binary(std::vector<OperationCase>& cases) {
  struct Binary {
    Operation operation;
    AnyComputation computation;
    bool smooth = true;
  };
  const Binary operations[] = {
      {Operation::add, [](auto&, auto x) { return x[0] + x[1]; }},
      {Operation::subtract, [](auto&, auto x) { return x[0] - x[1]; }},
      {Operation::multiply, [](auto&, auto x) { return x[0] * x[1]; }},
      {Operation::divide, [](auto&, auto x) { return x[0] / x[1]; }},
      // Shifted apart, so that no difference crosses the jump.
      {Operation::minimum, [](auto&, auto x) { return minimum(2.0 * x[0], x[1] + 2.0); }, false},
      {Operation::maximum, [](auto&, auto x) { return maximum(2.0 * x[0], x[1] + 2.0); }, false},
      {Operation::straight_through,
       [](auto&, auto x) {
         return straight_through(greater(x[0], stop_gradient(x[1])), sigmoid(x[0] * x[1]));
       },
       false},
      {Operation::where,
       [](auto&, auto x) {
         return where(greater(stop_gradient(x[0]), stop_gradient(x[1])), exp(x[0]), x[1] * x[1]);
       },
       false},
  };
  struct Shapes {
    const char* name;
    std::function<std::pair<Shape, Shape>(Size)> of;
  };
  const Shapes shapes[] = {
      {"equal shapes",
       [](Size n) {
         return std::pair<Shape, Shape>{{n}, {n}};
       }},
      {"a number and an array",
       [](Size n) {
         return std::pair<Shape, Shape>{{}, {n}};
       }},
      {"rows",
       [](Size n) {
         return std::pair<Shape, Shape>{{n, 3}, {3}};
       }},
      {"columns",
       [](Size n) {
         return std::pair<Shape, Shape>{{n, 1}, {1, 2}};
       }},
      {"inner and outer axes",
       [](Size n) {
         return std::pair<Shape, Shape>{{2, 1, n}, {2, 3, 1}};
       }},
  };
  for (const Binary& binary : operations)
    for (const Shapes& shape : shapes)
      cases.push_back({binary.operation, std::string(name_of(binary.operation)) + ", " + shape.name,
                       binary.computation, pair(shape.of), binary.smooth});
}

void add_reductions(std::vector<OperationCase>& cases) {
  const auto add = [&](Operation operation, const char* how, const AnyComputation& computation,
                       std::function<Shape(Size)> shape, bool empty_allowed, double low = -2.0) {
    const Arguments arguments = [=](Size n) { return std::vector{array(shape(n), 4, low, 2.0)}; };
    cases.push_back({operation, std::string(name_of(operation)) + ", " + how, computation, arguments, true,
                     empty_allowed});
  };
  const auto vector_shape = [](Size n) { return Shape{n}; };
  const auto rows = [](Size n) { return Shape{n, 3}; };
  const auto middle = [](Size n) { return Shape{2, n, 2}; };
  add(
      Operation::sum, "everything", [](auto&, auto x) { return sum(square(x[0])); }, vector_shape, true);
  add(
      Operation::sum, "first axis", [](auto&, auto x) { return square(sum(x[0], 0)); }, rows, true);
  add(
      Operation::sum, "middle axis", [](auto&, auto x) { return square(sum(x[0], 1)); }, middle, true);
  add(
      Operation::sum, "two axes",
      [](auto&, auto x) {
        return square(sum(x[0], {0, -1}));
      },
      middle, true);
  add(
      Operation::mean, "everything", [](auto&, auto x) { return mean(square(x[0])); }, vector_shape, false);
  add(
      Operation::mean, "last axis", [](auto&, auto x) { return square(mean(x[0], -1)); }, rows, true);
  add(
      Operation::max, "last axis", [](auto&, auto x) { return square(max(x[0] * x[0])); }, rows, true, 0.1);
  add(
      Operation::max, "everything", [](auto&, auto x) { return max(x[0]); }, vector_shape, false);
  add(
      Operation::log_sum_exp, "everything", [](auto&, auto x) { return log_sum_exp(x[0]); }, vector_shape,
      false);
  add(
      Operation::log_sum_exp, "last axis", [](auto&, auto x) { return square(log_sum_exp(x[0])); }, rows,
      true);
  add(
      Operation::log_sum_exp, "middle axis", [](auto&, auto x) { return log_sum_exp(x[0], 1); }, middle,
      false);
  add(
      Operation::softmax, "everything", [](auto&, auto x) { return softmax(x[0]); }, vector_shape, false);
  add(
      Operation::softmax, "last axis", [](auto&, auto x) { return softmax(x[0]); }, rows, true);
  add(
      Operation::softmax, "first axis", [](auto&, auto x) { return softmax(x[0], 0); }, rows, false);
  add(
      Operation::log_softmax, "last axis", [](auto&, auto x) { return log_softmax(x[0]); }, rows, true);
  add(
      Operation::log_softmax, "middle axis", [](auto&, auto x) { return log_softmax(x[0], 1); }, middle,
      false);
  // Differences would reach across neighbours in the order.
  cases.push_back({Operation::quantile, "quantile", [](auto&, auto x) { return square(quantile(x[0], 0.3)); },
                   vector(-2, 2), false, false});
}

void add_linear(std::vector<OperationCase>& cases) {
  const Arguments arguments = [](Size n) {
    return std::vector{array({n, 3}, 7, -2, 2), array({4, 3}, 8, -2, 2), array({4}, 9, -2, 2),
                       array({n, 4}, 10, -2, 2)};
  };
  const auto with = [](Activation activation) {
    return [activation](auto& tape, auto x) {
      using Real = typename std::decay_t<decltype(x[0])>::Number;
      const std::vector<double> open{1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 1};
      const std::vector<Real> mask(open.begin(), open.end());
      return masked_linear<Real>(
          x[0], x[1], x[2],
          {.activation = activation, .mask = tape.constant({4, 3}, mask), .residual = x[3]});
    };
  };
  cases.push_back({Operation::masked_linear, "masked_linear, tanh", with(Activation::tanh), arguments});
  cases.push_back(
      {Operation::masked_linear, "masked_linear, relu", with(Activation::relu), arguments, false});
  cases.push_back(
      {Operation::masked_linear, "masked_linear, input as residual",
       [](auto&, auto x) {
         using Real = typename std::decay_t<decltype(x[0])>::Number;
         return masked_linear<Real>(x[0], x[1], x[2], {.activation = Activation::tanh, .residual = x[0]});
       },
       [](Size n) {
         return std::vector{array({n, 3}, 7, -2, 2), array({3, 3}, 8, -2, 2), array({3}, 9, -2, 2)};
       }});
}

void add_moving(std::vector<OperationCase>& cases) {
  const Arguments matrix = [](Size n) { return std::vector{array({n, 5}, 5, -2, 2)}; };
  cases.push_back({Operation::reshape, "reshape",
                   [](auto&, auto x) {
                     return square(reshape(x[0], {5, x[0].shape().extent(0)}));
                   },
                   matrix});
  cases.push_back({Operation::view_slice, "view_slice, overlapping",
                   [](auto&, auto x) {
                     const Size n = x[0].shape().extent(0);
                     return view_slice(x[0], 0, {n}) * view_slice(x[0], n / 2, {n}) + sum(x[0]);
                   },
                   matrix});
}

void add_checkpoint(std::vector<OperationCase>& cases) {
  cases.push_back(
      {Operation::checkpoint, "checkpoint, two arguments",
       [](auto&, auto x) {
         using Real = typename std::decay_t<decltype(x[0])>::Number;
         return checkpoint<Real>([](auto&, auto y) { return tanh(y[0] * y[1]) + exp(y[0]); }, {x[0], x[1]});
       },
       pair([](Size n) {
         return std::pair<Shape, Shape>{{n}, {n}};
       })});
  cases.push_back({Operation::checkpoint, "checkpoint within checkpoint, the same argument twice",
                   [](auto&, auto x) {
                     using Real = typename std::decay_t<decltype(x[0])>::Number;
                     return checkpoint<Real>(
                         [](auto&, auto y) {
                           return checkpoint<Real>([](auto&, auto z) { return z[0] * z[1] * z[1]; },
                                                   {sigmoid(y[0]), y[1]});
                         },
                         {x[0], x[0]});
                   },
                   vector(-2, 2)});
}

std::vector<OperationCase> make_cases() {
  std::vector<OperationCase> cases;
  add_unary(cases);
  add_binary(cases);
  add_reductions(cases);
  add_linear(cases);
  add_moving(cases);
  add_checkpoint(cases);
  add_array_cases(cases);
  return cases;
}

}  // namespace

const std::vector<OperationCase>& operation_cases() {
  static const std::vector<OperationCase> cases = make_cases();
  return cases;
}

}  // namespace starling::test
