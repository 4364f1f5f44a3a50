#pragma once

#include <cstdint>

#include <starling/core/random.hpp>

namespace starling {

/// A count as a likelihood would observe it, a function of (stream, index): the same on any machine to the
/// rounding of its logarithms. A mean of 0 gives 0. Throws InputError for a mean that is negative or not
/// finite and for a dispersion that is not positive.

/// Poisson distribution: by inversion outwards from its mode, about sqrt(mean) terms.
double poisson_draw(double mean, const RandomStream& stream, std::uint32_t index);

/// Negative binomial distribution of variance mean + mean^2 / dispersion: a Poisson draw whose mean is a
/// gamma draw.
double negative_binomial_draw(double mean, double dispersion, const RandomStream& stream,
                              std::uint32_t index);

}  // namespace starling
