#pragma once

#include <starling/abm/pressure_field.hpp>
#include <starling/abm/world.hpp>
#include <starling/core/buffer.hpp>

namespace starling {

/// Derivatives of the pressure of all cells along several directions at once, laid out as
/// kernels/tangent_columns.hpp says. Memory: [cells][columns] in float, and sums of large or mixed venues.
class PressureTangents {
 public:
  /// `columns` must be whole tiles.
  PressureTangents(const World<float>& world, int lanes, int columns);

  /// Of the step whose pressure `field` computed last. transmission_tangent: [agents][columns]; rate_per_day:
  /// [networks][lanes]; log_rate_tangent: [networks][columns].
  void compute(const World<float>& world, const SampledPressureField& field, const Meetings& meetings,
               HomeAndOutside<float> transmission_tangent, const float* rate_per_day,
               const float* log_rate_tangent);

  /// [cells][columns], 0 where nobody meets.
  [[nodiscard]] const float* pressure_tangent() const { return pressure_tangent_.data(); }

 private:
  void mix(const World<float>& world, int block, const SampledPressureField& field, const Meetings& meetings,
           const float* rate_per_day, const float* log_rate_tangent);

  int lanes_;
  int columns_;
  Buffer<float> pressure_tangent_;   // [cells][columns]
  Buffer<float> attending_tangent_;  // [attending rows][columns]
  Buffer<float> partial_;            // [partials][columns]
};

}  // namespace starling
