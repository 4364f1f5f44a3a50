#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <starling/autodiff/shape.hpp>

namespace starling {

template <class Real>
class Tape;

/// Handle to an array on a tape; copies refer to the same array. Using a handle after its array was rewound
/// throws InputError.
template <class Real>
class Var {
 public:
  using Number = Real;

  /// Refers to nothing; any use throws.
  Var() = default;

  [[nodiscard]] Shape shape() const;
  [[nodiscard]] std::int64_t size() const { return shape().size(); }
  /// Downloads the elements, the last axis the fastest.
  [[nodiscard]] std::vector<Real> value() const;
  /// The element of an array of one; InputError for other sizes.
  [[nodiscard]] Real scalar() const;
  /// Derivative of what the last backward() started from; zeros where that does not depend on this array.
  /// InputError for an array that is not differentiated.
  [[nodiscard]] std::vector<Real> adjoint() const;
  /// False for constants and what is computed from constants only.
  [[nodiscard]] bool differentiated() const;

  /// Memory of the tape's execution context, valid until the tape is rewound past it.
  [[nodiscard]] const Real* data() const;
  /// As data(), for the adjoint; null where adjoint() would be zeros.
  [[nodiscard]] const Real* adjoint_data() const;
  [[nodiscard]] Tape<Real>& tape() const;

 private:
  friend class Tape<Real>;
  Var(Tape<Real>* tape, std::size_t index, std::uint64_t serial)
      : tape_(tape), index_(index), serial_(serial) {}

  Tape<Real>* tape_ = nullptr;
  std::size_t index_ = 0;
  std::uint64_t serial_ = 0;  // tells an array from a later one at the same index
};

}  // namespace starling
