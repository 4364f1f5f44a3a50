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

}  // namespace starling
