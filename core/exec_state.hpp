#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include <starling/core/counters.hpp>
#include <starling/core/device_queue.hpp>
#include <starling/core/exec.hpp>

namespace starling {

/// What all copies of an execution context share.
struct Exec::State {
  int device = -1;
  std::unique_ptr<cuda::DeviceQueue> queue;  // null on the host

  std::atomic<std::int64_t> current_bytes{0};
  std::atomic<std::int64_t> peak_bytes{0};
  EventCounter allocations, uploads, downloads, synchronisations;

  LaunchGate gate;
  std::vector<std::function<void()>> recorded;             // host calls of the capture
  std::vector<std::pair<void*, std::int64_t>> given_back;  // memory that came back during the capture

  void account(std::int64_t bytes);
  /// Throws CaptureError naming `call` while a graph is recorded.
  void refuse_in_capture(const char* call) const;
};

}  // namespace starling
