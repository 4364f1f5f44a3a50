#include <tuple>

#include <doctest/doctest.h>

#include <starling/core/buffer.hpp>
#include <starling/kernels/masked_linear_math.hpp>

#include "../support/backends.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("kernels");

using namespace starling;
using namespace starling::test;

namespace {

struct Problem {
  std::size_t rows, inputs, outputs;
  Activation activation;
  std::vector<double> x, weight, mask, bias, residual, y_adj;
};

Problem make_problem(std::int64_t rows, std::int64_t inputs, std::int64_t outputs, Activation activation) {
  Problem p{static_cast<std::size_t>(rows),    static_cast<std::size_t>(inputs),
            static_cast<std::size_t>(outputs), activation,
            spread(rows * inputs, 1),          spread(outputs * inputs, 2),
            spread(outputs * inputs, 3),       spread(outputs, 4),
            spread(rows * outputs, 5),         spread(rows * outputs, 6)};
  for (double& open : p.mask) open = open > -0.5 ? 1.0 : 0.0;
  return p;
}

double activated(Activation activation, double x) {
  if (activation == Activation::relu) return std::max(0.0, x);
  return activation == Activation::tanh ? std::tanh(x) : x;
}

double slope(Activation activation, double x) {
  if (activation == Activation::relu) return x > 0.0 ? 1.0 : 0.0;
  return activation == Activation::tanh ? 1.0 / (std::cosh(x) * std::cosh(x)) : 1.0;
}

struct Result {
  std::vector<double> y, x_adj, weight_adj, bias_adj, residual_adj;
};

Result oracle(const Problem& p) {
  Result r{p.residual, std::vector<double>(p.x.size()), std::vector<double>(p.weight.size()),
           std::vector<double>(p.outputs), p.y_adj};
  for (std::size_t n = 0; n < p.rows; ++n) {
    for (std::size_t o = 0; o < p.outputs; ++o) {
      const double y_adj = p.y_adj[n * p.outputs + o];
      r.y[n * p.outputs + o] += p.bias[o];
      r.bias_adj[o] += y_adj;
      for (std::size_t i = 0; i < p.inputs; ++i) {
        if (p.mask[o * p.inputs + i] == 0.0) continue;
        const double x = p.x[n * p.inputs + i];
        const double w = p.weight[o * p.inputs + i];
        r.y[n * p.outputs + o] += w * activated(p.activation, x);
        r.x_adj[n * p.inputs + i] += w * slope(p.activation, x) * y_adj;
        r.weight_adj[o * p.inputs + i] += activated(p.activation, x) * y_adj;
      }
    }
  }
  return r;
}

/// Arrays of one problem on a device and the arguments that point into them.
template <class Real>
struct Setup {
  Buffer<Real> x, weight, mask, bias, residual, y_adj, y, masked_weight, x_adj, weight_adj, bias_adj,
      residual_adj;
  Buffer<double> workspace;
  MaskedLinearArgs<Real> forward{};
  MaskedLinearAdjointArgs<Real> adjoint{};

  Setup(const Exec& exec, const Problem& p)
      : x(exec, as<Real>(p.x)),
        weight(exec, as<Real>(p.weight)),
        mask(exec, as<Real>(p.mask)),
        bias(exec, as<Real>(p.bias)),
        residual(exec, as<Real>(p.residual)),
        y_adj(exec, as<Real>(p.y_adj)),
        y(exec, y_adj.size()),
        masked_weight(exec, weight.size()),
        x_adj(exec, x.size()),
        weight_adj(exec, weight.size()),
        bias_adj(exec, bias.size()),
        residual_adj(exec, y_adj.size()),
        workspace(exec, masked_linear_workspace(static_cast<std::int64_t>(p.rows),
                                                static_cast<std::int64_t>(p.inputs),
                                                static_cast<std::int64_t>(p.outputs))) {
    const auto rows = static_cast<std::int64_t>(p.rows);
    const auto inputs = static_cast<std::int64_t>(p.inputs);
    const auto outputs = static_cast<std::int64_t>(p.outputs);
    constexpr GradientMode kMode = GradientMode::overwrite;
    forward = {
        rows,        inputs,          outputs,  p.activation,        x.data(), weight.data(), mask.data(),
        bias.data(), residual.data(), y.data(), masked_weight.data()};
    adjoint = {rows,
               inputs,
               outputs,
               p.activation,
               x.data(),
               mask.data(),
               masked_weight.data(),
               y_adj.data(),
               x_adj.data(),
               kMode,
               weight_adj.data(),
               kMode,
               bias_adj.data(),
               kMode,
               residual_adj.data(),
               kMode,
               workspace.data()};
  }
  void compare(const Result& expected, double tolerance) const {
    CHECK(worst_difference(y.download(), expected.y) < tolerance);
    CHECK(worst_difference(x_adj.download(), expected.x_adj) < tolerance);
    CHECK(worst_difference(weight_adj.download(), expected.weight_adj) < tolerance);
    CHECK(worst_difference(bias_adj.download(), expected.bias_adj) < tolerance);
    CHECK(worst_difference(residual_adj.download(), expected.residual_adj) < tolerance);
  }
};

template <class Real>
void check(const Exec& exec, const Problem& p) {
  const Result expected = oracle(p);
  const double tolerance = sizeof(Real) == 4 ? 2e-4 : 1e-12;
  Setup<Real> setup(exec, p);
  kernels::masked_linear<Real>(exec, setup.forward);
  kernels::masked_linear_adjoint<Real>(exec, setup.adjoint);
  setup.compare(expected, tolerance);
}

constexpr std::tuple<std::int64_t, std::int64_t, std::int64_t> kProblems[] = {
    {0, 3, 4},   {1, 1, 1},   {1, 3, 2},   {31, 3, 32},  {32, 32, 32},          {33, 32, 6},
    {255, 4, 5}, {256, 5, 4}, {257, 7, 9}, {1000, 3, 8}, {64 * 256 + 300, 2, 3}};

}  // namespace

