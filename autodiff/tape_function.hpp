#pragma once

#include <concepts>
#include <memory>
#include <span>
#include <vector>

#include <starling/autodiff/computation.hpp>

namespace starling {

/// An array on the host, the last axis the fastest.
struct HostArray {
  Shape shape;
  std::vector<double> values;
};

/// A computation to be differentiated: any callable (tape, arguments) -> result of any shape, where `tape` is
/// a Tape<double>& and `arguments` a span of Var<double>. One that takes any number type, such as
///   [](auto& tape, auto x) { return sum(exp(x[0]) * x[1]); },
/// can also be run in forward mode.
class TapeFunction {
 public:
  template <class Function>
  requires std::invocable < Function&, Tape<double>
  &, std::span < const Var < double >>> TapeFunction(Function function) {  // NOLINT: a lambda is a function
    const auto shared = std::make_shared<Function>(std::move(function));
    reverse_ = [shared](Tape<double>& tape, std::span<const Var<double>> x) { return (*shared)(tape, x); };
    using Number = Dual<double>;
    if constexpr (std::invocable<Function&, Tape<Number>&, std::span<const Var<Number>>>)
      forward_ = [shared](Tape<Number>& tape, std::span<const Var<Number>> x) { return (*shared)(tape, x); };
  }

  Var<double> operator()(Tape<double>& tape, std::span<const Var<double>> arguments) const {
    return reverse_(tape, arguments);
  }
  /// InputError for a function of double alone.
  Var<Dual<double>> operator()(Tape<Dual<double>>& tape, std::span<const Var<Dual<double>>> arguments) const;
  [[nodiscard]] bool has_forward_mode() const { return static_cast<bool>(forward_); }

 private:
  Computation<double> reverse_;
  Computation<Dual<double>> forward_;
};

}  // namespace starling
