#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <starling/core/counters.hpp>

namespace starling {

struct RecordedWork;

enum class Backend { cpu, cuda };

std::string to_string(Backend backend);

/// Bytes held and the most ever held at once by the buffers of one execution context.
struct MemoryUse {
  std::int64_t current_bytes = 0;
  std::int64_t peak_bytes = 0;
};

/// Where work runs and memory lives: the host with a number of threads, or one CUDA device with one stream
/// and one memory pool. Cheap to copy; copies share the stream, the memory and the accounts. Work is queued
/// by one thread at a time.
class Exec {
 public:
  /// The host. `threads` = 0 takes what OpenMP offers. Throws InputError for a negative number.
  static Exec cpu(int threads = 0);
  /// A CUDA device with its own stream. Throws BackendUnavailable without a CUDA build or without that
  /// device.
  static Exec cuda(int device = 0);

  [[nodiscard]] Backend backend() const { return backend_; }
  [[nodiscard]] int threads() const { return threads_; }
  /// The number of the CUDA device, -1 on the host.
  [[nodiscard]] int device() const;
  /// The cudaStream_t of a CUDA context, null on the host.
  [[nodiscard]] void* stream() const;
  /// "cpu" or the name of the GPU.
  [[nodiscard]] std::string device_name() const;
  [[nodiscard]] MemoryUse memory() const;
  [[nodiscard]] ExecCounters counters() const;
  /// Waits until all work of this context is done.
  void synchronize() const;

  /// 64-byte aligned (host) or 256-byte aligned (device) memory. Throws ResourceError naming the size.
  [[nodiscard]] void* allocate(std::int64_t bytes) const;
  void deallocate(void* pointer, std::int64_t bytes) const noexcept;
  /// `from` has been read on return; the copy itself is queued.
  void copy_from_host(void* to, const void* from, std::int64_t bytes) const;
  /// Returns when the bytes have arrived.
  void copy_to_host(void* to, const void* from, std::int64_t bytes) const;
  /// Both in this context's memory; the ranges do not overlap.
  void copy(void* to, const void* from, std::int64_t bytes) const;
  void fill_zero(void* to, std::int64_t bytes) const;

  /// Whether work is being recorded for a graph (core/graph.hpp) instead of run.
  [[nodiscard]] bool capturing() const { return gate_->capturing; }
  /// Adds host work to the graph being recorded.
  void record(std::function<void()> work) const;
  /// Counts a kernel or a graph as queued.
  void count_launch() const { ++gate_->launches; }
  /// While on, the bytes that each kernel says it must move are added up: see ExecCounters::kernel_bytes.
  void set_byte_counting(bool on) const { gate_->counts_bytes = on; }
  [[nodiscard]] bool counts_bytes() const { return gate_->counts_bytes; }
  void count_bytes(std::int64_t bytes) const { gate_->bytes += bytes; }

 private:
  friend class Graph;
  struct State;
  Exec(Backend backend, int threads, std::shared_ptr<State> state);
  void begin_capture() const;
  [[nodiscard]] RecordedWork end_capture() const;
  void abandon_capture() const noexcept;
  void launch(const RecordedWork& work) const;

  /// What every launch looks at; in line, since small arrays are launched every few nanoseconds.
  struct LaunchGate {
    std::int64_t launches = 0;
    std::int64_t bytes = 0;
    bool capturing = false;
    bool counts_bytes = false;
  };

  Backend backend_;
  int threads_;
  std::shared_ptr<State> state_;
  LaunchGate* gate_;  // of state_
};

/// The backends that can run here: always the CPU; CUDA when built in and a device answers.
std::vector<Backend> available_backends();

/// Backends that this build has code for, whether or not a device is present.
bool built_with_cuda();

}  // namespace starling
