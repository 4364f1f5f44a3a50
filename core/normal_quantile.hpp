#pragma once

#include <cmath>

#include <starling/core/macros.hpp>

namespace starling {

namespace detail {

/// Ratio of two polynomials of degree 7, coefficients from the constant term upwards.
STARLING_HD inline double ratio_of_polynomials(const double (&top)[8], const double (&bottom)[8], double x) {
  double numerator = top[7];
  double denominator = bottom[7];
  for (int i = 6; i >= 0; --i) {
    numerator = numerator * x + top[i];
    denominator = denominator * x + bottom[i];
  }
  return numerator / denominator;
}

/// Coefficients for |p - 1/2| <= 0.425, in 0.425^2 - (p - 1/2)^2.
STARLING_HD inline double normal_quantile_centre(double x) {
  constexpr double top[8] = {3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3,
                             1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
                             3.3430575583588128105e+4, 2.5090809287301226727e+3};
  constexpr double bottom[8] = {1.0,
                                4.2313330701600911252e+1,
                                6.8718700749205790830e+2,
                                5.3941960214247511077e+3,
                                2.1213794301586595867e+4,
                                3.9307895800092710610e+4,
                                2.8729085735721942674e+4,
                                5.2264952788528545610e+3};
  return ratio_of_polynomials(top, bottom, x);
}

/// For sqrt(-log tail) = r <= 5, in r - 1.6.
STARLING_HD inline double normal_quantile_middle(double x) {
  constexpr double top[8] = {1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
                             3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
                             2.27238449892691845833e-2, 7.74545014278341407640e-4};
  constexpr double bottom[8] = {1.0,
                                2.05319162663775882187e0,
                                1.67638483018380384940e0,
                                6.89767334985100004550e-1,
                                1.48103976427480074590e-1,
                                1.51986665636164571966e-2,
                                5.47593808499534494600e-4,
                                1.05075007164441684324e-9};
  return ratio_of_polynomials(top, bottom, x);
}

/// For the rest of both tails, in r - 5.
STARLING_HD inline double normal_quantile_tail(double x) {
  constexpr double top[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
                             2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                             2.71155556874348757815e-5, 2.01033439929228813265e-7};
  constexpr double bottom[8] = {1.0,
                                5.99832206555887937690e-1,
                                1.36929880922735805310e-1,
                                1.48753612908506148525e-2,
                                7.86869131145613259100e-4,
                                1.84631831751005468180e-5,
                                1.42151175831644588870e-7,
                                2.04426310338993978564e-15};
  return ratio_of_polynomials(top, bottom, x);
}

}  // namespace detail

/// Inverse of the standard normal distribution function for 0 < p < 1, relative error about 1e-16
/// (Wichura 1988, Algorithm AS 241, PPND16).
STARLING_HD inline double normal_quantile(double p) {
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) return q * detail::normal_quantile_centre(0.180625 - q * q);
  const double tail = q < 0.0 ? p : 1.0 - p;
  const double r = std::sqrt(-std::log(tail));
  const double x = r <= 5.0 ? detail::normal_quantile_middle(r - 1.6) : detail::normal_quantile_tail(r - 5.0);
  return q < 0.0 ? -x : x;
}

}  // namespace starling
