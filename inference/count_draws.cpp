#include <cmath>

#include <starling/core/check.hpp>
#include <starling/inference/count_draws.hpp>
#include <starling/inference/count_probability.hpp>
#include <starling/kernels/gamma_draws_math.hpp>

namespace starling {

namespace {

// Behind the blocks that a gamma draw may use.
constexpr std::uint32_t kPoissonBlock = 1U << 16;
// Terms below this end the search: the rest of the distribution is smaller than the rounding of its sum.
constexpr double kSmallestTerm = 1e-18;

/// 53 bits.
double fine_uniform(const RandomWords& words) {
  const auto high = static_cast<double>(words.word[0] >> 5);
  const auto low = static_cast<double>(words.word[1] >> 6);
  return (high * 0x1p26 + low + 0.5) * 0x1p-53;
}

}  // namespace

double poisson_draw(double mean, const RandomStream& stream, std::uint32_t index) {
  check_finite("poisson_draw", "mean", mean);
  check_non_negative("poisson_draw", "mean", mean);
  if (mean == 0.0) return 0.0;
  const double mode = std::floor(mean);
  double left = fine_uniform(random_words(stream, index, kPoissonBlock));
  double above = std::exp(poisson_probability(mode, mean).value);
  double below = above;
  left -= above;
  for (double distance = 0.0; left > 0.0; ++distance) {
    // p(y + 1) = p(y) mean / (y + 1) and p(y - 1) = p(y) y / mean; p(-1) = 0.
    below *= (mode - distance) / mean;
    above *= mean / (mode + distance + 1.0);
    if (below > 0.0) {
      left -= below;
      if (left <= 0.0) return mode - distance - 1.0;
    } else {
      below = 0.0;
    }
    left -= above;
    if (left <= 0.0) return mode + distance + 1.0;
    if (above < kSmallestTerm && below < kSmallestTerm) return mode;
  }
  return mode;
}

double negative_binomial_draw(double mean, double dispersion, const RandomStream& stream,
                              std::uint32_t index) {
  check_finite("negative_binomial_draw", "mean", mean);
  check_non_negative("negative_binomial_draw", "mean", mean);
  check_positive("negative_binomial_draw", "dispersion", dispersion);
  if (mean == 0.0) return 0.0;
  // A dispersion beyond the range of the numbers is the Poisson distribution.
  const double factor = std::isinf(dispersion) ? 1.0 : gamma_draw(dispersion, stream, index) / dispersion;
  return poisson_draw(mean * factor, stream, index);
}

}  // namespace starling
