#pragma once

#include <starling/core/lanes.hpp>
#include <starling/core/macros.hpp>
#include <starling/kernels/class_mixing_tangent.hpp>
#include <starling/kernels/tangent_columns.hpp>

namespace starling {

/// One venue in `width` columns.
struct ClassMixingTangentBody {
  ClassMixingTangentArgs args;

  template <int width>
  STARLING_HD void operator()(std::int64_t venue, int first, LaneWidth<width>) const {
    float* cells = args.cells_tangent + venue * args.classes * args.columns + first;
    float* attending = args.attending_tangent + venue * args.columns + first;
    const std::int64_t network_stride = args.venues * args.columns;
    for (int n = 0; n < args.networks; ++n) {
      float sum[width] = {};
      for (int g = 0; g < args.classes; ++g) {
        const float emission = args.emission[n * args.classes + g];
        const float* row = cells + std::int64_t{g} * args.columns;
        for (int c = 0; c < width; ++c) sum[c] += emission * row[c];
      }
      store_attending(venue, n, first, sum, attending + n * network_stride);
    }
    for (int g = 0; g < args.classes; ++g) {
      float sum[width] = {};
      for (int n = 0; n < args.networks; ++n) {
        const float reception = args.reception[n * args.classes + g];
        for (int c = 0; c < width; ++c) sum[c] += reception * attending[n * network_stride + c];
      }
      for (int c = 0; c < width; ++c) cells[std::int64_t{g} * args.columns + c] = sum[c];
    }
  }

 private:
  template <int width>
  STARLING_HD void store_attending(std::int64_t venue, int n, int first, const float (&sum)[width],
                                   float* tangent) const {
    const float contact = args.contact[n * args.venues + venue];
    const float* rate = args.rate_per_day + std::int64_t{args.rate_row[n]} * args.lanes;
    const float* log_rate_tangent =
        args.log_rate_tangent + std::int64_t{args.rate_row[n]} * args.columns + first;
    const float* attending = args.attending + (n * args.venues + venue) * args.lanes;
    for (int c = 0; c < width; ++c) {
      const int lane = lane_of_column(first + c, args.lanes);
      tangent[c] = rate[lane] * (contact * sum[c]) + attending[lane] * log_rate_tangent[c];
    }
  }
};

}  // namespace starling
