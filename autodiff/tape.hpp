#pragma once

#include <concepts>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include <starling/autodiff/adjoint_context.hpp>
#include <starling/autodiff/arena.hpp>
#include <starling/autodiff/custom_operation.hpp>
#include <starling/autodiff/operation.hpp>
#include <starling/autodiff/tape_report.hpp>
#include <starling/autodiff/var.hpp>
#include <starling/core/dual.hpp>
#include <starling/core/exec.hpp>

namespace starling {

/// Reverse-mode differentiation over arrays. Operations run at once and leave a record when a variable is
/// among their inputs; backward() runs the records from last to first. Not to be used by two threads at a
/// time.
///
/// `Real` is float, double or a Dual of them. On a tape of Dual numbers every array carries its derivative
/// along one direction: values are then forward mode, and adjoints carry a Hessian product.
template <class Real>
class Tape {
 public:
  explicit Tape(Exec exec);
  ~Tape();
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  /// Uploads an array that is not differentiated. Sizes must agree.
  Var<Real> constant(const Shape& shape, std::span<const Real> values);
  Var<Real> constant(Real value);
  /// Uploads an array to differentiate by.
  Var<Real> variable(const Shape& shape, std::span<const Real> values);
  Var<Real> variable(Real value);

  /// Derivatives of `output`, one element, by all variables. Adjoints of an earlier call are forgotten.
  void backward(Var<Real> output);
  /// Derivatives of the sum of output_adj * output; output_adj has the elements of `output`.
  void backward(Var<Real> output, std::span<const Real> output_adj);

  /// Runs and records an operation of the user's own. On a tape of Dual numbers it needs a tangent function,
  /// and its inputs must be constants: it has no second derivatives. InputError otherwise.
  Var<Real> custom(std::string_view name, std::span<const Var<Real>> inputs, const Shape& output_shape,
                   CustomOperation<PlainOf<Real>> operation);
  Var<Real> custom(std::string_view name, std::initializer_list<Var<Real>> inputs, const Shape& output_shape,
                   CustomOperation<PlainOf<Real>> operation) {
    return custom(name, std::span<const Var<Real>>(inputs.begin(), inputs.size()), output_shape,
                  std::move(operation));
  }

  struct Mark {
    std::size_t values = 0, inputs = 0, nodes = 0;
    Arena::Mark memory{}, records{};
  };
  [[nodiscard]] Mark mark() const;
  /// Forgets everything since `mark`. Adjoints of variables made before it stay.
  void rewind(const Mark& mark);
  [[nodiscard]] bool made_since(const Mark& mark, Var<Real> array) const {
    (void)value_of(array);
    return array.index_ >= mark.values;
  }

  [[nodiscard]] const Exec& exec() const { return exec_; }
  [[nodiscard]] TapeBytes bytes() const;
  /// What the tape holds now, operation by operation.
  [[nodiscard]] TapeReport report() const;
  [[nodiscard]] std::size_t nodes() const { return nodes_.size(); }
  /// Name of the first recorded operation with a result that is not finite; empty when there is none.
  /// Downloads every result: for finding out, not for every step.
  [[nodiscard]] std::string_view first_non_finite() const;
  /// While on, every result and every adjoint is looked at as soon as it is there, and the first element that
  /// is not finite throws NonFiniteError naming the operation. Waits for the device after each operation.
  void set_finite_checks(bool on) { finite_checks_ = on; }

  // For operations: make the outputs one after the other, run the kernel into mutable_data(), then record.

  [[nodiscard]] Var<Real> output(const Shape& shape);
  /// An array that shares the memory of `source` from `offset` on.
  [[nodiscard]] Var<Real> alias(Var<Real> source, std::int64_t offset, const Shape& shape);
  [[nodiscard]] Real* mutable_data(Var<Real> output);
  /// Memory that lasts as long as the values recorded now.
  template <class T>
  [[nodiscard]] T* memory(std::int64_t n) {
    return memory_.allocate_array<T>(n);
  }
  /// `name` must outlive the tape. `outputs` are the last made, in order. Nothing is kept when no input is
  /// differentiated.
  template <std::invocable<AdjointContext<Real>&> Adjoint>
  void record(const char* name, std::span<const Var<Real>> inputs, std::span<const Var<Real>> outputs,
              Adjoint adjoint) {
    if (!prepare_record(name, inputs, outputs)) return;
    void* state = records_.allocate(static_cast<std::int64_t>(sizeof(Adjoint)));
    new (state) Adjoint(std::move(adjoint));
    Node& node = nodes_.back();
    node.state = state;
    node.call = [](void* s, AdjointContext<Real>& context) { (*static_cast<Adjoint*>(s))(context); };
    if constexpr (!std::is_trivially_destructible_v<Adjoint>)
      node.destroy = [](void* s) { std::destroy_at(static_cast<Adjoint*>(s)); };
  }
  template <std::invocable<AdjointContext<Real>&> Adjoint>
  void record(const char* name, std::initializer_list<Var<Real>> inputs,
              std::initializer_list<Var<Real>> outputs, Adjoint adjoint) {
    record(name, std::span<const Var<Real>>(inputs.begin(), inputs.size()),
           std::span<const Var<Real>>(outputs.begin(), outputs.size()), std::move(adjoint));
  }
  /// The same for the operations of this folder.
  template <std::invocable<AdjointContext<Real>&> Adjoint>
  void record(Operation operation, std::initializer_list<Var<Real>> inputs,
              std::initializer_list<Var<Real>> outputs, Adjoint adjoint) {
    record(name_of(operation), inputs, outputs, std::move(adjoint));
  }
  template <std::invocable<AdjointContext<Real>&> Adjoint>
  void record(Operation operation, std::span<const Var<Real>> inputs, std::span<const Var<Real>> outputs,
              Adjoint adjoint) {
    record(name_of(operation), inputs, outputs, std::move(adjoint));
  }

