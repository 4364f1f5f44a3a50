#pragma once

#include <algorithm>

#include <starling/core/cuda_check.cuh>
#include <starling/core/exec.hpp>
#include <starling/core/lanes.hpp>

namespace starling::cuda {

inline constexpr int kThreadsPerBlock = 256;
/// Enough blocks to fill any current device several times over; a grid-stride loop covers the rest.
inline constexpr std::int64_t kMaxBlocks = 1 << 16;

template <class Body>
__global__ void for_each_kernel(std::int64_t n, Body body) {
  const std::int64_t stride = static_cast<std::int64_t>(gridDim.x) * blockDim.x;
  for (std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < n; i += stride)
    body(i);
}

/// Device counterpart of for_each_cpu; queued on the context's stream.
template <class Body>
void for_each_cuda(const Exec& exec, const char* name, std::int64_t n, const Body& body) {
  if (n == 0) return;  // A grid of zero blocks is a launch error.
  const std::int64_t blocks = std::min(kMaxBlocks, (n + kThreadsPerBlock - 1) / kThreadsPerBlock);
  auto* stream = static_cast<cudaStream_t>(exec.stream());
  for_each_kernel<<<static_cast<unsigned>(blocks), kThreadsPerBlock, 0, stream>>>(n, body);
  check_launch(name, stream);
}

/// Splits index i into (row, first lane) for threads that take `width` lanes each.
template <class Body, int width>
struct RowBody {
  Body body;
  int threads_per_row;
  __device__ void operator()(std::int64_t i) const {
    body(i / threads_per_row, static_cast<int>(i % threads_per_row) * width, LaneWidth<width>{});
  }
};

/// Device counterpart of for_each_row_cpu.
template <class Body>
void for_each_row_cuda(const Exec& exec, const char* name, std::int64_t rows, int lanes, const Body& body) {
  if (lanes == 1) return for_each_cuda(exec, name, rows, RowBody<Body, 1>{body, 1});
  for_each_cuda(exec, name, rows * (lanes / 4), RowBody<Body, 4>{body, lanes / 4});
}

}  // namespace starling::cuda
