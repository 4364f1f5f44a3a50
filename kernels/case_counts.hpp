#pragma once

#include <cstdint>

#include <starling/core/kernel.hpp>

namespace starling {

/// Infections of a sampled run by step and age bin, from the events alone:
///   counts[step][bin][lane] += number of agents of the bin whose infection step is `step`.
/// Integer sums: exact and order-free. Its adjoint is a gather of case_adj[bin][lane], done where it is read.

struct CaseCountsArgs {
  std::int64_t agents;
  int lanes;
  int steps;  // infection steps lie in [0, steps] or are kNeverInfected
  int age_bins;
  const std::int16_t* infection_step;  // [agents][lanes]
  const std::uint8_t* age_bin;         // [agents]
  std::int64_t* counts;                // [steps + 1][age_bins][lanes], added to
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
