#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include <starling/core/random.hpp>

namespace starling::test {

/// Values between low and high, the same for the same stream.
inline std::vector<double> spread(std::int64_t n, std::uint64_t stream, double low = -2.0,
                                  double high = 2.0) {
  std::vector<double> values;
  for (std::int64_t i = 0; i < n; ++i) {
    const std::uint32_t word = random_word(stream, static_cast<std::uint32_t>(i), 0, 0, Draw::test);
    values.push_back(low + (high - low) * uniform_double(word));
  }
  return values;
}

template <class Real>
std::vector<Real> as(const std::vector<double>& values) {
  return std::vector<Real>(values.begin(), values.end());
}

/// Largest difference, relative to the larger of 1 and the expected value; infinite for NaN or sizes that
/// differ.
template <class Real>
double worst_difference(const std::vector<Real>& actual, const std::vector<double>& expected) {
  if (actual.size() != expected.size()) return HUGE_VAL;
  double worst = 0.0;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    const double error =
        std::abs(static_cast<double>(actual[i]) - expected[i]) / std::max(1.0, std::abs(expected[i]));
    if (!(error <= worst)) worst = std::isnan(error) ? HUGE_VAL : error;
  }
  return worst;
}

inline constexpr std::int64_t kSizes[] = {0, 1, 31, 32, 33, 257};

/// Tolerance of an element-wise result, a few units in the last place.
template <class Real>
inline constexpr double kTolerance = sizeof(Real) == 4 ? 4e-6 : 4e-14;

}  // namespace starling::test
