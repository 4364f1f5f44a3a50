#pragma once

#include <cstdint>

#include <starling/core/kernel.hpp>
#include <starling/kernels/infection.hpp>

namespace starling {

/// First infections: agent i of a lane is infected at step 0 <=> it is listed, or u < fraction with u from
/// Philox(agent, sample, seeding); all others become kNeverInfected.
///
/// Adjoint: y_adj[i] = slope (case_adj + X_adj - S_adj), whose sum over the agents is the adjoint of the
/// fraction; slope = dy / d(fraction) is the dy/dp of InfectionSlope (y / p for transmission chains), and 1
/// for fractions of 0 and 1.

struct SeedingArgs {
  std::int64_t agents;
  int lanes;
  const float* fraction;  // [lanes]
  InfectionNoise noise;
  std::int16_t* infection_step;          // [agents][lanes], out
  const std::uint8_t* listed = nullptr;  // [agents] 1: infected in every lane; null: nobody is
};

struct SeedingAdjointArgs {
  std::int64_t agents;
  int lanes;
  const float* fraction;  // [lanes]
  SampledSlope slope;
  const std::int16_t* infection_step;  // [agents][lanes]
  CountedGroups counted;
  const float* case_adj;                 // [groups][lanes]
  AgentStateAdjoint<float> adj;          // after seeding
  float* y_adj;                          // [agents][lanes], out
  const std::uint8_t* listed = nullptr;  // as in the forward pass; the fraction does not matter to them
};

namespace cpu {
void seeding(const Exec& exec, const SeedingArgs& args);
void seeding_adjoint(const Exec& exec, const SeedingAdjointArgs& args);
}  // namespace cpu
namespace cuda {
void seeding(const Exec& exec, const SeedingArgs& args);
void seeding_adjoint(const Exec& exec, const SeedingAdjointArgs& args);
}  // namespace cuda

namespace kernels {

inline constexpr Kernel<SeedingArgs> seeding{
    "seeding", &cpu::seeding, STARLING_CUDA_KERNEL(cuda::seeding),
    [](const SeedingArgs& args) { return args.agents * args.lanes * 2; }};

inline constexpr Kernel<SeedingAdjointArgs> seeding_adjoint{
    "seeding_adjoint", &cpu::seeding_adjoint, STARLING_CUDA_KERNEL(cuda::seeding_adjoint),
    [](const SeedingAdjointArgs& args) { return args.agents * (args.lanes * 14 + 1); }};

}  // namespace kernels

}  // namespace starling
