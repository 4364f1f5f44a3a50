#pragma once

#include <cmath>

#include <starling/core/dual.hpp>
#include <starling/core/macros.hpp>

namespace starling {

/// The derivative by alpha of the quantile function of the gamma distribution of unit scale, at the level of
/// which x is the quantile: dx/dalpha = -(dF(x; alpha)/dalpha) / f(x; alpha), F and f its distribution
/// function and density. In double, relative error below 1e-9 for alpha of at least 1e-3.
///
/// Three forms, chosen so that none of them subtracts numbers of the same size:
///   x <= alpha + 1: F = x f / alpha * S with the series S = sum over n of x^n / ((alpha + 1) … (alpha + n))
///   x > alpha + 1:  1 - F = x f * C with the continued fraction C of the upper incomplete gamma function
///   alpha >= 1000:  the Cornish-Fisher expansion of x in the normal quantile of the same level, which is
///                   solved for that quantile and differentiated
/// (DLMF 8.7.1 and 8.9.2; Johnson, Kotz and Balakrishnan 1994, Continuous Univariate Distributions 1, 18.5,
/// of the chi-square distribution with 2 alpha degrees of freedom.)

inline constexpr double kLargeGammaShape = 1000.0;

/// The logarithmic derivative of the gamma function for x > 0: recurrence up to 8, then the asymptotic series
/// (DLMF 5.5.2 and 5.11.2).
STARLING_HD inline double digamma(double x) {
  double shift = 0.0;
  for (; x < 8.0; x += 1.0) shift -= 1.0 / x;
  const double y = 1.0 / (x * x);
  const double tail =
      y *
      (1.0 / 12 -
       y * (1.0 / 120 - y * (1.0 / 252 - y * (1.0 / 240 - y * (1.0 / 132 - y * (691.0 / 32760 - y / 12))))));
  return shift + std::log(x) - 0.5 / x - tail;
}

/// The quotient of neighbouring terms falls below x / (alpha + n): about 8 √alpha terms at most.
STARLING_HD inline double gamma_slope_by_series(double alpha, double x) {
  constexpr double negligible = 1e-16;
  double term = 1.0;
  double harmonic = 0.0;  // minus the logarithmic derivative of the term by alpha
  double sum = 1.0;
  double derivative = 0.0;
  for (double n = 1.0; term * harmonic >= negligible * -derivative && term > 0.0; n += 1.0) {
    const double share = 1.0 / (alpha + n);
    term *= x * share;
    harmonic += share;
    sum += term;
    derivative -= term * harmonic;
  }
  return -x / alpha * (sum * (std::log(x) - digamma(alpha + 1.0)) + derivative);
}

/// 1 / (x + 1 - alpha - 1 (1 - alpha) / (x + 3 - alpha - …)) and its derivative by alpha, by the modified
/// Lentz method.
STARLING_HD inline Dual<double> upper_gamma_fraction(double alpha, double x) {
  constexpr double tiny = 1e-300;
  constexpr double negligible = 1e-15;
  constexpr int most_steps = 10000;
  const Dual<double> a(alpha, 1.0);
  Dual<double> b = x + 1.0 - a;
  Dual<double> c = 1.0 / tiny;
  Dual<double> d = 1.0 / b;
  Dual<double> fraction = d;
  for (int i = 1; i <= most_steps; ++i) {
    const Dual<double> numerator = -static_cast<double>(i) * (static_cast<double>(i) - a);
    b += 2.0;
    d = 1.0 / (numerator * d + b);
    c = b + numerator / c;
    const Dual<double> factor = c * d;
    fraction *= factor;
    if (std::abs(factor.value - 1.0) < negligible && std::abs(factor.tangent) < negligible) break;
  }
  return fraction;
}

STARLING_HD inline double gamma_slope_by_fraction(double alpha, double x) {
  const Dual<double> fraction = upper_gamma_fraction(alpha, x);
  return x * (fraction.value * (std::log(x) - digamma(alpha)) + fraction.tangent);
}

/// x = alpha + z √alpha + P2 + P3 / √alpha - P4 / alpha + P5 / alpha^(3/2) + P6 / alpha^2, z the normal
/// quantile.
STARLING_HD inline double gamma_slope_by_expansion(double alpha, double x) {
  const double root = std::sqrt(alpha);
  // From Wilson and Hilferty's cube root, three steps of Newton reach the accuracy of the expansion.
  double z = 3.0 * root * (std::cbrt(x / alpha) - 1.0 + 1.0 / (9.0 * alpha));
  double p3 = 0.0;
  double p4 = 0.0;
  double p5 = 0.0;
  double p6 = 0.0;
  for (int step = 0; step < 4; ++step) {
    const double square = z * z;
    p3 = z * (square - 7.0) / 36.0;
    p4 = ((3.0 * square + 7.0) * square - 16.0) / 810.0;
    p5 = z * ((9.0 * square + 256.0) * square - 433.0) / 38880.0;
    p6 = (((12.0 * square - 243.0) * square - 923.0) * square + 1472.0) / 204120.0;
    const double excess =
        alpha - x + root * z + (square - 1.0) / 3.0 + (p3 + (p5 / root - p4 + p6 / alpha) / root) / root;
    if (step < 3) z -= excess / (root + 2.0 * z / 3.0 + (3.0 * square - 7.0) / (36.0 * root));
  }
  const double inverse = 1.0 / alpha;
  return 1.0 + (z / 2.0 + (-p3 / 2.0 + (p4 - (1.5 * p5 + 2.0 * p6 / root) / root) / root) * inverse) / root;
}

STARLING_HD inline double gamma_quantile_slope(double alpha, double x) {
  if (alpha >= kLargeGammaShape) return gamma_slope_by_expansion(alpha, x);
  if (x <= alpha + 1.0) return gamma_slope_by_series(alpha, x);
  return gamma_slope_by_fraction(alpha, x);
}

}  // namespace starling
