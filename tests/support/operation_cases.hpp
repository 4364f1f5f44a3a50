#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <starling/autodiff/autodiff.hpp>

namespace starling::test {

/// A computation for all number types, made from a generic lambda (tape, arguments) -> result.
class AnyComputation {
 public:
  template <class Function>
  AnyComputation(Function function)  // NOLINT: a lambda is a computation
      : float_(function), double_(function), dual_float_(function), dual_double_(function) {}

  template <class Real>
  [[nodiscard]] const Computation<Real>& of() const {
    if constexpr (std::is_same_v<Real, float>) return float_;
    if constexpr (std::is_same_v<Real, double>) return double_;
    if constexpr (std::is_same_v<Real, Dual<float>>) return dual_float_;
    if constexpr (std::is_same_v<Real, Dual<double>>) return dual_double_;
  }

 private:
  Computation<float> float_;
  Computation<double> double_;
  Computation<Dual<float>> dual_float_;
  Computation<Dual<double>> dual_double_;
};

/// One way to use an operation.
struct OperationCase {
  Operation operation;
  std::string name;
  AnyComputation computation;
  std::function<std::vector<HostArray>(std::int64_t n)> arguments;  // with an axis of n elements
  /// Finite differences apply: no jump, no kink near the arguments.
  bool smooth = true;
  /// The operation has a meaning for n = 0.
  bool empty_allowed = true;
};

/// Every operation of the tape, each in at least one way.
const std::vector<OperationCase>& operation_cases();

}  // namespace starling::test
