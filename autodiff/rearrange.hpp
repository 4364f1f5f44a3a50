#pragma once

#include <cstdint>

#include <starling/autodiff/tape.hpp>

namespace starling {

/// The same elements in another shape; no copy. Sizes must agree.
template <class Real>
Var<Real> reshape(Var<Real> x, const Shape& shape);

/// Elements offset … offset + size - 1 of x, taken as a flat vector, in a shape; no copy.
template <class Real>
Var<Real> view_slice(Var<Real> x, std::int64_t offset, const Shape& shape);

/// The same values as a constant: no gradient passes.
template <class Real>
Var<Real> stop_gradient(Var<Real> x);

/// Columns first … first + count - 1 of x[rows][columns].
template <class Real>
Var<Real> slice_columns(Var<Real> x, std::int64_t first, std::int64_t count);
/// Columns first, first + step, … of x[rows][columns], as many as there are.
template <class Real>
Var<Real> interleaved_columns(Var<Real> x, std::int64_t first, std::int64_t step);

enum class ColumnPermutation {
  none,
  reverse,  // column j of the result is column columns - 1 - j
  swap      // the first columns / 2 columns move behind the others, as in the published peer (normflows)
};
template <class Real>
Var<Real> permute_columns(Var<Real> x, ColumnPermutation permutation);
/// Undoes permute_columns.
template <class Real>
Var<Real> permute_columns_back(Var<Real> x, ColumnPermutation permutation);

}  // namespace starling
