#include "operation_checks.hpp"

#include <algorithm>
#include <cmath>

#include "values.hpp"

namespace starling::test {

namespace {

template <class Real>
std::vector<Real> numbers(const std::vector<double>& values) {
  std::vector<Real> result;
  result.reserve(values.size());
  for (const double value : values) result.push_back(static_cast<Real>(static_cast<PlainOf<Real>>(value)));
  return result;
}

template <class Real>
std::vector<Var<Real>> variables(Tape<Real>& tape, const std::vector<HostArray>& arguments) {
  std::vector<Var<Real>> vars;
  for (const HostArray& a : arguments) vars.push_back(tape.variable(a.shape, numbers<Real>(a.values)));
  return vars;
}

std::vector<double> direction(const HostArray& argument, std::size_t which) {
  return spread(argument.shape.size(), 40 + which, -1.0, 1.0);
}

/// J v by forward mode.
template <class Real>
std::vector<double> tangent_of_case(const Exec& exec, const OperationCase& c,
                                    const std::vector<HostArray>& arguments) {
  Tape<Dual<Real>> tape(exec);
  std::vector<Var<Dual<Real>>> vars;
  for (std::size_t a = 0; a < arguments.size(); ++a) {
    const std::vector<double> along = direction(arguments[a], a);
    std::vector<Dual<Real>> joined;
    joined.reserve(along.size());
    for (std::size_t i = 0; i < along.size(); ++i)
      joined.emplace_back(static_cast<Real>(arguments[a].values[i]), static_cast<Real>(along[i]));
    vars.push_back(tape.constant(arguments[a].shape, joined));
  }
  std::vector<double> tangent;
  for (const Dual<Real>& y : c.computation.of<Dual<Real>>()(tape, vars).value())
    tangent.push_back(static_cast<double>(y.tangent));
  return tangent;
}

double largest_of(const std::vector<double>& values) {
  double largest = 1e-6;
  for (const double value : values) largest = std::max(largest, std::abs(value));
  return largest;
}

double array_error(const std::vector<double>& actual, const std::vector<double>& expected) {
  if (actual.size() != expected.size()) return HUGE_VAL;
  const double size = largest_of(expected);
  double worst = 0.0;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    const double error = std::abs(actual[i] - expected[i]) / size;
    if (!(error <= worst)) worst = std::isnan(error) ? HUGE_VAL : error;
  }
  return worst;
}

}  // namespace

double difference_error(const Exec& exec, const OperationCase& c, std::int64_t n) {
  const TapeFunction function([&](Tape<double>& tape, std::span<const Var<double>> x) {
    return c.computation.of<double>()(tape, x);
  });
  return check_gradient(exec, function, c.arguments(n)).worst_relative_error;
}

template <class Real>
CaseRun run_case(const Exec& exec, const OperationCase& c, std::int64_t n) {
  const std::vector<HostArray> arguments = c.arguments(n);
  Tape<Real> tape(exec);
  const std::vector<Var<Real>> vars = variables(tape, arguments);
  const Var<Real> y = c.computation.of<Real>()(tape, vars);
  tape.backward(y, numbers<Real>(spread(y.size(), 50, -1.0, 1.0)));
  CaseRun run;
  const auto as_doubles = [](const std::vector<Real>& values) {
    return std::vector<double>(values.begin(), values.end());
  };
  run.value = as_doubles(y.value());
  for (const Var<Real>& var : vars) run.adjoint.push_back(as_doubles(var.adjoint()));
  run.tangent = tangent_of_case<Real>(exec, c, arguments);
  return run;
}

template <class Real>
double dot_product_error(const Exec& exec, const OperationCase& c, std::int64_t n) {
  const std::vector<HostArray> arguments = c.arguments(n);
  const CaseRun run = run_case<Real>(exec, c, n);
  const std::vector<double> output_adj = spread(static_cast<std::int64_t>(run.tangent.size()), 50, -1.0, 1.0);
  double left = 0.0, right = 0.0, size = 1e-300;
  for (std::size_t i = 0; i < run.tangent.size(); ++i) {
    left += output_adj[i] * run.tangent[i];
    size += std::abs(output_adj[i] * run.tangent[i]);
  }
  for (std::size_t a = 0; a < arguments.size(); ++a) {
    const std::vector<double> along = direction(arguments[a], a);
    for (std::size_t i = 0; i < along.size(); ++i) {
      right += run.adjoint[a][i] * along[i];
      size += std::abs(run.adjoint[a][i] * along[i]);
    }
  }
  const double error = std::abs(left - right) / size;
  return std::isnan(error) ? HUGE_VAL : error;
}

double run_error(const CaseRun& actual, const CaseRun& expected) {
  double worst =
      std::max(array_error(actual.value, expected.value), array_error(actual.tangent, expected.tangent));
  if (actual.adjoint.size() != expected.adjoint.size()) return HUGE_VAL;
  for (std::size_t a = 0; a < actual.adjoint.size(); ++a)
    worst = std::max(worst, array_error(actual.adjoint[a], expected.adjoint[a]));
  return worst;
}

double fan_out_error(const Exec& exec, const OperationCase& c, std::int64_t n) {
  const CaseRun once = run_case<double>(exec, c, n);
  Tape<double> tape(exec);
  const std::vector<HostArray> arguments = c.arguments(n);
  const std::vector<Var<double>> vars = variables(tape, arguments);
  const auto other_use = [&] {
    Var<double> total = tape.constant(0.0);
    for (const Var<double>& var : vars) total = total + sum(var * 3.0);
    return total;
  };
  const Var<double> before = other_use();
  const Var<double> first = c.computation.of<double>()(tape, vars);
  const Var<double> second = c.computation.of<double>()(tape, vars);
  const Var<double> output_adj = tape.constant(first.shape(), spread(first.size(), 50, -1.0, 1.0));
  tape.backward(before + sum((first + second) * output_adj) + other_use());
  double worst = 0.0;
  for (std::size_t a = 0; a < vars.size(); ++a) {
    std::vector<double> expected;
    for (const double adjoint : once.adjoint[a]) expected.push_back(2.0 * adjoint + 6.0);
    worst = std::max(worst, array_error(vars[a].adjoint(), expected));
  }
  return worst;
}

bool leaves_its_record(const OperationCase& c) {
  Tape<double> tape(Exec::cpu(1));
  const std::vector<Var<double>> vars = variables(tape, c.arguments(3));
  (void)c.computation.of<double>()(tape, vars);
  return std::ranges::any_of(tape.report().operations, [&](const OperationUse& use) {
    return use.name == name_of(c.operation) && use.records > 0;
  });
}

template CaseRun run_case<float>(const Exec&, const OperationCase&, std::int64_t);
template CaseRun run_case<double>(const Exec&, const OperationCase&, std::int64_t);
template double dot_product_error<float>(const Exec&, const OperationCase&, std::int64_t);
template double dot_product_error<double>(const Exec&, const OperationCase&, std::int64_t);

}  // namespace starling::test
