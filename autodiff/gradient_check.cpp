#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <starling/autodiff/gradient_check.hpp>

namespace starling {

namespace {

std::vector<Var<double>> upload(Tape<double>& tape, std::span<const HostArray> arguments,
                                bool differentiated) {
  std::vector<Var<double>> vars;
  for (const HostArray& array : arguments)
    vars.push_back(differentiated ? tape.variable(array.shape, array.values)
                                  : tape.constant(array.shape, array.values));
  return vars;
}

/// Weights between -1 and 1 that no symmetry of an operation hides behind: fractional parts of multiples of
/// the golden ratio.
std::vector<double> output_weights(std::int64_t n) {
  std::vector<double> weights;
  for (std::int64_t i = 1; i <= n; ++i) {
    const double turns = 0.6180339887498949 * static_cast<double>(i);
    weights.push_back(2.0 * (turns - std::floor(turns)) - 1.0);
  }
  return weights;
}

double weighted_value(Tape<double>& tape, const TapeFunction& function,
                      std::span<const HostArray> arguments) {
  const TapeScope scope(tape);
  const std::vector<double> values = function(tape, upload(tape, arguments, false)).value();
  if (values.size() == 1) return values.front();
  const std::vector<double> weights = output_weights(static_cast<std::int64_t>(values.size()));
  double sum = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) sum += weights[i] * values[i];
  return sum;
}

std::vector<std::vector<double>> tape_gradients(const Exec& exec, const TapeFunction& function,
                                                std::span<const HostArray> arguments) {
  Tape<double> tape(exec);
  const std::vector<Var<double>> vars = upload(tape, arguments, true);
  const Var<double> y = function(tape, vars);
  if (y.size() == 1)
    tape.backward(y);
  else
    tape.backward(y, output_weights(y.size()));
  std::vector<std::vector<double>> gradients;
  for (const Var<double>& var : vars) gradients.push_back(var.adjoint());
  return gradients;
}

}  // namespace

std::string to_string(const GradientCheck& check) {
  return fmt::format("argument {}, element {}: tape {}, finite differences {}, relative error {}",
                     check.argument, check.element, check.by_tape, check.by_difference,
                     check.worst_relative_error);
}

GradientCheck check_gradient(const Exec& exec, const TapeFunction& function,
                             std::span<const HostArray> arguments, double relative_step) {
  const std::vector<std::vector<double>> by_tape = tape_gradients(exec, function, arguments);
  std::vector<HostArray> moved(arguments.begin(), arguments.end());
  Tape<double> differenced(exec);
  std::vector<std::vector<double>> by_difference;
  double largest = 0.0;
  for (std::size_t a = 0; a < arguments.size(); ++a) {
    const auto along = [&](std::span<const double> x) {
      moved[a].values.assign(x.begin(), x.end());
      return weighted_value(differenced, function, moved);
    };
    by_difference.push_back(finite_difference_gradient(along, arguments[a].values, relative_step));
    moved[a].values = arguments[a].values;
    for (const double derivative : by_difference.back()) largest = std::max(largest, std::abs(derivative));
  }
  GradientCheck worst;
  for (std::size_t a = 0; a < arguments.size(); ++a) {
    for (std::size_t i = 0; i < by_tape[a].size(); ++i) {
      const double tape = by_tape[a][i];
      const double difference = by_difference[a][i];
      const double size = std::max({std::abs(tape), std::abs(difference), 1e-3 * largest, 1e-12});
      const double error = std::abs(tape - difference) / size;
      // A NaN counts as worst.
      if (error <= worst.worst_relative_error) continue;
      worst = {std::isnan(error) ? HUGE_VAL : error, a, static_cast<std::int64_t>(i), tape, difference};
    }
  }
  return worst;
}

GradientCheck check_gradient(const TapeFunction& function, std::initializer_list<HostArray> arguments,
                             double relative_step) {
  return check_gradient(Exec::cpu(1), function,
                        std::span<const HostArray>(arguments.begin(), arguments.size()), relative_step);
}

}  // namespace starling
