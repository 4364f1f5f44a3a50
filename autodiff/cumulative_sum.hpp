#pragma once

#include <starling/autodiff/tape.hpp>

namespace starling {

/// Sum of the elements up to and including each along an axis, negative axes from the last, -1. Adds in
/// double and in a fixed tree, whatever the number of threads.
template <class Real>
Var<Real> cumulative_sum(Var<Real> x, int axis);

}  // namespace starling
