#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <starling/autodiff/var.hpp>
#include <starling/core/exec.hpp>
#include <starling/kernels/gradient_mode.hpp>

namespace starling {

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
  [[nodiscard]] const Shape& input_shape(std::size_t i) const;
  [[nodiscard]] const Shape& output_shape(std::size_t i = 0) const;
  [[nodiscard]] bool wanted(std::size_t i) const;
  /// Call once per input, and only when its adjoint is then written: the mode is `overwrite` for the first
  /// contribution to an array.
  [[nodiscard]] AdjointSlot<Real> input_adj(std::size_t i);
  /// Memory until the end of the callback.
  template <class T>
  [[nodiscard]] T* scratch(std::int64_t n);

  /// The inputs as arrays at the end of the tape that share memory and adjoints with them, for an adjoint
  /// that records again what its operation ran. Instead of input_adj(); close_inputs() tells what was
  /// written.
  [[nodiscard]] std::vector<Var<Real>> reopen_inputs();
  void close_inputs(std::span<const Var<Real>> reopened);
  [[nodiscard]] Tape<Real>& tape() const { return tape_; }

 private:
  friend class Tape<Real>;
  AdjointContext(Tape<Real>& tape, std::size_t first_input, std::size_t inputs, std::size_t first_output)
      : tape_(tape), first_input_(first_input), inputs_(inputs), first_output_(first_output) {}
  [[nodiscard]] std::size_t value_index(std::size_t i) const;

  // Numbers, not pointers: an adjoint may make the tape's vectors grow.
  Tape<Real>& tape_;
  std::size_t first_input_;
  std::size_t inputs_;
  std::size_t first_output_;
};

}  // namespace starling
