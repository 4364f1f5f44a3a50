#pragma once

#include <starling/autodiff/tape.hpp>

namespace starling {

/// The quantile of all elements of x at a level between 0 and 1, a scalar, with straight lines between the
/// ordered elements: quantile(x, 0.5) is the median. The gradient goes to the one or two elements it lies
/// between. InputError for an array without elements.
template <class Real>
Var<Real> quantile(Var<Real> x, double level);

}  // namespace starling
