#pragma once

#include <cstdint>

#include <starling/core/exec.hpp>
#include <starling/core/lanes.hpp>

namespace starling {

/// Calls body(i) for i in [0, n) on the host; iterations are independent.
template <class Body>
void for_each_cpu(const Exec& exec, std::int64_t n, const Body& body) {
#pragma omp parallel for schedule(static) num_threads(exec.threads()) if (n > 64)
  for (std::int64_t i = 0; i < n; ++i) body(i);
}

/// As for_each_cpu where iterations differ in cost.
template <class Body>
void for_each_uneven_cpu(const Exec& exec, std::int64_t n, const Body& body) {
#pragma omp parallel for schedule(dynamic, 256) num_threads(exec.threads()) if (n > 256)
  for (std::int64_t i = 0; i < n; ++i) body(i);
}

/// Arrays lie [row][lane]. The body handles `width` neighbouring lanes of one row, starting at lane `first`:
/// body(row, first, LaneWidth<width>). On the host one call takes all lanes of a row (a loop the compiler
/// vectorises); on the device a thread takes up to four, so that a warp reads whole sectors.
template <class Body>
void for_each_row_cpu(const Exec& exec, std::int64_t rows, int lanes, const Body& body) {
  with_lane_width(lanes, [&](auto width) {
    for_each_uneven_cpu(exec, rows, [&body, width](std::int64_t row) { body(row, 0, width); });
  });
}

}  // namespace starling
