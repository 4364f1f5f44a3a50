#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include <starling/core/exec.hpp>

namespace starling {

/// Kernels, copies and fills recorded once and launched as one: a CUDA graph on a device; on the host the
/// list of the same calls. Arguments (pointers and scalars) are fixed when recording; what they point to is
/// read at every launch, so that new values are uploaded into the same memory.
class Graph {
 public:
  /// Calls `queue_work` once and records what it queues on `exec` instead of running it. Code between the
  /// kernels runs now and not at the launches. Throws CaptureError naming the call when the work allocates,
  /// gives memory back, copies from or to the host, waits, or launches or captures another graph.
  static Graph capture(const Exec& exec, const std::function<void()>& queue_work);

  /// Queues the recorded work once more.
  void launch() const;

 private:
  Graph(Exec exec, std::shared_ptr<const RecordedWork> work);

  Exec exec_;
  std::shared_ptr<const RecordedWork> work_;
};

}  // namespace starling
