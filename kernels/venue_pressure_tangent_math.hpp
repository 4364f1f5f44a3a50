#pragma once

#include <starling/kernels/tangent_columns.hpp>
#include <starling/kernels/venue_pressure_math.hpp>
#include <starling/kernels/venue_pressure_tangent.hpp>

namespace starling {

/// What finished sums of tangents over the members of a cell become.
struct PressureTangentResult {
  VenuePressureTangentArgs args;

  template <int width>
  STARLING_HD void operator()(std::int32_t venue, int first, const float (&sum)[width]) const {
    float tangent[width];
    for (int c = 0; c < width; ++c) tangent[c] = sum[c];
    if (args.rate_per_day != nullptr) {
      const float contact = args.venues.contact[venue];
      const float* pressure = args.pressure + std::int64_t{venue} * args.lanes;
      for (int c = 0; c < width; ++c) {
        const int lane = lane_of_column(first + c, args.lanes);
        tangent[c] =
            args.rate_per_day[lane] * (contact * sum[c]) + pressure[lane] * args.log_rate_tangent[first + c];
      }
    }
    float* row = args.pressure_tangent + std::int64_t{venue} * args.columns + first;
    for (int c = 0; c < width; ++c) row[c] = tangent[c];
  }
};

}  // namespace starling
