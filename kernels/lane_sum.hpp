#pragma once

#include <cstdint>

#include <starling/core/kernel.hpp>

namespace starling {

/// sum[l] = sum over rows of values[row][l], in double along one fixed tree: rows of a chunk one after
/// another, then the chunks one after another. The same number for any number of threads and on every
/// backend. The adjoint of a sum is a broadcast, which its consumers read directly.

inline constexpr std::int64_t kLaneSumChunk = 1024;

constexpr std::int64_t lane_sum_chunks(std::int64_t rows) {
  return (rows + kLaneSumChunk - 1) / kLaneSumChunk;
}

template <class Real>
struct LaneSumArgs {
  std::int64_t rows;
  int lanes;
  const Real* values;  // [rows][lanes]
  double* partial;     // [lane_sum_chunks(rows)][lanes]
  double* sum;         // [lanes], out
};

namespace cpu {
template <class Real>
void lane_sum(const Exec& exec, const LaneSumArgs<Real>& args);
}  // namespace cpu
namespace cuda {
template <class Real>
void lane_sum(const Exec& exec, const LaneSumArgs<Real>& args);
}  // namespace cuda

namespace kernels {

template <class Real>
inline constexpr Kernel<LaneSumArgs<Real>> lane_sum{
    "lane_sum", &cpu::lane_sum<Real>, STARLING_CUDA_KERNEL(cuda::lane_sum<Real>),
    [](const LaneSumArgs<Real>& args) {
      return args.rows * args.lanes * static_cast<std::int64_t>(sizeof(Real));
    }};

}  // namespace kernels

}  // namespace starling
