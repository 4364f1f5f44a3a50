#pragma once

#include <cstdint>
#include <vector>

#include <starling/inference/noisy_function.hpp>
#include <starling/inference/pilot.hpp>
#include <starling/inference/prior.hpp>

namespace starling {

struct GradientFreeSettings {
  int rounds = 6;            // that move the region, with a quadratic
  int draws = 1024;          // of such a round
  int last_draws = 16384;    // of the last round, with a polynomial of `degree`
  int degree = 4;            // 2 to 4
  double widening = 1.5;     // standard deviations of the draws over those of the posterior
  int quadrature = 1 << 18;  // points the moments are integrated over
};

/// Moments of a posterior in the natural coordinate, and what they rest on.
struct GradientFreePosterior {
  std::vector<double> mean;  // [dimensions]
  std::vector<double> sd;    // [dimensions]
  /// Of the logarithm of the density, so that losses count over the weight; where the last two are not
  /// small against 1, the moments are not to be trusted.
  double noise_sd = 0.0;       // of single losses about the polynomial
  double noise_error = 0.0;    // that it leaves in the polynomial, root mean square over the draws
  double lack_of_fit = 0.0;    // root mean square by which the polynomial and the one of a degree less differ
  double effective_draws = 0;  // of the quadrature
};

/// The generalised posterior, proportional to prior * exp(-E[loss] / weight), without any derivative: a
/// polynomial in the unconstrained coordinate is fitted by least squares to losses of single draws, each with
/// noise of its own, around where the posterior lies, and its moments are integrated by importance sampling
/// within three standard deviations of the draws. Whatever else finds this posterior can be held against it.
///
/// `start` is a region (unconstrained) that overlaps the posterior; rounds of draws move it there. Throws
/// InputError for settings out of range, NonFiniteError for losses that are not finite in the last round.
GradientFreePosterior gradient_free_posterior(const Prior& prior, const NoisyFunction& loss, double weight,
                                              const SearchRegion& start, const GradientFreeSettings& settings,
                                              std::uint64_t seed);

}  // namespace starling
