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

DeviceScope::DeviceScope(int device) : former_(-1) {
  int current = -1;
  STARLING_CUDA(cudaGetDevice(&current));
  if (current == device) return;
  STARLING_CUDA(cudaSetDevice(device));
  former_ = current;
}

DeviceScope::~DeviceScope() {
  if (former_ >= 0) (void)cudaSetDevice(former_);
}

void push_range(const char* name) noexcept {
  nvtxRangePushA(name);
}
void pop_range() noexcept {
  nvtxRangePop();
}

}  // namespace starling::cuda
