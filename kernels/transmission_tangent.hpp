#pragma once

#include <cstdint>

#include <starling/core/kernel.hpp>
#include <starling/kernels/transmission.hpp>

namespace starling {

/// Derivative of how infectious each agent is (kernels/transmission.hpp) along several directions at once,
/// given those of its state:
///   by_infected = g(d),   by_time = -infected g(d) ((a - 1) / d - r)
///   T_tangent = by_infected infected_tangent + by_time infection_time_tangent
/// at home, and kept T_tangent elsewhere, for those who keep away. The slopes are those of a lane and are
/// computed once for all of its columns (kernels/tangent_columns.hpp).

struct TransmissionSlopesArgs {
  std::int64_t agents;
  int lanes;
  EventState state;
  ProfileView<float> profile;
  float now_days;
  IsolationView<float> isolation;
  OnsetView onset;
  float* by_infected;   // [agents][lanes], out
  float* by_time;       // [agents][lanes], out
  float* kept_outside;  // [agents][lanes], out; null where nobody keeps away
};

struct TransmissionTangentArgs {
  std::int64_t agents;
  int lanes;
  int columns;                          // whole tiles
  const float* by_infected;             // [agents][lanes]
  const float* by_time;                 // [agents][lanes]
  const float* kept_outside;            // [agents][lanes], or null
  const float* infected_tangent;        // [agents][columns]
  const float* infection_time_tangent;  // [agents][columns]
  float* transmission_tangent;          // [agents][columns], out
  float* transmission_outside_tangent;  // [agents][columns], out; null where nobody keeps away
};

namespace cpu {
void transmission_slopes(const Exec& exec, const TransmissionSlopesArgs& args);
void transmission_tangent(const Exec& exec, const TransmissionTangentArgs& args);
}  // namespace cpu
namespace cuda {
void transmission_slopes(const Exec& exec, const TransmissionSlopesArgs& args);
void transmission_tangent(const Exec& exec, const TransmissionTangentArgs& args);
}  // namespace cuda

namespace kernels {

/// Infection steps read, two slopes written, 16 bytes of profile an agent.
inline constexpr Kernel<TransmissionSlopesArgs> transmission_slopes{
    "transmission_slopes", &cpu::transmission_slopes, STARLING_CUDA_KERNEL(cuda::transmission_slopes),
    [](const TransmissionSlopesArgs& args) { return args.agents * (args.lanes * 10 + 16); }};

/// Two tangents read and one written, or two where some keep away; the slopes read once.
inline constexpr Kernel<TransmissionTangentArgs> transmission_tangent{
    "transmission_tangent", &cpu::transmission_tangent, STARLING_CUDA_KERNEL(cuda::transmission_tangent),
    [](const TransmissionTangentArgs& args) {
      const std::int64_t apart = args.transmission_outside_tangent != nullptr ? 1 : 0;
      return args.agents * (args.columns * (12 + 4 * apart) + args.lanes * (8 + 4 * apart));
    }};

}  // namespace kernels

}  // namespace starling
