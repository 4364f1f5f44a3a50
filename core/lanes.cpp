#include <starling/core/check.hpp>
#include <starling/core/lanes.hpp>

namespace starling {

int lane_width(int samples) {
  check_in_range("lane_width", "samples", samples, 1, kMaxLanes);
  for (const int width : kLaneWidths) {
    if (samples <= width) return width;
  }
  return kMaxLanes;
}

}  // namespace starling
