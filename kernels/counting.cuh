#pragma once

#include <cstdint>

namespace starling::cuda {

/// Adds to a counter that other threads may race for. Modulo 2^64 a negative amount adds just as well.
struct AtomicAdd {
  __device__ void operator()(std::int64_t* to, std::int64_t amount = 1) const {
    atomicAdd(reinterpret_cast<unsigned long long*>(to), static_cast<unsigned long long>(amount));
  }
};

}  // namespace starling::cuda
