#pragma once

#include <starling/autodiff/tape.hpp>

namespace starling {

/// Sums add in double and in a fixed order, whatever the number of threads.

/// Sum of all elements, a scalar.
template <class Real>
Var<Real> sum(Var<Real> x);
/// Sum along one axis, which disappears from the shape. Negative axes count from the last, -1.
template <class Real>
Var<Real> sum(Var<Real> x, int axis);
/// InputError for an array without elements.
template <class Real>
Var<Real> mean(Var<Real> x);
template <class Real>
Var<Real> mean(Var<Real> x, int axis);
/// log of the sum of exp along the last axis, which disappears. InputError when that has no elements.
template <class Real>
Var<Real> log_sum_exp(Var<Real> x);

}  // namespace starling
