#pragma once

#include <initializer_list>

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
/// Sum along several axes, which disappear.
template <class Real>
Var<Real> sum(Var<Real> x, std::initializer_list<int> axes);
template <class Real>
Var<Real> mean(Var<Real> x, std::initializer_list<int> axes);
/// The largest element along an axis, which disappears; of equal ones the first takes the gradient.
/// InputError for an axis without elements, here and below.
template <class Real>
Var<Real> max(Var<Real> x, int axis = -1);
/// log of the sum of exp along an axis, which disappears.
template <class Real>
Var<Real> log_sum_exp(Var<Real> x, int axis = -1);
/// exp(x) over its sum along an axis, and the log of that.
template <class Real>
Var<Real> softmax(Var<Real> x, int axis = -1);
template <class Real>
Var<Real> log_softmax(Var<Real> x, int axis = -1);

}  // namespace starling