STARLING_BACKEND_CASE("masked linear and its adjoint equal the oracle at all sizes") {
  for (const auto& [rows, inputs, outputs] : kProblems) {
    for (const Activation activation : {Activation::identity, Activation::relu, Activation::tanh}) {
      const Problem p = make_problem(rows, inputs, outputs, activation);
      CAPTURE(p.rows);
      CAPTURE(static_cast<int>(activation));
      check<double>(exec, p);
      if (rows < 1000) check<float>(exec, p);
    }
  }
}

TEST_CASE("the bodies of the device's masked linear equal the oracle on the host") {
  const Exec exec = Exec::cpu(1);
  for (const auto& [rows, inputs, outputs] : kProblems) {
    const Problem p = make_problem(rows, inputs, outputs, Activation::tanh);
    Setup<double> setup(exec, p);
    const std::int64_t groups = row_groups(rows);
    const std::int64_t elements = outputs * (inputs + 1);
    const auto each = [](std::int64_t n, const auto& body) {
      for (std::int64_t i = 0; i < n; ++i) body(i);
    };
    each(outputs * inputs, MaskWeightBody<double>{setup.forward});
    each(rows * outputs, MaskedLinearBody<double>{setup.forward});
    each(groups * elements, WeightPartialBody<double>{setup.adjoint, groups});
    each(elements, WeightGradientBody<double>{setup.adjoint, groups});
    each(rows * inputs, MaskedLinearInputAdjointBody<double>{setup.adjoint});
    each(rows * outputs, ResidualAdjointBody<double>{setup.adjoint});
    setup.compare(oracle(p), 1e-12);
  }
}

STARLING_BACKEND_CASE("masked linear accumulates, and leaves out what is not wanted") {
  const Problem p = make_problem(300, 5, 4, Activation::relu);
  Setup<double> setup(exec, p);
  kernels::masked_linear<double>(exec, setup.forward);
  kernels::masked_linear_adjoint<double>(exec, setup.adjoint);
  MaskedLinearAdjointArgs<double> again = setup.adjoint;
  again.x_mode = again.weight_mode = GradientMode::accumulate;
  again.bias_adj = again.residual_adj = nullptr;
  kernels::masked_linear_adjoint<double>(exec, again);
  Result expected = oracle(p);
  for (double& adjoint : expected.x_adj) adjoint *= 2.0;
  for (double& adjoint : expected.weight_adj) adjoint *= 2.0;
  setup.compare(expected, 1e-12);
}

TEST_CASE("masked weights take no part even where they are not finite") {
  Problem p = make_problem(3, 2, 2, Activation::identity);
  p.mask = {1.0, 0.0, 0.0, 1.0};
  const Result expected = oracle(p);
  p.weight[1] = HUGE_VAL;
  p.weight[2] = NAN;
  const Exec exec = Exec::cpu(1);
  Setup<double> setup(exec, p);
  kernels::masked_linear<double>(exec, setup.forward);
  kernels::masked_linear_adjoint<double>(exec, setup.adjoint);
  setup.compare(expected, 1e-12);
}

TEST_CASE("masked linear has the same bits for any number of threads") {
  const Problem p = make_problem(64 * 256 + 300, 8, 9, Activation::relu);
  const Exec exec = Exec::cpu(1);
  Setup<double> one(exec, p);
  kernels::masked_linear<double>(exec, one.forward);
  kernels::masked_linear_adjoint<double>(exec, one.adjoint);
  for (const int threads : {2, 3, 8}) {
    const Exec many = Exec::cpu(threads);
    Setup<double> other(many, p);
    kernels::masked_linear<double>(many, other.forward);
    kernels::masked_linear_adjoint<double>(many, other.adjoint);
    CHECK(other.y.download() == one.y.download());
    CHECK(other.x_adj.download() == one.x_adj.download());
    CHECK(other.weight_adj.download() == one.weight_adj.download());
    CHECK(other.bias_adj.download() == one.bias_adj.download());
  }
}

TEST_SUITE_END();
