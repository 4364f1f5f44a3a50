#pragma once

#include <string_view>

#include <starling/autodiff/shape.hpp>
#include <starling/core/check.hpp>
#include <starling/kernels/axis_view.hpp>

namespace starling {

/// The axis counted from the front, where -1 is the last one. InputError for an axis the shape does not have.
inline int axis_from_front(std::string_view place, const Shape& shape, int axis) {
  const int counted = axis < 0 ? axis + shape.rank() : axis;
  check_index(place, "axis", counted, shape.rank());
  return counted;
}

/// The array along an axis that is counted from the front.
inline AxisView view_along(const Shape& shape, int axis) {
  return {shape.size_between(0, axis), shape.extent(axis), shape.size_between(axis + 1, shape.rank())};
}

}  // namespace starling
