#include <cmath>

#include <starling/inference/count_probability.hpp>
#include <starling/kernels/gamma_slope_math.hpp>

namespace starling {

namespace {

// From here on four terms of Stirling's series leave less than 1e-16.
constexpr double kStirlingFrom = 32.0;

/// log Gamma(x) - (x - 1/2) log x + x - log(2 pi) / 2
double stirling_remainder(double x) {
  const double square = 1.0 / (x * x);
  return (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680))) / x;
}

/// digamma(x) - log x + 1 / (2 x)
double digamma_remainder(double x) {
  const double square = 1.0 / (x * x);
  return -square * (1.0 / 12 - square * (1.0 / 120 - square * (1.0 / 252 - square / 240)));
}

/// log Gamma(y + k) - log Gamma(k) - y log k
double log_rising_factorial(double y, double k) {
  if (k < kStirlingFrom) return std::lgamma(y + k) - std::lgamma(k) - y * std::log(k);
  return (k + y - 0.5) * std::log1p(y / k) - y + stirling_remainder(k + y) - stirling_remainder(k);
}

/// digamma(y + k) - digamma(k)
double digamma_difference(double y, double k) {
  if (k < kStirlingFrom) return digamma(y + k) - digamma(k);
  return std::log1p(y / k) + 0.5 * y / (k * (k + y)) + digamma_remainder(k + y) - digamma_remainder(k);
}

}  // namespace

CountProbability poisson_probability(double count, double mean) {
  return {count * std::log(mean) - mean - std::lgamma(count + 1.0), count / mean - 1.0, 0.0};
}

CountProbability negative_binomial_probability(double count, double mean, double dispersion) {
  const double k = dispersion;
  const double log_ratio = std::log1p(mean / k);  // log((k + mu) / k)
  const double value = log_rising_factorial(count, k) - std::lgamma(count + 1.0) - k * log_ratio +
                       count * (std::log(mean) - log_ratio);
  const double by_mean = (count - mean) / (mean * (1.0 + mean / k));
  const double by_log_dispersion =
      k * (digamma_difference(count, k) - log_ratio) + (mean - count) / (1.0 + mean / k);
  return {value, by_mean, by_log_dispersion};
}

}  // namespace starling
