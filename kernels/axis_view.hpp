#pragma once

#include <cstdint>

namespace starling {

/// An array seen along one of its axes: [outer][reduced][inner].
struct AxisView {
  std::int64_t outer;
  std::int64_t reduced;
  std::int64_t inner;
};

}  // namespace starling
