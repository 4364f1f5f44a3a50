#pragma once

#include <cstdint>

#include <starling/core/kernel.hpp>
#include <starling/kernels/agent_state.hpp>

namespace starling {

/// Turns the outcome of given draws of a step into its opposite, after the step has drawn them: who was
/// infected at the step escapes, who escaped is infected. Whoever was infected before has no draw to turn and
/// stays as it is. No agent and lane may stand in the list twice.
struct InfectionFlip {
  std::int64_t agent;
  std::int32_t lane;
};

struct InfectionFlipsArgs {
  std::int64_t flips;
  int lanes;
  int step;
  const InfectionFlip* flip;     // [flips]
  std::int16_t* infection_step;  // [agents][lanes], in and out
};

namespace cpu {
void infection_flips(const Exec& exec, const InfectionFlipsArgs& args);
}  // namespace cpu
namespace cuda {
void infection_flips(const Exec& exec, const InfectionFlipsArgs& args);
}  // namespace cuda

namespace kernels {

/// The list read, an infection step read and written.
inline constexpr Kernel<InfectionFlipsArgs> infection_flips{
    "infection_flips", &cpu::infection_flips, STARLING_CUDA_KERNEL(cuda::infection_flips),
    [](const InfectionFlipsArgs& args) {
      return args.flips * (static_cast<std::int64_t>(sizeof(InfectionFlip)) + 4);
    }};

}  // namespace kernels

}  // namespace starling
