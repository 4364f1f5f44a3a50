#pragma once

#include <starling/autodiff/tape.hpp>

namespace starling {

/// The matrix product of a[m][k] and b[k][n], [m][n]. The order of its sums does not depend on the number of
/// threads.
template <class Real>
Var<Real> matmul(Var<Real> a, Var<Real> b);

}  // namespace starling
