#pragma once

#include <starling/core/cuda_runtime.hpp>

namespace starling {

/// A named span in an NVTX timeline, open for the lifetime of the object; nothing in a build without CUDA.
class TraceRange {
 public:
  explicit TraceRange(const char* name) noexcept { cuda::push_range(name); }
  ~TraceRange() { cuda::pop_range(); }
  TraceRange(const TraceRange&) = delete;
  TraceRange& operator=(const TraceRange&) = delete;
};

}  // namespace starling
