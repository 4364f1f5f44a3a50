#pragma once

namespace starling {

/// log probability of a count with its derivatives.
struct CountProbability {
  double value;
  double by_mean;            // derivative by the mean
  double by_log_dispersion;  // derivative by log k; 0 for the Poisson distribution
};

/// Poisson distribution of mean mu > 0: y log mu - mu - log y!
CountProbability poisson_probability(double count, double mean);

/// Negative binomial distribution of mean mu > 0 and dispersion k > 0, whose variance is mu + mu^2 / k:
///   log Gamma(y + k) - log Gamma(k) - log y! + k log(k / (k + mu)) + y log(mu / (k + mu))
/// For k >= 32 in a form in which nothing of the size of k cancels, so that k = 1e12 is the Poisson
/// distribution to rounding (Stirling's series, DLMF 5.11.1 and 5.11.2).
CountProbability negative_binomial_probability(double count, double mean, double dispersion);

}  // namespace starling
