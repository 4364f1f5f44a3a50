#pragma once

#include <array>
#include <cmath>

namespace starling::test {

/// Forward-mode number with `parameters` tangents: the oracle of derivatives.
template <int parameters>
struct Dual {
  double value = 0.0;
  std::array<double, parameters> tangent{};

  Dual() = default;
  Dual(double v) : value(v) {}  // NOLINT: constants mix freely with duals
  static Dual variable(double v, int which) {
    Dual x(v);
    x.tangent[static_cast<std::size_t>(which)] = 1.0;
    return x;
  }
};

template <int n, class Rule>
Dual<n> combine(double value, const Dual<n>& a, const Dual<n>& b, const Rule& rule) {
  Dual<n> result(value);
  for (std::size_t i = 0; i < n; ++i) result.tangent[i] = rule(a.tangent[i], b.tangent[i]);
  return result;
}

template <int n>
Dual<n> operator+(const Dual<n>& a, const Dual<n>& b) {
  return combine(a.value + b.value, a, b, [](double x, double y) { return x + y; });
}
template <int n>
Dual<n> operator-(const Dual<n>& a, const Dual<n>& b) {
  return combine(a.value - b.value, a, b, [](double x, double y) { return x - y; });
}
template <int n>
Dual<n> operator*(const Dual<n>& a, const Dual<n>& b) {
  return combine(a.value * b.value, a, b, [&](double x, double y) { return x * b.value + a.value * y; });
}
template <int n>
Dual<n> chain(const Dual<n>& a, double value, double slope) {
  return combine(value, a, a, [&](double x, double) { return slope * x; });
}
template <int n>
Dual<n> exp(const Dual<n>& a) {
  return chain(a, std::exp(a.value), std::exp(a.value));
}
template <int n>
Dual<n> log(const Dual<n>& a) {
  return chain(a, std::log(a.value), 1.0 / a.value);
}
inline double value_of(double x) {
  return x;
}
template <int n>
double value_of(const Dual<n>& x) {
  return x.value;
}
/// Forward value from `hard`, tangents from `soft`.
inline double straight_through(double hard, double) {
  return hard;
}
template <int n>
Dual<n> straight_through(double hard, const Dual<n>& soft) {
  Dual<n> result = soft;
  result.value = hard;
  return result;
}

}  // namespace starling::test
