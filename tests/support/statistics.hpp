#pragma once

#include <span>

namespace starling::test {

/// Mean of independent results and its standard error.
struct Estimate {
  double mean = 0.0;
  double error = 0.0;

  /// Distance of a value from the mean in standard errors.
  [[nodiscard]] double standard_errors_from(double value) const;
};
Estimate estimate(std::span<const double> results);

/// Pearson's statistic of counts against expected counts, and its degrees of freedom when the totals agree.
struct ChiSquare {
  double statistic = 0.0;
  int degrees = 0;

  void add(std::span<const double> observed, std::span<const double> expected);
  /// Probability of a statistic at least as large.
  [[nodiscard]] double p_value() const;
};

}  // namespace starling::test
