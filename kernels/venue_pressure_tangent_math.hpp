#pragma once

#include <starling/kernels/tangent_columns.hpp>
#include <starling/kernels/venue_pressure_math.hpp>
#include <starling/kernels/venue_pressure_tangent.hpp>

namespace starling {

/// What a finished sum of tangents over the members of a cell becomes.
struct PressureTangentResult {
  VenuePressureTangentArgs args;

  STARLING_HD void operator()(std::int32_t venue, int column, float sum) const {
    float tangent = sum;
    if (args.rate_per_day != nullptr) {
      const int lane = lane_of_column(column, args.lanes);
      tangent = args.rate_per_day[lane] * (args.venues.contact[venue] * sum) +
                args.pressure[std::int64_t{venue} * args.lanes + lane] * args.log_rate_tangent[column];
    }
    args.pressure_tangent[std::int64_t{venue} * args.columns + column] = tangent;
  }
};

}  // namespace starling
