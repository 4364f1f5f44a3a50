#pragma once

#include <string>

#include <cuda_runtime.h>

#include <starling/core/error.hpp>

namespace starling::cuda {

inline void check(cudaError_t status, const char* call) {
  if (status == cudaSuccess) return;
  throw ResourceError(std::string(call) + ": " + cudaGetErrorString(status));
}

/// Called after every launch; names the kernel in the message.
inline void check_launch(const char* kernel) {
  const cudaError_t status = cudaGetLastError();
  if (status == cudaSuccess) return;
  throw ResourceError(std::string("launch of kernel ") + kernel + ": " + cudaGetErrorString(status));
}

}  // namespace starling::cuda

#define STARLING_CUDA(call) ::starling::cuda::check((call), #call)
