#include <fmt/format.h>

#include <starling/autodiff/derivatives.hpp>
#include <starling/core/check.hpp>
#include <starling/core/error.hpp>

namespace starling {

Var<Dual<double>> TapeFunction::operator()(Tape<Dual<double>>& tape,
                                           std::span<const Var<Dual<double>>> arguments) const {
  if (!forward_)
    throw InputError(
        "TapeFunction: this function takes double alone; forward mode needs one that takes any number type: "
        "[](auto& tape, auto arguments) { … }");
  return forward_(tape, arguments);
}

namespace {

std::vector<Var<double>> variables(Tape<double>& tape, std::span<const HostArray> arguments) {
  std::vector<Var<double>> vars;
  for (const HostArray& array : arguments) vars.push_back(tape.variable(array.shape, array.values));
  return vars;
}

/// Arguments that carry their directions along, as variables or as constants.
std::vector<Var<Dual<double>>> directed(Tape<Dual<double>>& tape, const char* place,
                                        std::span<const HostArray> arguments, const PerArgument& directions,
                                        bool differentiated) {
  check_equal_size(place, "directions", static_cast<std::int64_t>(directions.size()),
                   static_cast<std::int64_t>(arguments.size()));
  std::vector<Var<Dual<double>>> vars;
  for (std::size_t a = 0; a < arguments.size(); ++a) {
    const HostArray& array = arguments[a];
    check_equal_size(place, fmt::format("directions[{}]", a), static_cast<std::int64_t>(directions[a].size()),
                     static_cast<std::int64_t>(array.values.size()));
    std::vector<Dual<double>> numbers;
    for (std::size_t i = 0; i < array.values.size(); ++i)
      numbers.emplace_back(array.values[i], directions[a][i]);
    vars.push_back(differentiated ? tape.variable(array.shape, numbers)
                                  : tape.constant(array.shape, numbers));
  }
  return vars;
}

std::vector<double> tangents(const std::vector<Dual<double>>& numbers) {
  std::vector<double> result;
  result.reserve(numbers.size());
  for (const Dual<double>& number : numbers) result.push_back(number.tangent);
  return result;
}

template <class Real>
void check_one_element(const char* place, Var<Real> y) {
  if (y.size() != 1)
    throw InputError(
        fmt::format("{}: the result has shape {}, expected one element", place, to_string(y.shape())));
}

PerArgument adjoints(std::span<const Var<double>> vars) {
  PerArgument result;
  for (const Var<double>& var : vars) result.push_back(var.adjoint());
  return result;
}

std::vector<double> jacobian_by_reverse(const Exec& exec, const TapeFunction& function,
                                        std::span<const HostArray> arguments, std::size_t argument) {
  Tape<double> tape(exec);
  const std::vector<Var<double>> vars = variables(tape, arguments);
  const Var<double> y = function(tape, vars);
  std::vector<double> result;
  std::vector<double> row(static_cast<std::size_t>(y.size()), 0.0);
  for (double& output : row) {
    output = 1.0;
    if (y.differentiated()) tape.backward(y, row);
    output = 0.0;
    const std::vector<double> derivatives = vars[argument].adjoint();
    result.insert(result.end(), derivatives.begin(), derivatives.end());
  }
  return result;
}

std::vector<double> jacobian_by_forward(const Exec& exec, const TapeFunction& function,
                                        std::span<const HostArray> arguments, std::size_t argument,
                                        std::size_t outputs) {
  const std::size_t inputs = arguments[argument].values.size();
  PerArgument directions;
  for (const HostArray& array : arguments) directions.emplace_back(array.values.size(), 0.0);
  std::vector<double> result(outputs * inputs);
  for (std::size_t i = 0; i < inputs; ++i) {
    directions[argument][i] = 1.0;
    const std::vector<double> column = jvp(exec, function, arguments, directions);
    directions[argument][i] = 0.0;
    for (std::size_t o = 0; o < outputs; ++o) result[o * inputs + i] = column[o];
  }
  return result;
}

/// Number of elements of the result; runs the function once.
std::size_t outputs_of(const Exec& exec, const TapeFunction& function, std::span<const HostArray> arguments) {
  Tape<double> tape(exec);
  std::vector<Var<double>> constants;
  for (const HostArray& array : arguments) constants.push_back(tape.constant(array.shape, array.values));
  return static_cast<std::size_t>(function(tape, constants).size());
}

}  // namespace

ValueAndGradient gradient(const Exec& exec, const TapeFunction& function,
                          std::span<const HostArray> arguments) {
  Tape<double> tape(exec);
  const std::vector<Var<double>> vars = variables(tape, arguments);
  const Var<double> y = function(tape, vars);
  tape.backward(y);
  return {y.scalar(), adjoints(vars)};
}

PerArgument vjp(const Exec& exec, const TapeFunction& function, std::span<const HostArray> arguments,
                std::span<const double> output_adj) {
  Tape<double> tape(exec);
  const std::vector<Var<double>> vars = variables(tape, arguments);
  tape.backward(function(tape, vars), output_adj);
  return adjoints(vars);
}

std::vector<double> jvp(const Exec& exec, const TapeFunction& function, std::span<const HostArray> arguments,
                        const PerArgument& directions) {
  Tape<Dual<double>> tape(exec);
  return tangents(function(tape, directed(tape, "jvp", arguments, directions, false)).value());
}

std::vector<double> jacobian(const Exec& exec, const TapeFunction& function,
                             std::span<const HostArray> arguments, std::size_t argument) {
  check_index("jacobian", "argument", static_cast<std::int64_t>(argument),
              static_cast<std::int64_t>(arguments.size()));
  if (!function.has_forward_mode()) return jacobian_by_reverse(exec, function, arguments, argument);
  const std::size_t outputs = outputs_of(exec, function, arguments);
  if (outputs <= arguments[argument].values.size())
    return jacobian_by_reverse(exec, function, arguments, argument);
  return jacobian_by_forward(exec, function, arguments, argument, outputs);
}

PerArgument hessian_vector(const Exec& exec, const TapeFunction& function,
                           std::span<const HostArray> arguments, const PerArgument& directions) {
  Tape<Dual<double>> tape(exec);
  const std::vector<Var<Dual<double>>> vars = directed(tape, "hessian_vector", arguments, directions, true);
  const Var<Dual<double>> y = function(tape, vars);
  check_one_element("hessian_vector", y);
  tape.backward(y);
  PerArgument result;
  for (const Var<Dual<double>>& var : vars) result.push_back(tangents(var.adjoint()));
  return result;
}

}  // namespace starling
