#pragma once

#include <algorithm>
#include <string>

#include <starling/core/block.hpp>
#include <starling/core/cuda_check.cuh>
#include <starling/core/exec.hpp>

namespace starling::cuda {

/// The threads of a device block. Dynamic shared memory holds `scratch_bytes` of memory(), then the area of
/// stage().
class DeviceBlock {
 public:
  __device__ DeviceBlock(std::byte* shared, int scratch_bytes, int stage_bytes)
      : memory_(shared), stage_(shared + scratch_bytes), stage_bytes_(stage_bytes) {}

  template <class Phase>
  __device__ void each_thread(int n, const Phase& phase) const {
    for (int i = static_cast<int>(threadIdx.x); i < n; i += static_cast<int>(blockDim.x)) phase(i);
  }
  __device__ void sync() const { __syncthreads(); }
  [[nodiscard]] __device__ std::byte* memory() const { return memory_; }
  template <class T>
  [[nodiscard]] __device__ const T* stage(const T* from, std::int64_t n) const {
    if (n * static_cast<std::int64_t>(sizeof(T)) > stage_bytes_) return from;
    T* to = reinterpret_cast<T*>(stage_);
    __syncthreads();  // The area may still be read.
    for (auto i = static_cast<std::int64_t>(threadIdx.x); i < n; i += blockDim.x) to[i] = from[i];
    __syncthreads();
    return to;
  }

 private:
  std::byte* memory_;
  std::byte* stage_;
  int stage_bytes_;
};

struct BlockLaunch {
  std::int64_t blocks;
  int threads;
  int scratch_bytes;  // a multiple of 16
  int stage_bytes;
};

/// Shared memory one block may have on the device of the current context.
inline int max_shared_bytes() {
  int device = 0;
  int bytes = 0;
  STARLING_CUDA(cudaGetDevice(&device));
  STARLING_CUDA(cudaDeviceGetAttribute(&bytes, cudaDevAttrMaxSharedMemoryPerBlockOptin, device));
  return bytes;
}

/// body(block, index of the block) for each block.
template <class Body>
__global__ void for_each_block_kernel(Body body, int scratch_bytes, int stage_bytes) {
  extern __shared__ __align__(16) std::byte shared[];
  const DeviceBlock block(shared, scratch_bytes, stage_bytes);
  body(block, static_cast<std::int64_t>(blockIdx.x));
}

/// Queued on the context's stream. More than 48 KB of shared memory have to be asked for, once per kernel and
/// device; asking again costs nothing worth sparing.
template <class Body>
void for_each_block_cuda(const Exec& exec, const char* name, const BlockLaunch& launch, const Body& body) {
  if (launch.blocks == 0) return;  // A grid of zero blocks is a launch error.
  const int bytes = launch.scratch_bytes + launch.stage_bytes;
  STARLING_CUDA(
      cudaFuncSetAttribute(for_each_block_kernel<Body>, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes));
  auto* stream = static_cast<cudaStream_t>(exec.stream());
  for_each_block_kernel<<<static_cast<unsigned>(launch.blocks), static_cast<unsigned>(launch.threads),
                          static_cast<std::size_t>(bytes), stream>>>(body, launch.scratch_bytes,
                                                                     launch.stage_bytes);
  check_launch(name, stream);
}

}  // namespace starling::cuda
