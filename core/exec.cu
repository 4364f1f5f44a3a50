#include <nvtx3/nvToolsExt.h>

#include <starling/core/cuda_check.cuh>
#include <starling/core/cuda_runtime.hpp>

namespace starling::cuda {

int device_count() noexcept {
  int count = 0;
  if (cudaGetDeviceCount(&count) != cudaSuccess) {
    (void)cudaGetLastError();  // A machine without a driver reports an error; here that means no device.
    return 0;
  }
  return count;
}

std::string device_name(int device) {
  cudaDeviceProp properties;
  STARLING_CUDA(cudaGetDeviceProperties(&properties, device));
  return properties.name;
}

void* create_stream(int device) {
  STARLING_CUDA(cudaSetDevice(device));
  cudaMemPool_t pool = nullptr;
  STARLING_CUDA(cudaDeviceGetDefaultMemPool(&pool, device));
  // Freed blocks stay in the pool, so that repeated runs allocate nothing from the driver.
  std::uint64_t keep_everything = UINT64_MAX;
  STARLING_CUDA(cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &keep_everything));
  cudaStream_t stream = nullptr;
  STARLING_CUDA(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
  return stream;
}

void destroy_stream(void* stream) noexcept {
  (void)cudaStreamDestroy(static_cast<cudaStream_t>(stream));
}

void synchronize(void* stream) {
  STARLING_CUDA(cudaStreamSynchronize(static_cast<cudaStream_t>(stream)));
}

void* allocate(std::int64_t bytes, void* stream) {
  void* pointer = nullptr;
  const cudaError_t status =
      cudaMallocAsync(&pointer, static_cast<std::size_t>(bytes), static_cast<cudaStream_t>(stream));
  if (status != cudaSuccess)
    throw ResourceError("the device has no " + std::to_string(bytes) +
                        " bytes to give: " + cudaGetErrorString(status));
  return pointer;
}

void deallocate(void* pointer, void* stream) noexcept {
  (void)cudaFreeAsync(pointer, static_cast<cudaStream_t>(stream));
}

void copy_from_host(void* to, const void* from, std::int64_t bytes, void* stream) {
  STARLING_CUDA(cudaMemcpyAsync(to, from, static_cast<std::size_t>(bytes), cudaMemcpyHostToDevice,
                                static_cast<cudaStream_t>(stream)));
  // The source may be pageable and short-lived: it must have been read when this returns.
  synchronize(stream);
}

void copy_to_host(void* to, const void* from, std::int64_t bytes, void* stream) {
  STARLING_CUDA(cudaMemcpyAsync(to, from, static_cast<std::size_t>(bytes), cudaMemcpyDeviceToHost,
                                static_cast<cudaStream_t>(stream)));
  synchronize(stream);
}

void copy(void* to, const void* from, std::int64_t bytes, void* stream) {
  STARLING_CUDA(cudaMemcpyAsync(to, from, static_cast<std::size_t>(bytes), cudaMemcpyDeviceToDevice,
                                static_cast<cudaStream_t>(stream)));
}

void fill_zero(void* to, std::int64_t bytes, void* stream) {
  STARLING_CUDA(cudaMemsetAsync(to, 0, static_cast<std::size_t>(bytes), static_cast<cudaStream_t>(stream)));
}

void push_range(const char* name) noexcept {
  nvtxRangePushA(name);
}
void pop_range() noexcept {
  nvtxRangePop();
}

}  // namespace starling::cuda
