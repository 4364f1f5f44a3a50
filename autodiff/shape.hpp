#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace starling {

/// Extents of an array, at most four, the last the fastest in memory. Rank 0 is a scalar.
class Shape {
 public:
  static constexpr int kMaxRank = 4;

  Shape() = default;
  /// Throws InputError for more than four extents or a negative one.
  Shape(std::initializer_list<std::int64_t> extents);

  [[nodiscard]] int rank() const { return rank_; }
  /// 0 <= axis < rank(), or InputError.
  [[nodiscard]] std::int64_t extent(int axis) const;
  [[nodiscard]] std::int64_t last() const { return extent(rank_ - 1); }
  /// Product of the extents; 1 for a scalar.
  [[nodiscard]] std::int64_t size() const;
  /// Product of the extents in [first, end).
  [[nodiscard]] std::int64_t size_between(int first, int end) const;
  [[nodiscard]] Shape without(int axis) const;
  [[nodiscard]] Shape with(int axis, std::int64_t extent) const;
  bool operator==(const Shape&) const = default;

 private:
  int rank_ = 0;
  std::array<std::int64_t, kMaxRank> extents_{};  // 0 beyond the rank
};

/// "[3][4]", or "scalar".
std::string to_string(const Shape& shape);

/// The shape of an element-wise result: axes are aligned at the last, an extent of 1 (or a missing axis)
/// repeats. Throws InputError naming both shapes where extents disagree.
Shape broadcast(std::string_view place, const Shape& a, const Shape& b);

/// Throws InputError "place: argument has shape [2][3], expected [2][4]".
void check_shape(std::string_view place, std::string_view argument, const Shape& shape,
                 const Shape& expected);
/// Throws InputError "place: argument has shape [2], expected rank 2: [rows][columns]".
void check_rank(std::string_view place, std::string_view argument, const Shape& shape, int rank,
                std::string_view expected);

}  // namespace starling