  /// While it lives, an operation that takes a differentiated array made before it throws InputError naming
  /// `place`: what runs inside can be run again from its arguments alone.
  class ClosedRegion {
   public:
    ClosedRegion(Tape& tape, const char* place);
    ~ClosedRegion();
    ClosedRegion(const ClosedRegion&) = delete;
    ClosedRegion& operator=(const ClosedRegion&) = delete;

   private:
    Tape& tape_;
    std::size_t outer_first_;
    const char* outer_place_;
  };
  /// Runs the records made since `mark` from last to first, starting from the adjoint of `output`, which is
  /// memory of the execution context. For adjoints that record again what their operation ran.
  void pull_back(const Mark& mark, Var<Real> output, const Real* output_adj);

 private:
  friend class Var<Real>;
  friend class AdjointContext<Real>;

  struct Value {
    Shape shape;
    Real* data = nullptr;
    Real* adjoint = nullptr;
    std::uint64_t serial = 0;
    Arena::Mark adjoint_end{};  // of the memory, once the adjoint has its place
    bool owns_data = false;
    bool differentiated = false;
    bool adjoint_written = false;
  };
  struct Node {
    const char* name = nullptr;
    std::size_t first_input = 0, inputs = 0;    // in inputs_
    std::size_t first_output = 0, outputs = 0;  // in values_
    void* state = nullptr;
    void (*call)(void*, AdjointContext<Real>&) = nullptr;
    void (*destroy)(void*) = nullptr;
  };

  const Value& value_of(const Var<Real>& var) const {
    if (var.tape_ != this || var.index_ >= values_.size() || values_[var.index_].serial != var.serial_)
      refuse(var);
    return values_[var.index_];
  }
  [[noreturn]] void refuse(const Var<Real>& var) const;
  Var<Real> push_value(const Shape& shape, Real* data);
  Var<Real> push_leaf(std::string_view place, const Shape& shape, std::span<const Real> values);
  const char* keep_name(std::string_view name);
  bool prepare_record(const char* name, std::span<const Var<Real>> inputs,
                      std::span<const Var<Real>> outputs);
  void run_records(std::size_t first);
  void run_record(const Node& node);
  void ensure_adjoint(Value& value);
  void check_outputs_finite(const char* name, std::span<const Var<Real>> outputs) const;
  void check_adjoints_finite(const Node& node) const;
  /// Index of the first element that is not finite, or n.
  [[nodiscard]] std::int64_t first_non_finite(const Real* elements, std::int64_t n) const;

  Exec exec_;
  Arena memory_;   // values, adjoints, scratch
  Arena records_;  // states of the callbacks, on the host
  std::vector<Value> values_;
  std::vector<std::size_t> inputs_;
  std::vector<Node> nodes_;
  std::uint64_t next_serial_ = 1;
  std::size_t closed_first_ = 0;  // differentiated values before this one are out of reach
  const char* closed_place_ = nullptr;
  bool finite_checks_ = false;
};

/// Rewinds a tape when it goes out of scope, also after an exception.
template <class Real>
class TapeScope {
 public:
  explicit TapeScope(Tape<Real>& tape) : tape_(tape), mark_(tape.mark()) {}
  ~TapeScope() { tape_.rewind(mark_); }
  TapeScope(const TapeScope&) = delete;
  TapeScope& operator=(const TapeScope&) = delete;

 private:
  Tape<Real>& tape_;
  typename Tape<Real>::Mark mark_;
};

template <class Real>
template <class T>
T* AdjointContext<Real>::scratch(std::int64_t n) {
  return tape_.template memory<T>(n);
}

extern template class Var<float>;
extern template class Var<double>;
extern template class Var<Dual<float>>;
extern template class Var<Dual<double>>;
extern template class AdjointContext<float>;
extern template class AdjointContext<double>;
extern template class AdjointContext<Dual<float>>;
extern template class AdjointContext<Dual<double>>;
extern template class Tape<float>;
extern template class Tape<double>;
extern template class Tape<Dual<float>>;
extern template class Tape<Dual<double>>;

}  // namespace starling
