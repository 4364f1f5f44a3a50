#pragma once

#include <type_traits>

#include <starling/autodiff/tape.hpp>

namespace starling {

/// Element-wise operations on arrays of a tape. Two arrays are broadcast against each other: axes are aligned
/// at the last, an extent of 1 or a missing axis repeats. Shapes that do not fit throw InputError with the
/// operation's name and both shapes. Outside a function's domain the result is what IEEE arithmetic gives
/// (NaN or infinity).

template <class Real>
Var<Real> operator+(Var<Real> a, Var<Real> b);
template <class Real>
Var<Real> operator-(Var<Real> a, Var<Real> b);
template <class Real>
Var<Real> operator*(Var<Real> a, Var<Real> b);
template <class Real>
Var<Real> operator/(Var<Real> a, Var<Real> b);

/// The smaller and the larger element; of equal ones the first operand is taken, with its gradient.
template <class Real>
Var<Real> minimum(Var<Real> a, Var<Real> b);
template <class Real>
Var<Real> maximum(Var<Real> a, Var<Real> b);
/// 1 where a > b (a >= b), else 0: a constant.
template <class Real>
Var<Real> greater(Var<Real> a, Var<Real> b);
template <class Real>
Var<Real> greater_equal(Var<Real> a, Var<Real> b);
/// a where `condition`, a constant, is not 0, and b elsewhere; all three are broadcast. No gradient passes to
/// the element that was not taken, which may be NaN.
template <class Real>
Var<Real> where(Var<Real> condition, Var<Real> a, Var<Real> b);
/// The value of `hard` with the gradient of `soft`: how a jump is passed by a smooth stand-in.
template <class Real>
Var<Real> straight_through(Var<Real> hard, Var<Real> soft);

/// a x + b with numbers a and b, in one pass; the forms with a number below are of this kind.
template <class Real>
Var<Real> affine(Var<Real> x, std::type_identity_t<Real> a, std::type_identity_t<Real> b);
/// a / x
template <class Real>
Var<Real> reciprocal(Var<Real> x, std::type_identity_t<Real> a = Real(1));
/// x^exponent
template <class Real>
Var<Real> power(Var<Real> x, std::type_identity_t<Real> exponent);

template <class Real>
Var<Real> operator-(Var<Real> x) {
  return affine(x, Real(-1), Real(0));
}
template <class Real>
Var<Real> operator+(Var<Real> x, std::type_identity_t<Real> number) {
  return affine(x, Real(1), number);
}
template <class Real>
Var<Real> operator+(std::type_identity_t<Real> number, Var<Real> x) {
  return affine(x, Real(1), number);
}
template <class Real>
Var<Real> operator-(Var<Real> x, std::type_identity_t<Real> number) {
  return affine(x, Real(1), -number);
}
template <class Real>
Var<Real> operator-(std::type_identity_t<Real> number, Var<Real> x) {
  return affine(x, Real(-1), number);
}
template <class Real>
Var<Real> operator*(Var<Real> x, std::type_identity_t<Real> number) {
  return affine(x, number, Real(0));
}
template <class Real>
Var<Real> operator*(std::type_identity_t<Real> number, Var<Real> x) {
  return affine(x, number, Real(0));
}
template <class Real>
Var<Real> operator/(Var<Real> x, std::type_identity_t<Real> number) {
  return affine(x, Real(1) / number, Real(0));
}
template <class Real>
Var<Real> operator/(std::type_identity_t<Real> number, Var<Real> x) {
  return reciprocal(x, number);
}

template <class Real>
Var<Real> exp(Var<Real> x);
template <class Real>
Var<Real> expm1(Var<Real> x);
template <class Real>
Var<Real> log(Var<Real> x);
template <class Real>
Var<Real> log1p(Var<Real> x);
template <class Real>
Var<Real> sqrt(Var<Real> x);
template <class Real>
Var<Real> square(Var<Real> x);
template <class Real>
Var<Real> tanh(Var<Real> x);
/// 1 / (1 + e^-x)
template <class Real>
Var<Real> sigmoid(Var<Real> x);
/// log(1 + e^x)
template <class Real>
Var<Real> softplus(Var<Real> x);
/// max(x, 0), with slope 0 at 0
template <class Real>
Var<Real> relu(Var<Real> x);
/// |x|, with slope 0 at 0
template <class Real>
Var<Real> abs(Var<Real> x);
/// x between low and high, both kept; the slope is 0 outside, where an optimiser then gets no gradient.
/// InputError unless low <= high.
template <class Real>
Var<Real> clamp(Var<Real> x, std::type_identity_t<Real> low, std::type_identity_t<Real> high);
/// The value of clamp with slope 1 everywhere.
template <class Real>
Var<Real> clamp_pass_through(Var<Real> x, std::type_identity_t<Real> low, std::type_identity_t<Real> high);

}  // namespace starling
