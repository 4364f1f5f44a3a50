#pragma once

#include <cstdint>
#include <string>

#include <starling/core/cuda_runtime.hpp>
#include <starling/core/error.hpp>
#include <starling/core/exec.hpp>
#include <starling/core/trace.hpp>

namespace starling {

/// One named computation: an implementation per backend, and the bytes it must move at least.
/// `Args` is a struct of device pointers and scalars. Work is queued on the context's stream, or recorded
/// with its arguments as they are now while a graph is captured.
template <class Args>
struct Kernel {
  using Function = void (*)(const Exec&, const Args&);

  const char* name;
  Function cpu;
  Function cuda;  // null in a build without CUDA
  std::int64_t (*bytes)(const Args&);

  void operator()(const Exec& exec, const Args& args) const {
    const TraceRange range(name);
    if (!exec.capturing()) exec.count_launch();
    if (exec.counts_bytes()) exec.count_bytes(bytes(args));
    if (exec.backend() == Backend::cpu) {
      if (!exec.capturing()) return cpu(exec, args);
      return exec.record([run = cpu, exec, args] { run(exec, args); });
    }
    if (cuda == nullptr)
      throw BackendUnavailable(std::string(name) +
                               ": no CUDA in this build; configure with -DSTARLING_CUDA=ON");
    const ::starling::cuda::DeviceScope scope(exec.device());
    cuda(exec, args);
  }
};

}  // namespace starling

// The CUDA entry of a Kernel object. STARLING_WITH_CUDA is a public definition of the library's target, so
// the object is the same in every translation unit.
#if defined(STARLING_WITH_CUDA)
#define STARLING_CUDA_KERNEL(function) (&(function))
#else
#define STARLING_CUDA_KERNEL(function) nullptr
#endif
