#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace starling {

/// Sobol's low-discrepancy sequence in the unit cube, in the order of the Gray code (Antonov and Saleev
/// 1979): the first 2^m points have exactly one in each of the 2^m equal intervals of every coordinate. A
/// seed adds a random digital shift: the same bits are flipped in every point, coordinate by coordinate,
/// which keeps that and makes each point uniformly distributed.
class SobolSequence {
 public:
  static constexpr int kBits = 32;

  /// Throws InputError unless 1 <= dimensions <= kSobolDimensions.
  explicit SobolSequence(int dimensions, std::optional<std::uint64_t> shift_seed = std::nullopt);

  [[nodiscard]] int dimensions() const { return static_cast<int>(shift_.size()); }
  /// Points first … first + count - 1, strictly inside the cube: the middles of cells of width 2^-32.
  /// [count][dimensions]
  [[nodiscard]] std::vector<double> points(std::uint32_t first, std::uint32_t count) const;

 private:
  std::vector<std::uint32_t> directions_;  // [dimensions][bits]
  std::vector<std::uint32_t> shift_;       // [dimensions]
};

}  // namespace starling
