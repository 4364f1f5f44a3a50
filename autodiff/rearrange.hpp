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

}  // namespace starling
