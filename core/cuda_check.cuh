#pragma once

#include <string>

#include <cuda_runtime.h>

#include <starling/core/error.hpp>

namespace starling::cuda {

inline void check(cudaError_t status, const char* call) {
  if (status == cudaSuccess) return;
  throw ResourceError(std::string(call) + ": " + cudaGetErrorString(status));
}

/// Called after every launch; names the kernel in the message. A kernel that fails while it runs is found by
/// a later call, which is innocent: a build with STARLING_SYNC_LAUNCHES=ON waits here for the kernel, so that
/// the error is reported where it happened.
inline void check_launch(const char* kernel, [[maybe_unused]] cudaStream_t stream) {
  cudaError_t status = cudaGetLastError();
#if defined(STARLING_SYNC_LAUNCHES)
  cudaStreamCaptureStatus capturing = cudaStreamCaptureStatusNone;
  if (status == cudaSuccess) status = cudaStreamIsCapturing(stream, &capturing);
  if (status == cudaSuccess && capturing == cudaStreamCaptureStatusNone)
    status = cudaStreamSynchronize(stream);
#endif
  if (status == cudaSuccess) return;
  throw ResourceError(std::string("launch of kernel ") + kernel + ": " + cudaGetErrorString(status));
}

}  // namespace starling::cuda

#define STARLING_CUDA(call) ::starling::cuda::check((call), #call)
