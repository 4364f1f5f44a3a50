#pragma once

#include <cstdint>

#include <starling/core/dual.hpp>
#include <starling/core/kernel.hpp>
#include <starling/kernels/gradient_mode.hpp>

namespace starling {

enum class ScanDirection { forward, backward };

/// y[o][r][i] = sum over q <= r (forward) or q >= r (backward) of x[o][q][i], added in AccumulatorOf<Real>:
/// sums of chunks of kScanChunk neighbours, a scan of these sums, then the scan within each chunk. A fixed
/// tree, whatever the number of threads. The adjoint is the same sum in the other direction.
template <class Real>
struct CumulativeSumArgs {
  std::int64_t outer;
  std::int64_t length;
  std::int64_t inner;
  ScanDirection direction;
  const Real* x;                   // [outer][length][inner]
  Real* y;                         // [outer][length][inner]
  GradientMode mode;               // how y is written
  AccumulatorOf<Real>* workspace;  // [cumulative_sum_workspace(outer, length, inner)]
};

inline constexpr std::int64_t kScanChunk = 256;

/// Elements of workspace: the sums of the chunks of every level, 0 for up to kScanChunk terms.
std::int64_t cumulative_sum_workspace(std::int64_t outer, std::int64_t length, std::int64_t inner);

namespace cpu {
template <class Real>
void cumulative_sum(const Exec& exec, const CumulativeSumArgs<Real>& args);
}  // namespace cpu

namespace cuda {
template <class Real>
void cumulative_sum(const Exec& exec, const CumulativeSumArgs<Real>& args);
}  // namespace cuda

namespace kernels {

/// Bytes: x twice where there is more than one chunk.
template <class Real>
inline constexpr Kernel<CumulativeSumArgs<Real>> cumulative_sum{
    "cumulative_sum", &cpu::cumulative_sum<Real>, STARLING_CUDA_KERNEL(cuda::cumulative_sum<Real>),
    [](const CumulativeSumArgs<Real>& args) {
      const std::int64_t reads = args.length > kScanChunk ? 2 : 1;
      const std::int64_t writes = args.mode == GradientMode::accumulate ? 2 : 1;
      return (reads + writes) * args.outer * args.length * args.inner *
             static_cast<std::int64_t>(sizeof(Real));
    }};

}  // namespace kernels

}  // namespace starling
