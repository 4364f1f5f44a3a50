#pragma once

#include <cstdint>
#include <memory>

namespace starling::cuda {

/// Device work recorded by a DeviceQueue, ready to be launched on it.
class DeviceGraph {
 public:
  struct Parts;
  explicit DeviceGraph(std::unique_ptr<Parts> parts);
  ~DeviceGraph();
  DeviceGraph(const DeviceGraph&) = delete;
  DeviceGraph& operator=(const DeviceGraph&) = delete;

  [[nodiscard]] const Parts& parts() const { return *parts_; }

 private:
  std::unique_ptr<Parts> parts_;
};

/// One device as an execution context sees it: a stream, a memory pool of its own, and page-locked memory
/// through which uploads pass. Everything is queued on the stream unless it says that it waits. Errors of the
/// device are ResourceErrors. A build without CUDA has no queues: the constructor throws BackendUnavailable.
class DeviceQueue {
 public:
  explicit DeviceQueue(int device);
  /// Waits for the stream, then returns the memory to the device.
  ~DeviceQueue();
  DeviceQueue(const DeviceQueue&) = delete;
  DeviceQueue& operator=(const DeviceQueue&) = delete;

  /// The cudaStream_t.
  [[nodiscard]] void* stream() const;
  void synchronize();

  /// Memory is taken and given back in the order of the stream; what is given back stays in the pool.
  void* allocate(std::int64_t bytes);
  void deallocate(void* pointer) noexcept;

  /// `from` may be pageable and gone on return. Returns how often it waited for the device: 0 unless more
  /// than the staging memory is on its way.
  std::int64_t upload(void* to, const void* from, std::int64_t bytes);
  /// Waits until the bytes have arrived.
  void download(void* to, const void* from, std::int64_t bytes);
  /// Both on the device; the ranges do not overlap.
  void copy(void* to, const void* from, std::int64_t bytes);
  void fill_zero(void* to, std::int64_t bytes);

  /// From here on the work of the calling thread is recorded instead of run.
  void begin_capture();
  /// The recorded work. Throws CaptureError when something broke the recording.
  std::unique_ptr<DeviceGraph> end_capture();
  void abandon_capture() noexcept;
  void launch(const DeviceGraph& graph);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace starling::cuda
