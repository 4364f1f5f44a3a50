#pragma once

#include <cstdint>

#include <starling/core/dual.hpp>
#include <starling/core/kernel.hpp>
#include <starling/kernels/gradient_mode.hpp>

namespace starling {

/// y = op(a) op(b), where op transposes what is said to lie transposed. The adjoints are products of the same
/// kind: of y = a b, a_adj = y_adj b^T and b_adj = a^T y_adj.
///
/// Sums run in Real over kMatmulDepth terms at a time, and in AccumulatorOf<Real> over these: a fixed order,
/// whatever the number of threads. Where y is small and k large, groups of such chunks are summed by
/// themselves and added at the end, so that a weight gradient over a long batch has enough to share out.
template <class Real>
struct MatmulArgs {
  std::int64_t m;
  std::int64_t k;
  std::int64_t n;
  bool a_transposed;
  bool b_transposed;
  const Real* a;                   // [m][k], or [k][m] transposed
  const Real* b;                   // [k][n], or [n][k] transposed
  Real* y;                         // [m][n]
  GradientMode mode;               // how y is written
  AccumulatorOf<Real>* workspace;  // [matmul_workspace(m, k, n)]
};

inline constexpr std::int64_t kMatmulTile = 32;
inline constexpr std::int64_t kMatmulDepth = 512;
inline constexpr std::int64_t kMatmulTasks = 64;

constexpr std::int64_t matmul_tiles(std::int64_t extent) {
  return (extent + kMatmulTile - 1) / kMatmulTile;
}
constexpr std::int64_t matmul_depth_chunks(std::int64_t k) {
  return (k + kMatmulDepth - 1) / kMatmulDepth;
}
/// Groups of chunks of the depth: as many as make kMatmulTasks tasks with the tiles of y, at least 1.
constexpr std::int64_t matmul_groups(std::int64_t m, std::int64_t k, std::int64_t n) {
  const std::int64_t tiles = matmul_tiles(m) * matmul_tiles(n);
  const std::int64_t chunks = matmul_depth_chunks(k);
  const std::int64_t wanted = tiles == 0 ? 1 : kMatmulTasks / tiles;
  const std::int64_t groups = wanted < chunks ? wanted : chunks;
  return groups > 1 ? groups : 1;
}
/// Elements of workspace: one partial product per group where there are several.
constexpr std::int64_t matmul_workspace(std::int64_t m, std::int64_t k, std::int64_t n) {
  const std::int64_t groups = matmul_groups(m, k, n);
  return groups > 1 ? groups * m * n : 0;
}

namespace cpu {
template <class Real>
void matmul(const Exec& exec, const MatmulArgs<Real>& args);
/// The device's tiles, run by the host: what Dual numbers use, and what the tests compare.
template <class Real>
void matmul_by_tiles(const Exec& exec, const MatmulArgs<Real>& args);
}  // namespace cpu

namespace cuda {
template <class Real>
void matmul(const Exec& exec, const MatmulArgs<Real>& args);
}  // namespace cuda

namespace kernels {

template <class Real>
inline constexpr Kernel<MatmulArgs<Real>> matmul{
    "matmul", &cpu::matmul<Real>, STARLING_CUDA_KERNEL(cuda::matmul<Real>), [](const MatmulArgs<Real>& args) {
      const std::int64_t y_passes = args.mode == GradientMode::accumulate ? 2 : 1;
      return (args.m * args.k + args.k * args.n + y_passes * args.m * args.n) *
             static_cast<std::int64_t>(sizeof(Real));
    }};

}  // namespace kernels

}  // namespace starling
