#pragma once

#include <cstdint>

#include <starling/core/kernel.hpp>
#include <starling/kernels/counted_groups.hpp>

namespace starling {

/// Infections of a sampled run by step and group, from the events alone:
///   counts[step - first_step][group][lane] += number of agents counted in the group whose infection step is
///   `step`.
/// Integer sums: exact and order-free. Its adjoint is a gather of case_adj[group][lane], done where it is
/// read.

struct CaseCountsArgs {
  std::int64_t agents;
  int lanes;
  int first_step;  // infections outside [first_step, last_step] are not counted
  int last_step;
  int groups;                          // of all vaccination statuses
  const std::int16_t* infection_step;  // [agents][lanes]
  CountedGroups counted;
  std::int64_t* counts;  // [last_step - first_step + 1][groups][lanes], added to
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
    [](const CaseCountsArgs& args) {
      const int vaccination = args.counted.vaccination_step != nullptr ? 3 : 0;
      return args.agents * (args.lanes * 2 + 1 + vaccination);
    }};

}  // namespace kernels

}  // namespace starling
