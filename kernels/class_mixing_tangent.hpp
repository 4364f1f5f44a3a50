#pragma once

#include <cstdint>

#include <starling/core/kernel.hpp>

namespace starling {

/// Derivative of the pressure of venues whose classes mix (kernels/class_mixing.hpp) along several directions
/// at once:
///   attending_tangent[n][v] = rate[n] contact[n][v] sum over g of emission[n][g] B_tangent[v][g]
///                             + attending[n][v] log_rate_tangent[n]
///   P_tangent[v][g] = sum over n of reception[n][g] attending_tangent[n][v]
/// P_tangent overwrites B_tangent.
struct ClassMixingTangentArgs {
  std::int64_t venues;
  int classes;
  int networks;
  int lanes;
  int columns;                    // whole tiles (kernels/tangent_columns.hpp)
  const float* emission;          // [networks][classes]
  const float* reception;         // [networks][classes]
  const float* contact;           // [networks][venues]
  const float* rate_per_day;      // row n of [networks][lanes] is rate_row[n]
  const float* log_rate_tangent;  // row n of [networks][columns] is rate_row[n]
  const std::int32_t* rate_row;   // [networks]
  const float* attending;         // [networks][venues][lanes]
  float* cells_tangent;           // [venues][classes][columns]: B_tangent on entry, P_tangent on return
  float* attending_tangent;       // [networks][venues][columns], out
};

namespace cpu {
void class_mixing_tangent(const Exec& exec, const ClassMixingTangentArgs& args);
}  // namespace cpu
namespace cuda {
void class_mixing_tangent(const Exec& exec, const ClassMixingTangentArgs& args);
}  // namespace cuda

namespace kernels {

/// Cells read and written, attending_tangent written, `attending` read.
inline constexpr Kernel<ClassMixingTangentArgs> class_mixing_tangent{
    "class_mixing_tangent", &cpu::class_mixing_tangent, STARLING_CUDA_KERNEL(cuda::class_mixing_tangent),
    [](const ClassMixingTangentArgs& args) {
      return args.venues *
             ((2 * args.classes + args.networks) * std::int64_t{args.columns} +
              std::int64_t{args.networks} * args.lanes) *
             4;
    }};

}  // namespace kernels

}  // namespace starling
