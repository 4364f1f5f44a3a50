#pragma once

#include <cmath>
#include <type_traits>

#include <starling/core/macros.hpp>

namespace starling {

/// Forward-mode number: a value and its derivative along one direction. Arithmetic that is written once for a
/// type `Real` differentiates itself when it runs on Dual<Real>: values carry the derivative of the forward
/// pass along, adjoints the derivative of the adjoint (a row of the Hessian times the direction).
/// Comparisons look at values only.
template <class Real>
struct alignas(2 * sizeof(Real)) Dual {
  Real value;
  Real tangent;

  Dual() = default;
  /// A constant: its derivative is 0.
  template <class Number>
  requires std::is_arithmetic_v<Number> STARLING_HD constexpr Dual(Number number)
      : value(static_cast<Real>(number)), tangent(Real(0)) {}
  STARLING_HD constexpr Dual(Real v, Real t) : value(v), tangent(t) {}
  /// Between precisions.
  template <class Other>
  STARLING_HD constexpr explicit Dual(Dual<Other> x)
      : value(static_cast<Real>(x.value)), tangent(static_cast<Real>(x.tangent)) {}

  STARLING_HD Dual& operator+=(Dual b) { return *this = *this + b; }
  STARLING_HD Dual& operator-=(Dual b) { return *this = *this - b; }
  STARLING_HD Dual& operator*=(Dual b) { return *this = *this * b; }
  STARLING_HD Dual& operator/=(Dual b) { return *this = *this / b; }

  STARLING_HD friend Dual operator-(Dual a) { return {-a.value, -a.tangent}; }
  STARLING_HD friend Dual operator+(Dual a, Dual b) { return {a.value + b.value, a.tangent + b.tangent}; }
  STARLING_HD friend Dual operator-(Dual a, Dual b) { return {a.value - b.value, a.tangent - b.tangent}; }
  STARLING_HD friend Dual operator*(Dual a, Dual b) {
    return {a.value * b.value, a.tangent * b.value + a.value * b.tangent};
  }
  STARLING_HD friend Dual operator/(Dual a, Dual b) {
    const Real y = a.value / b.value;
    return {y, (a.tangent - y * b.tangent) / b.value};
  }
  STARLING_HD friend bool operator==(Dual a, Dual b) { return a.value == b.value; }
  STARLING_HD friend bool operator<(Dual a, Dual b) { return a.value < b.value; }
  STARLING_HD friend bool operator>(Dual a, Dual b) { return a.value > b.value; }
  STARLING_HD friend bool operator<=(Dual a, Dual b) { return a.value <= b.value; }
  STARLING_HD friend bool operator>=(Dual a, Dual b) { return a.value >= b.value; }
};

template <class Real>
inline constexpr bool kIsDual = false;
template <class Real>
inline constexpr bool kIsDual<Dual<Real>> = true;

namespace detail {
template <class Real>
struct DualTraits {
  using Plain = Real;
  using Accumulator = double;
};
template <class Real>
struct DualTraits<Dual<Real>> {
  using Plain = Real;
  using Accumulator = Dual<double>;
};
}  // namespace detail

/// float or double under a number type.
template <class Real>
using PlainOf = typename detail::DualTraits<Real>::Plain;
/// What sums of `Real` are taken in.
template <class Real>
using AccumulatorOf = typename detail::DualTraits<Real>::Accumulator;

/// The value without its derivative.
template <class Real>
STARLING_HD constexpr PlainOf<Real> plain(Real x) {
  if constexpr (kIsDual<Real>)
    return x.value;
  else
    return x;
}
/// `value` with the derivative `slope` times that of x: the chain rule.
template <class Real>
STARLING_HD constexpr Dual<Real> chain(Dual<Real> x, Real value, Real slope) {
  return {value, slope * x.tangent};
}
/// The value `hard` with the derivative of `soft`: how a jump is passed by a smooth stand-in.
template <class Real>
STARLING_HD constexpr Real straight_through_value(PlainOf<Real> hard, Real soft) {
  if constexpr (kIsDual<Real>)
    return {hard, soft.tangent};
  else
    return hard;
}

template <class Real>
STARLING_HD inline Dual<Real> exp(Dual<Real> x) {
  const Real y = std::exp(x.value);
  return chain(x, y, y);
}
template <class Real>
STARLING_HD inline Dual<Real> expm1(Dual<Real> x) {
  return chain(x, std::expm1(x.value), std::exp(x.value));
}
template <class Real>
STARLING_HD inline Dual<Real> log(Dual<Real> x) {
  return chain(x, std::log(x.value), Real(1) / x.value);
}
template <class Real>
STARLING_HD inline Dual<Real> log1p(Dual<Real> x) {
  return chain(x, std::log1p(x.value), Real(1) / (Real(1) + x.value));
}
template <class Real>
STARLING_HD inline Dual<Real> sqrt(Dual<Real> x) {
  const Real y = std::sqrt(x.value);
  return chain(x, y, Real(0.5) / y);
}
template <class Real>
STARLING_HD inline Dual<Real> tanh(Dual<Real> x) {
  const Real y = std::tanh(x.value);
  return chain(x, y, (Real(1) - y) * (Real(1) + y));
}
/// x^exponent; the exponent is taken as a constant.
template <class Real>
STARLING_HD inline Dual<Real> pow(Dual<Real> x, Dual<Real> exponent) {
  return chain(x, std::pow(x.value, exponent.value),
               exponent.value * std::pow(x.value, exponent.value - Real(1)));
}
/// The slope at 0 is 0.
template <class Real>
STARLING_HD inline Dual<Real> abs(Dual<Real> x) {
  return chain(x, std::abs(x.value), x.value > Real(0) ? Real(1) : (x.value < Real(0) ? Real(-1) : Real(0)));
}
template <class Real>
STARLING_HD inline bool isinf(Dual<Real> x) {
  return std::isinf(x.value);
}
template <class Real>
STARLING_HD inline bool isfinite(Dual<Real> x) {
  return std::isfinite(x.value) && std::isfinite(x.tangent);
}

}  // namespace starling
