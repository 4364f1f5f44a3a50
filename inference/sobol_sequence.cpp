#include <algorithm>
#include <bit>
#include <span>

#include <starling/core/check.hpp>
#include <starling/core/random.hpp>
#include <starling/inference/sobol_directions.hpp>
#include <starling/inference/sobol_sequence.hpp>

namespace starling {

namespace {

// Step of the stream Draw::design.
constexpr std::uint32_t kShiftStep = 0;

/// Direction numbers as binary fractions, from m_k = 2 a_1 m_(k-1) ^ … ^ 2^s m_(k-s) ^ m_(k-s) with the
/// coefficients a of the polynomial (Bratley and Fox 1988).
void fill_directions(const SobolDimension& dimension, std::span<std::uint32_t> directions) {
  const auto degree = static_cast<std::size_t>(std::bit_width(dimension.polynomial)) - 1;
  for (std::size_t k = 0; k < directions.size(); ++k) {
    const std::size_t place = directions.size() - 1 - k;
    if (degree == 0) {
      directions[k] = 1U << place;
    } else if (k < degree) {
      directions[k] = dimension.initial[k] << place;
    } else {
      directions[k] = directions[k - degree] ^ (directions[k - degree] >> degree);
      for (std::size_t back = 1; back < degree; ++back) {
        if (((dimension.polynomial >> (degree - back)) & 1U) != 0) directions[k] ^= directions[k - back];
      }
    }
  }
}

}  // namespace

SobolSequence::SobolSequence(int dimensions, std::optional<std::uint64_t> shift_seed) {
  check_in_range("SobolSequence", "dimensions", dimensions, 1, kSobolDimensions);
  const auto count = static_cast<std::size_t>(dimensions);
  directions_.resize(count * kBits);
  shift_.resize(count, 0);
  for (std::size_t d = 0; d < count; ++d) {
    fill_directions(sobol_dimensions()[d], std::span(directions_).subspan(d * kBits, kBits));
    if (shift_seed)
      shift_[d] = random_word(*shift_seed, static_cast<std::uint32_t>(d), kShiftStep, 0, Draw::design);
  }
}

std::vector<double> SobolSequence::points(std::uint32_t first, std::uint32_t count) const {
  std::vector<double> result;
  result.reserve(std::size_t{count} * shift_.size());
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t index = first + i;
    const std::uint32_t gray_code = index ^ (index >> 1);
    for (std::size_t d = 0; d < shift_.size(); ++d) {
      std::uint32_t word = shift_[d];
      for (std::uint32_t bits = gray_code; bits != 0; bits &= bits - 1)
        word ^= directions_[d * kBits + static_cast<std::size_t>(std::countr_zero(bits))];
      result.push_back(uniform_double(word));
    }
  }
  return result;
}

}  // namespace starling
