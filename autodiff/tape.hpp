#pragma once

#include <concepts>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include <starling/autodiff/arena.hpp>
#include <starling/autodiff/var.hpp>
#include <starling/core/exec.hpp>
#include <starling/kernels/gradient_mode.hpp>

namespace starling {

template <class Real>
class Tape;

/// Where an adjoint kernel writes the adjoint of one input; `data` is null when that is not wanted.
template <class Real>
struct AdjointSlot {
  Real* data = nullptr;
  GradientMode mode = GradientMode::overwrite;
};

/// What the adjoint of an operation sees. Inputs and outputs are numbered in the order of record().
template <class Real>
class AdjointContext {
 public:
  [[nodiscard]] const Exec& exec() const;
  [[nodiscard]] const Real* input(std::size_t i) const;
  [[nodiscard]] const Real* output(std::size_t i = 0) const;
  [[nodiscard]] const Real* output_adj(std::size_t i = 0) const;
  [[nodiscard]] bool wanted(std::size_t i) const;
  /// Call once per input, and only when its adjoint is then written: the mode is `overwrite` for the first
  /// contribution to an array.
  [[nodiscard]] AdjointSlot<Real> input_adj(std::size_t i);
  /// Memory until the end of the callback.
  template <class T>
  [[nodiscard]] T* scratch(std::int64_t n);

 private:
  friend class Tape<Real>;
  Tape<Real>& tape_;
  std::span<const std::size_t> inputs_;
  std::size_t first_output_;
  AdjointContext(Tape<Real>& tape, std::span<const std::size_t> inputs, std::size_t first_output)
      : tape_(tape), inputs_(inputs), first_output_(first_output) {}
};

/// An operation of the user's own. Pointers are memory of the execution context; arrays are contiguous.
/// `adjoint` adds its contribution to inputs_adj[i]; null where it is not wanted.
template <class Real>
struct CustomOperation {
  std::function<void(const Exec&, std::span<const Real* const> inputs, Real* output)> forward;
  std::function<void(const Exec&, std::span<const Real* const> inputs, const Real* output,
                     const Real* output_adj, std::span<Real* const> inputs_adj)>
      adjoint;
};

struct TapeBytes {
  std::int64_t used;  // values, adjoints and records now
  std::int64_t held;  // kept from rewound work, to be used again
};

/// Reverse-mode differentiation over arrays. Operations run at once and leave a record when a variable is
/// among their inputs; backward() runs the records from last to first. Not to be used by two threads at a
/// time.
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

  /// Runs and records an operation of the user's own.
  Var<Real> custom(std::string_view name, std::span<const Var<Real>> inputs, const Shape& output_shape,
                   CustomOperation<Real> operation);
  Var<Real> custom(std::string_view name, std::initializer_list<Var<Real>> inputs, const Shape& output_shape,
                   CustomOperation<Real> operation) {
    return custom(name, std::span<const Var<Real>>(inputs.begin(), inputs.size()), output_shape,
                  std::move(operation));
  }

  struct Mark {
    std::size_t values, inputs, nodes;
    Arena::Mark memory, records;
  };
  [[nodiscard]] Mark mark() const;
  /// Forgets everything since `mark`. Adjoints of variables made before it stay.
  void rewind(const Mark& mark);

  [[nodiscard]] const Exec& exec() const { return exec_; }
  [[nodiscard]] TapeBytes bytes() const;
  [[nodiscard]] std::size_t nodes() const { return nodes_.size(); }
  /// Name of the first recorded operation with a result that is not finite; empty when there is none.
  /// Downloads every result: for finding out, not for every step.
  [[nodiscard]] std::string_view first_non_finite() const;

  // For operations: make the outputs one after the other, run the kernel into mutable_data(), then record.

  [[nodiscard]] Var<Real> output(const Shape& shape) { return push_value(shape, nullptr); }
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

 private:
  friend class Var<Real>;
  friend class AdjointContext<Real>;

  struct Value {
    Shape shape;
    Real* data;
    Real* adjoint = nullptr;
    std::uint64_t serial;
    bool differentiated = false;
    bool adjoint_written = false;
    Arena::Mark adjoint_end{};  // of the memory, once the adjoint has its place
  };
  struct Node {
    const char* name;
    std::size_t first_input, inputs;    // in inputs_
    std::size_t first_output, outputs;  // in values_
    void* state = nullptr;
    void (*call)(void*, AdjointContext<Real>&) = nullptr;
    void (*destroy)(void*) = nullptr;
  };

  const Value& value_of(const Var<Real>& var) const;
  Var<Real> push_value(const Shape& shape, Real* data);
  Var<Real> push_leaf(std::string_view place, const Shape& shape, std::span<const Real> values);
  bool prepare_record(const char* name, std::span<const Var<Real>> inputs,
                      std::span<const Var<Real>> outputs);
  void run_records();
  void run_record(const Node& node);
  void ensure_adjoint(Value& value);

  Exec exec_;
  Arena memory_;   // values, adjoints, scratch
  Arena records_;  // states of the callbacks, on the host
  std::vector<Value> values_;
  std::vector<std::size_t> inputs_;
  std::vector<Node> nodes_;
  std::uint64_t next_serial_ = 1;
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
extern template class AdjointContext<float>;
extern template class AdjointContext<double>;
extern template class Tape<float>;
extern template class Tape<double>;

}  // namespace starling
