#pragma once

#include <cstdint>

#include <starling/core/kernel.hpp>
#include <starling/kernels/gradient_mode.hpp>

namespace starling {

/// y[e][i] = x[indices[e]][i]. Its adjoint is the sum over the entries of each row: kernels/segment_sum.hpp
/// on the transposed relation.
template <class Real>
struct GatherRowsArgs {
  std::int64_t entries;
  std::int64_t inner;
  const std::int32_t* indices;  // [entries], rows of x
  const Real* x;                // [rows][inner]
  Real* y;                      // [entries][inner]
  GradientMode mode;            // how y is written: a gather is itself the adjoint of a segment sum
};

namespace cpu {
template <class Real>
void gather_rows(const Exec& exec, const GatherRowsArgs<Real>& args);
}  // namespace cpu

namespace cuda {
template <class Real>
void gather_rows(const Exec& exec, const GatherRowsArgs<Real>& args);
}  // namespace cuda

namespace kernels {

/// Bytes: the indices once, y once or twice, and a read of x for every element of y; rows that are read again
/// may come from a cache.
template <class Real>
inline constexpr Kernel<GatherRowsArgs<Real>> gather_rows{
    "gather_rows", &cpu::gather_rows<Real>, STARLING_CUDA_KERNEL(cuda::gather_rows<Real>),
    [](const GatherRowsArgs<Real>& args) {
      const std::int64_t passes = args.mode == GradientMode::accumulate ? 3 : 2;
      return args.entries * (4 + passes * args.inner * static_cast<std::int64_t>(sizeof(Real)));
    }};

}  // namespace kernels

}  // namespace starling
