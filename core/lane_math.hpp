#pragma once

#include <cmath>

#include <starling/core/dual.hpp>
#include <starling/core/macros.hpp>

namespace starling {

/// Block-level bodies compute with lanes: one number on the device, on the host a pack of neighbouring
/// samples (core/pack.hpp). Both have the functions below, so that the arithmetic is written once.
template <class Lane>
struct LaneTraits {
  using Scalar = Lane;
  static constexpr int kLanes = 1;
  STARLING_HD static Lane load(const Lane* from) { return *from; }
  STARLING_HD static void store(Lane x, Lane* to) { *to = x; }
};
/// The number type of one lane.
template <class Lane>
using ScalarOf = typename LaneTraits<Lane>::Scalar;
template <class Lane>
inline constexpr int kLanesOf = LaneTraits<Lane>::kLanes;

/// Neighbouring elements of an array, one per lane; no alignment is needed.
template <class Lane>
STARLING_HD inline Lane load_lanes(const ScalarOf<Lane>* from) {
  return LaneTraits<Lane>::load(from);
}
template <class Lane>
STARLING_HD inline void store_lanes(Lane x, ScalarOf<Lane>* to) {
  LaneTraits<Lane>::store(x, to);
}

/// x, to be kept in a register: it has several uses.
template <class Real>
STARLING_HD inline Real held(Real x) {
  return x;
}

/// a b + c, rounded once.
STARLING_HD inline float multiply_add(float a, float b, float c) {
  return ::fmaf(a, b, c);
}
STARLING_HD inline double multiply_add(double a, double b, double c) {
  return ::fma(a, b, c);
}
template <class Real, class Factor>
STARLING_HD inline Dual<Real> multiply_add(Dual<Real> a, Dual<Factor> b, Dual<Real> c) {
  return {multiply_add(a.value, b.value, c.value),
          multiply_add(a.value, b.tangent, multiply_add(a.tangent, b.value, c.tangent))};
}

/// a where x >= 0, else b; b also where x is NaN.
template <class Real>
STARLING_HD inline Real where_non_negative(Real x, Real a, Real b) {
  return x >= Real(0) ? a : b;
}

/// Adds the sum over the lanes of each of `count` numbers to sums[0 … count), or stores it there.
template <int count, class Real, class Sum>
STARLING_HD inline void add_lane_sums(const Real (&x)[count], bool accumulate, Sum* sums) {
  for (int i = 0; i < count; ++i) sums[i] = accumulate ? sums[i] + Sum(x[i]) : Sum(x[i]);
}

}  // namespace starling
