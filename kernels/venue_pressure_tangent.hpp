#pragma once

#include <cstdint>

#include <starling/core/kernel.hpp>
#include <starling/kernels/venue_pressure.hpp>

namespace starling {

/// Derivative of the pressure of each cell of one venue type (kernels/venue_pressure.hpp) along several
/// directions at once:
///   C_tangent[v] = rate contact[v] (sum of T_tangent over the members of v) + C[v] log_rate_tangent
/// Members are summed in float along the same tree as the pressure. Without a rate (a null pointer) the bare
/// sums are left, for kernels/class_mixing_tangent.hpp.
struct VenuePressureTangentArgs {
  VenueView<float> venues;
  int lanes;
  int columns;                        // whole tiles (kernels/tangent_columns.hpp)
  const float* transmission_tangent;  // [agents][columns]
  const float* rate_per_day;          // [lanes], or null
  const float* log_rate_tangent;      // [columns]; read with a rate only, as the pressure
  const float* pressure;              // [cells][lanes]
  float* partial;                     // [partials][columns]
  float* pressure_tangent;            // [cells][columns], out
};

namespace cpu {
void venue_pressure_tangent(const Exec& exec, const VenuePressureTangentArgs& args);
}  // namespace cpu
namespace cuda {
void venue_pressure_tangent(const Exec& exec, const VenuePressureTangentArgs& args);
}  // namespace cuda

namespace kernels {

/// Counted per segment, as venue_pressure: one row of members read, one of the cell written.
inline constexpr Kernel<VenuePressureTangentArgs> venue_pressure_tangent{
    "venue_pressure_tangent", &cpu::venue_pressure_tangent,
    STARLING_CUDA_KERNEL(cuda::venue_pressure_tangent), [](const VenuePressureTangentArgs& args) {
      return args.venues.segment_count * (static_cast<std::int64_t>(sizeof(VenueSegment)) +
                                          std::int64_t{8} * args.columns + std::int64_t{4} * args.lanes);
    }};

}  // namespace kernels

}  // namespace starling
