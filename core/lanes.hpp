#pragma once

#include <type_traits>

#include <starling/core/error.hpp>

namespace starling {

/// A compile-time number of lanes (samples side by side in memory).
template <int width>
using LaneWidth = std::integral_constant<int, width>;

/// Numbers of lanes that have compiled loops: a run with S samples takes the next larger one.
inline constexpr int kLaneWidths[] = {1, 4, 8, 16, 32};
inline constexpr int kMaxLanes = 32;

/// The smallest compiled width of at least `samples`; throws InputError outside 1 … kMaxLanes.
int lane_width(int samples);

/// Calls visit(LaneWidth<lanes>{}) for a compiled width.
template <class Visit>
void with_lane_width(int lanes, const Visit& visit) {
  switch (lanes) {
    case 1:
      return visit(LaneWidth<1>{});
    case 4:
      return visit(LaneWidth<4>{});
    case 8:
      return visit(LaneWidth<8>{});
    case 16:
      return visit(LaneWidth<16>{});
    case 32:
      return visit(LaneWidth<32>{});
    default:
      throw InputError("with_lane_width: lanes must be 1, 4, 8, 16 or 32; use lane_width()");
  }
}

}  // namespace starling
