#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include <starling/autodiff/autodiff.hpp>
#include <starling/flows/flow.hpp>

#include "../support/backends.hpp"
#include "../support/flow_cases.hpp"
#include "../support/flow_oracle.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("flows");

using namespace starling;
using namespace starling::test;

namespace {

/// What a pass computes from parameters and points, and the adjoints of both for given adjoints of the
/// results.
template <class Real>
struct PassResult {
  std::vector<Real> points, log_q, parameters_adj, points_adj;
};

template <class Real>
PassResult<Real> run_pass(const Exec& exec, const Flow& flow, bool sampling,
                          const std::vector<Real>& parameters, const std::vector<Real>& points,
                          const std::vector<Real>& points_weight, const std::vector<Real>& log_q_weight) {
  Tape<Real> tape(exec);
  const auto rows = static_cast<std::int64_t>(log_q_weight.size());
  const Var<Real> p = tape.variable({flow.parameter_count()}, parameters);
  const Var<Real> x = tape.variable({rows, flow.dimensions()}, points);
  Var<Real> y, log_q;
  if (sampling) {
    const FlowSample<Real> drawn = flow.sample(tape, p, x);
    y = drawn.theta;
    log_q = drawn.log_q;
  } else {
    const FlowDensity<Real> back = flow.density(tape, p, x);
    y = back.base;
    log_q = back.log_q;
  }
  tape.backward(sum(y * tape.constant(y.shape(), points_weight)) +
                sum(log_q * tape.constant(log_q.shape(), log_q_weight)));
  return {y.value(), log_q.value(), p.adjoint(), x.adjoint()};
}

std::vector<Dual<double>> dual_of(const std::vector<double>& values, const std::vector<double>& tangents) {
  std::vector<Dual<double>> result;
  for (std::size_t i = 0; i < values.size(); ++i) result.push_back({values[i], tangents[i]});
  return result;
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

template <class Real>
std::vector<double> tangents_of(const std::vector<Dual<Real>>& x) {
  std::vector<double> tangents;
  for (const Dual<Real>& value : x) tangents.push_back(static_cast<double>(value.tangent));
  return tangents;
}
template <class Real>
std::vector<double> values_of(const std::vector<Dual<Real>>& x) {
  std::vector<double> values;
  for (const Dual<Real>& value : x) values.push_back(static_cast<double>(value.value));
  return values;
}

std::string describe(const FlowSettings& settings, bool sampling, std::int64_t rows) {
  const ConditionerSettings& c = settings.conditioner;
  return std::string(sampling ? "sample" : "density") + " layers " + std::to_string(settings.layers) + " D " +
         std::to_string(c.dimensions) + " H " + std::to_string(c.hidden) + " blocks " +
         std::to_string(c.blocks) + (c.residual ? " residual" : " plain") + " rows " + std::to_string(rows);
}

/// Derivative of sum(points_weight y) + sum(log_q_weight log_q) along a direction, by the oracle on Dual.
struct Direction {
  std::vector<double> parameters, points;
};
double oracle_derivative(const FlowSettings& settings, bool sampling, const std::vector<double>& parameters,
                         const std::vector<double>& points, const Direction& direction,
                         const std::vector<double>& points_weight, const std::vector<double>& log_q_weight) {
  const FlowOracle<Dual<double>> oracle{settings, dual_of(parameters, direction.parameters)};
  const auto rows = oracle_rows(oracle, sampling, dual_of(points, direction.points));
  return dot(tangents_of(rows.points), points_weight) + dot(tangents_of(rows.log_q), log_q_weight);
}

template <class Real>
constexpr double kPassTolerance = sizeof(Real) == 4 ? 2e-4 : 1e-10;

template <class Real>
void check_values(const Exec& exec, const FlowSettings& settings, bool sampling, std::int64_t rows) {
  const Flow flow(settings);
  INFO(describe(settings, sampling, rows));
  const std::vector<double> parameters = moved_parameters(flow);
  const std::int64_t n = rows * flow.dimensions();
  const std::vector<double> points = spread(n, 31);
  const auto expected = oracle_rows(FlowOracle<double>{settings, parameters}, sampling, points);
  const PassResult<Real> result = run_pass(exec, flow, sampling, as<Real>(parameters), as<Real>(points),
                                           as<Real>(spread(n, 32)), as<Real>(spread(rows, 33)));
  CHECK(worst_difference(result.points, expected.points) < kPassTolerance<Real>);
  CHECK(worst_difference(result.log_q, expected.log_q) < kPassTolerance<Real>);
}

/// <adjoint, direction> is the derivative along the direction, for directions in which every element takes
/// part.
template <class Real>
void check_adjoint(const Exec& exec, const FlowSettings& settings, bool sampling, std::int64_t rows) {
  const Flow flow(settings);
  INFO(describe(settings, sampling, rows));
  const std::vector<double> parameters = moved_parameters(flow);
  const std::int64_t n = rows * flow.dimensions();
  const std::vector<double> points = spread(n, 31), points_weight = spread(n, 32),
                            log_q_weight = spread(rows, 33);
  const PassResult<Real> result = run_pass(exec, flow, sampling, as<Real>(parameters), as<Real>(points),
                                           as<Real>(points_weight), as<Real>(log_q_weight));
  const std::vector<double> parameters_adj(result.parameters_adj.begin(), result.parameters_adj.end());
  const std::vector<double> points_adj(result.points_adj.begin(), result.points_adj.end());
  for (std::uint64_t stream = 34; stream < 38; ++stream) {
    const Direction direction{spread(flow.parameter_count(), stream), spread(n, stream + 10)};
    const double expected =
        oracle_derivative(settings, sampling, parameters, points, direction, points_weight, log_q_weight);
    const double actual = dot(parameters_adj, direction.parameters) + dot(points_adj, direction.points);
    const double size = std::sqrt(dot(parameters_adj, parameters_adj) + dot(points_adj, points_adj));
    CHECK(std::abs(actual - expected) < kPassTolerance<Real> * (1.0 + size));
  }
}

}  // namespace

STARLING_BACKEND_CASE("fused passes equal the oracle for every kind of network and number of rows") {
  for (const FlowSettings& settings : flow_cases()) {
    for (const bool sampling : {true, false}) {
      for (const std::int64_t rows : kSizes) {
        check_values<double>(exec, settings, sampling, rows);
        check_values<float>(exec, settings, sampling, rows);
      }
    }
  }
}

STARLING_BACKEND_CASE("adjoints of fused passes are the transpose of the oracle's derivative") {
  for (const FlowSettings& settings : flow_cases()) {
    for (const bool sampling : {true, false}) {
      for (const std::int64_t rows : {1, 33, 257}) {
        check_adjoint<double>(exec, settings, sampling, rows);
        check_adjoint<float>(exec, settings, sampling, rows);
      }
    }
  }
}

STARLING_BACKEND_CASE(
    "every element of the gradient equals the oracle's derivative, and masked weights have 0") {
  for (const FlowSettings& settings : flow_cases()) {
    if (settings.conditioner.hidden > 8) continue;
    for (const bool sampling : {true, false}) {
      const Flow flow(settings);
      INFO(describe(settings, sampling, 2));
      const std::vector<double> parameters = moved_parameters(flow);
      const std::int64_t n = 2 * flow.dimensions();
      const std::vector<double> points = spread(n, 31), points_weight = spread(n, 32),
                                log_q_weight = spread(2, 33);
      const PassResult<double> result =
          run_pass(exec, flow, sampling, parameters, points, points_weight, log_q_weight);
      const auto derivative_by = [&](std::vector<double> Direction::*part, std::size_t i) {
        Direction direction{std::vector<double>(parameters.size(), 0.0),
                            std::vector<double>(points.size(), 0.0)};
        (direction.*part)[i] = 1.0;
        return oracle_derivative(settings, sampling, parameters, points, direction, points_weight,
                                 log_q_weight);
      };
      std::vector<double> parameters_adj, points_adj;
      for (std::size_t i = 0; i < parameters.size(); ++i)
        parameters_adj.push_back(derivative_by(&Direction::parameters, i));
      for (std::size_t i = 0; i < points.size(); ++i)
        points_adj.push_back(derivative_by(&Direction::points, i));
      CHECK(worst_difference(result.parameters_adj, parameters_adj) < 1e-11);
      CHECK(worst_difference(result.points_adj, points_adj) < 1e-11);
      for (std::size_t i = 0; i < parameters.size(); ++i)
        if (parameters_adj[i] == 0.0) CHECK(result.parameters_adj[i] == 0.0);
    }
  }
}

STARLING_BACKEND_CASE(
    "on Dual numbers values carry the derivative, and adjoints a symmetric Hessian product") {
  for (const FlowSettings& settings : flow_cases()) {
    for (const bool sampling : {true, false}) {
      const Flow flow(settings);
      constexpr std::int64_t kRows = 33;
      INFO(describe(settings, sampling, kRows));
      const std::int64_t n = kRows * flow.dimensions();
      const std::vector<double> parameters = moved_parameters(flow), points = spread(n, 31);
      const std::vector<double> points_weight = spread(n, 32), log_q_weight = spread(kRows, 33);
      const std::vector<double> none(static_cast<std::size_t>(n), 0.0), none_of_rows(kRows, 0.0);
      const auto run = [&](const Direction& v) {
        return run_pass(exec, flow, sampling, dual_of(parameters, v.parameters), dual_of(points, v.points),
                        dual_of(points_weight, none), dual_of(log_q_weight, none_of_rows));
      };
      const Direction v{spread(flow.parameter_count(), 41), spread(n, 42)};
      const Direction w{spread(flow.parameter_count(), 43), spread(n, 44)};
      const PassResult<Dual<double>> along_v = run(v);
      const PassResult<Dual<double>> along_w = run(w);

      const FlowOracle<Dual<double>> oracle{settings, dual_of(parameters, v.parameters)};
      const auto expected = oracle_rows(oracle, sampling, dual_of(points, v.points));
      CHECK(worst_difference(tangents_of(along_v.points), tangents_of(expected.points)) < 1e-10);
      CHECK(worst_difference(tangents_of(along_v.log_q), tangents_of(expected.log_q)) < 1e-10);
      const PassResult<double> plain_run =
          run_pass(exec, flow, sampling, parameters, points, points_weight, log_q_weight);
      CHECK(worst_difference(values_of(along_v.parameters_adj), plain_run.parameters_adj) < 1e-10);

      const auto product = [](const Direction& a, const PassResult<Dual<double>>& b) {
        return dot(a.parameters, tangents_of(b.parameters_adj)) + dot(a.points, tangents_of(b.points_adj));
      };
      const double w_hessian_v = product(w, along_v);
      CHECK(w_hessian_v == doctest::Approx(product(v, along_w)).epsilon(1e-9));
    }
  }
}

TEST_SUITE_END();
