#include <starling/core/launch.cuh>
#include <starling/kernels/venue_pressure_tangent.hpp>
#include <starling/kernels/venue_pressure_tangent_math.hpp>

namespace starling::cuda {

void venue_pressure_tangent(const Exec& exec, const VenuePressureTangentArgs& args) {
  const PressureTangentResult result{args};
  for_each_row_cuda(
      exec, "venue_pressure_tangent", args.venues.segment_count, args.columns,
      segment_sum_body(args.venues, args.columns, args.transmission_tangent, args.partial, result));
  for_each_row_cuda(exec, "venue_pressure_tangent", args.venues.split_count, args.columns,
                    split_venue_body(args.venues, args.columns, args.partial, result));
}

}  // namespace starling::cuda
