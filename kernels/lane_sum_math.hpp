#pragma once

#include <starling/core/lanes.hpp>
#include <starling/core/macros.hpp>
#include <starling/kernels/lane_sum.hpp>

namespace starling {

/// Sums rows [chunk * size, min(rows, (chunk + 1) * size)) into result[chunk].
template <class Real>
struct LaneSumBody {
  std::int64_t rows;
  std::int64_t size;
  int lanes;
  const Real* values;  // [rows][lanes]
  double* result;      // [chunks][lanes]

  template <int width>
  STARLING_HD void operator()(std::int64_t chunk, int first, LaneWidth<width>) const {
    const std::int64_t begin = chunk * size;
    const std::int64_t end = begin + size < rows ? begin + size : rows;
    double sum[width] = {};
    for (std::int64_t row = begin; row < end; ++row) {
      for (int l = 0; l < width; ++l) sum[l] += static_cast<double>(values[row * lanes + first + l]);
    }
    for (int l = 0; l < width; ++l) result[chunk * lanes + first + l] = sum[l];
  }
};

template <class Real>
LaneSumBody<Real> lane_sum_chunk_body(const LaneSumArgs<Real>& args) {
  return {args.rows, kLaneSumChunk, args.lanes, args.values, args.partial};
}

template <class Real>
LaneSumBody<double> lane_sum_total_body(const LaneSumArgs<Real>& args) {
  const std::int64_t chunks = lane_sum_chunks(args.rows);
  return {chunks, chunks, args.lanes, args.partial, args.sum};
}

}  // namespace starling
