#pragma once

#include <cstdint>

#include <starling/core/kernel.hpp>

namespace starling {

/// Infections of a sampled run by step and group, from the events alone:
///   counts[step - first_step][group][lane] += number of agents of the group whose infection step is `step`.
/// Integer sums: exact and order-free. Its adjoint is a gather of case_adj[group][lane], done where it is
/// read.

struct CaseCountsArgs {
  std::int64_t agents;
  int lanes;
  int first_step;  // infections outside [first_step, last_step] are not counted
  int last_step;
  int groups;
  const std::int16_t* infection_step;  // [agents][lanes]
  const std::uint16_t* group;          // [agents]
  std::int64_t* counts;                // [last_step - first_step + 1][groups][lanes], added to
};

namespace cpu {
void case_counts(const Exec& exec, const CaseCountsArgs& args);
}  // namespace cpu
namespace cuda {
void case_counts(const Exec& exec, const CaseCountsArgs& args);
}  // namespace cuda

namespace kernels {

inline constexpr Kernel<CaseCountsArgs> case_counts{
    "case_counts", &cpu::case_counts, STARLING_CUDA_KERNEL(cuda::case_counts),
    [](const CaseCountsArgs& args) { return args.agents * (args.lanes * 2 + 1); }};

}  // namespace kernels

}  // namespace starling
