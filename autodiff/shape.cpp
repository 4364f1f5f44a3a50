#include <algorithm>

#include <fmt/format.h>

#include <starling/autodiff/shape.hpp>
#include <starling/core/check.hpp>
#include <starling/core/error.hpp>

namespace starling {

Shape::Shape(std::initializer_list<std::int64_t> extents) {
  if (extents.size() > kMaxRank)
    throw InputError(fmt::format("Shape: rank = {}, expected at most {}", extents.size(), kMaxRank));
  for (const std::int64_t extent : extents) {
    check_non_negative("Shape", "extent", static_cast<double>(extent));
    extents_[static_cast<std::size_t>(rank_++)] = extent;
  }
}

std::int64_t Shape::extent(int axis) const {
  check_index("Shape::extent", "axis", axis, rank_);
  return extents_[static_cast<std::size_t>(axis)];
}

std::int64_t Shape::size() const {
  return size_between(0, rank_);
}

std::int64_t Shape::size_between(int first, int end) const {
  std::int64_t size = 1;
  for (int axis = first; axis < end; ++axis) size *= extents_[static_cast<std::size_t>(axis)];
  return size;
}

Shape Shape::without(int axis) const {
  check_index("Shape::without", "axis", axis, rank_);
  Shape result;
  for (int i = 0; i < rank_; ++i)
    if (i != axis)
      result.extents_[static_cast<std::size_t>(result.rank_++)] = extents_[static_cast<std::size_t>(i)];
  return result;
}

Shape Shape::with(int axis, std::int64_t extent) const {
  check_index("Shape::with", "axis", axis, rank_);
  Shape result = *this;
  result.extents_[static_cast<std::size_t>(axis)] = extent;
  return result;
}

std::string to_string(const Shape& shape) {
  if (shape.rank() == 0) return "scalar";
  std::string text;
  for (int axis = 0; axis < shape.rank(); ++axis) text += fmt::format("[{}]", shape.extent(axis));
  return text;
}

Shape broadcast(std::string_view place, const Shape& a, const Shape& b) {
  Shape result = a.rank() >= b.rank() ? a : b;
  for (int back = 1; back <= std::min(a.rank(), b.rank()); ++back) {
    const std::int64_t of_a = a.extent(a.rank() - back);
    const std::int64_t of_b = b.extent(b.rank() - back);
    if (of_a != of_b && of_a != 1 && of_b != 1)
      throw InputError(
          fmt::format("{}: shapes {} and {} do not fit: from the last axis, extents must be equal or 1",
                      place, to_string(a), to_string(b)));
    result = result.with(result.rank() - back, of_a == 1 ? of_b : of_a);
  }
  return result;
}

void check_shape(std::string_view place, std::string_view argument, const Shape& shape,
                 const Shape& expected) {
  if (shape != expected)
    throw InputError(fmt::format("{}: {} has shape {}, expected {}", place, argument, to_string(shape),
                                 to_string(expected)));
}

void check_rank(std::string_view place, std::string_view argument, const Shape& shape, int rank,
                std::string_view expected) {
  if (shape.rank() != rank)
    throw InputError(fmt::format("{}: {} has shape {}, expected rank {}: {}", place, argument,
                                 to_string(shape), rank, expected));
}

}  // namespace starling
