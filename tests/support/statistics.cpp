#include "statistics.hpp"

#include <cmath>

namespace starling::test {

namespace {

// Upper tail of the gamma distribution of the given shape: by its series below the mean, else by its
// continued fraction (Abramowitz and Stegun 6.5.29 and 6.5.31).
double gamma_tail(double shape, double x) {
  if (x <= 0.0) return 1.0;
  const double front = std::exp(shape * std::log(x) - x - std::lgamma(shape));
  if (x < shape + 1.0) {
    double term = 1.0 / shape;
    double sum = term;
    for (double k = shape + 1.0; term > 1e-17 * sum; k += 1.0) {
      term *= x / k;
      sum += term;
    }
    return 1.0 - front * sum;
  }
  double fraction = 0.0;
  for (int k = 500; k >= 1; --k) fraction = k * (k - shape) / (x + 2.0 * k + 1.0 - shape - fraction);
  return front / (x + 1.0 - shape - fraction);
}

}  // namespace

double Estimate::standard_errors_from(double value) const {
  return std::abs(value - mean) / error;
}

Estimate estimate(std::span<const double> results) {
  const auto n = static_cast<double>(results.size());
  double mean = 0.0;
  for (const double x : results) mean += x / n;
  double squares = 0.0;
  for (const double x : results) squares += (x - mean) * (x - mean);
  return {mean, std::sqrt(squares / (n * (n - 1.0)))};
}

void ChiSquare::add(std::span<const double> observed, std::span<const double> expected) {
  for (std::size_t i = 0; i < observed.size(); ++i)
    statistic += (observed[i] - expected[i]) * (observed[i] - expected[i]) / expected[i];
  degrees += static_cast<int>(observed.size()) - 1;
}

double ChiSquare::p_value() const {
  return gamma_tail(degrees / 2.0, statistic / 2.0);
}

}  // namespace starling::test
