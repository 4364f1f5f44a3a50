#pragma once

#include <cstdint>

#include <starling/core/csr.hpp>
#include <starling/core/kernel.hpp>
#include <starling/kernels/agent_state.hpp>

namespace starling {

/// Derivative of one sampled step (kernels/infection.hpp) along several directions at once, the transpose of
/// its adjoint. Susceptibility and infection change together, S_tangent = -X_tangent, so that X_tangent alone
/// is kept:
///   y_tangent = home_slope (sum of C_tangent over the agent's homes) + outside_slope (sum over its other
///               venues) - depletion_slope X_tangent
///   X_tangent += y_tangent,   t_tangent = (1 - y) t_tangent + y_tangent (now - t)
/// The slopes are what the adjoint of the step leaves in raw_adj, raw_adj_outside and S_adj for case_adj = 1
/// and a state without adjoint: v S slope, kept times that, and raw slope.
///
/// Of the first infections (kernels/seeding.hpp): X_tangent = slope fraction_tangent, t_tangent = 0, with the
/// slope that the adjoint of the seeding leaves in y_adj for case_adj = 1.

struct InfectionTangentArgs {
  std::int64_t agents;
  int lanes;
  int columns;                    // whole tiles (kernels/tangent_columns.hpp)
  CsrView memberships;            // agent -> cells
  std::int64_t home_cells;        // cells below this one are homes; read with an outside_slope only
  const float* pressure_tangent;  // [cells][columns]
  const float* home_slope;        // [agents][lanes], of all cells without an outside_slope
  const float* outside_slope;     // [agents][lanes], or null where nobody keeps away
  const float* depletion_slope;   // [agents][lanes]
  EventState state;               // before the step
  float now_days;
  float* infected_tangent;        // [agents][columns], in and out
  float* infection_time_tangent;  // [agents][columns], in and out
  float* case_tangent;            // [agents][columns] y_tangent, out
};

struct SeedingTangentArgs {
  std::int64_t agents;
  int lanes;
  int columns;
  const float* slope;             // [agents][lanes]
  const float* fraction_tangent;  // [columns]
  float* infected_tangent;        // [agents][columns], out
  float* infection_time_tangent;  // [agents][columns], out
};

namespace cpu {
void infection_tangent(const Exec& exec, const InfectionTangentArgs& args);
void seeding_tangent(const Exec& exec, const SeedingTangentArgs& args);
}  // namespace cpu
namespace cuda {
void infection_tangent(const Exec& exec, const InfectionTangentArgs& args);
void seeding_tangent(const Exec& exec, const SeedingTangentArgs& args);
}  // namespace cuda

namespace kernels {

/// Two tangents read and written, one written, two rows of cells gathered (from cache); the slopes and
/// infection steps read once.
inline constexpr Kernel<InfectionTangentArgs> infection_tangent{
    "infection_tangent", &cpu::infection_tangent, STARLING_CUDA_KERNEL(cuda::infection_tangent),
    [](const InfectionTangentArgs& args) {
      return args.agents * (args.columns * 28 + args.lanes * 10 + 16);
    }};

/// Two tangents written, the slope read.
inline constexpr Kernel<SeedingTangentArgs> seeding_tangent{
    "seeding_tangent", &cpu::seeding_tangent, STARLING_CUDA_KERNEL(cuda::seeding_tangent),
    [](const SeedingTangentArgs& args) { return args.agents * (args.columns * 8 + args.lanes * 4); }};

}  // namespace kernels

}  // namespace starling
