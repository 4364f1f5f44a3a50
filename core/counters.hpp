#pragma once

#include <atomic>
#include <cstdint>

namespace starling {

/// What an execution context has been asked to do so far. The host counts the same events at the same places
/// as a device, so that a test on the host holds what must be true on a card.
struct ExecCounters {
  std::int64_t allocations = 0;       // blocks of memory asked for
  std::int64_t launches = 0;          // kernels, or graphs of kernels, queued
  std::int64_t uploads = 0;           // copies from host memory
  std::int64_t downloads = 0;         // copies to host memory
  std::int64_t synchronisations = 0;  // times the calling thread waits for the device: downloads,
                                      // synchronize() and uploads that overrun the staging memory
  std::int64_t kernel_bytes = 0;      // that the kernels must move, while Exec::set_byte_counting is on

  friend ExecCounters operator-(const ExecCounters& after, const ExecCounters& before) {
    return {after.allocations - before.allocations,
            after.launches - before.launches,
            after.uploads - before.uploads,
            after.downloads - before.downloads,
            after.synchronisations - before.synchronisations,
            after.kernel_bytes - before.kernel_bytes};
  }
  friend bool operator==(const ExecCounters&, const ExecCounters&) = default;
};

/// A counter that several threads may raise; orders nothing else in memory.
class EventCounter {
 public:
  void add(std::int64_t events = 1) noexcept { count_.fetch_add(events, std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t count() const noexcept { return count_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> count_{0};
};

}  // namespace starling
