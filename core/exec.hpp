#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace starling {

enum class Backend { cpu, cuda };

std::string to_string(Backend backend);

/// Bytes held and the most ever held at once by the buffers of one execution context.
struct MemoryUse {
  std::int64_t current_bytes = 0;
  std::int64_t peak_bytes = 0;
};

/// Where work runs and memory lives: the host with a number of threads, or one CUDA device with one stream.
/// Cheap to copy; copies share the stream and the memory account.
class Exec {
 public:
  /// The host. `threads` = 0 takes what OpenMP offers. Throws InputError for a negative number.
  static Exec cpu(int threads = 0);
  /// A CUDA device with its own stream. Throws BackendUnavailable without a CUDA build or without that
  /// device.
  static Exec cuda(int device = 0);

  [[nodiscard]] Backend backend() const { return backend_; }
  [[nodiscard]] int threads() const { return threads_; }
  /// The cudaStream_t of a CUDA context, null on the host.
  [[nodiscard]] void* stream() const;
  /// "cpu" or the name of the GPU.
  [[nodiscard]] std::string device_name() const;
  [[nodiscard]] MemoryUse memory() const;
  /// Waits until all work of this context is done.
  void synchronize() const;

  /// 64-byte aligned (host) or 256-byte aligned (device) memory. Throws ResourceError naming the size.
  [[nodiscard]] void* allocate(std::int64_t bytes) const;
  void deallocate(void* pointer, std::int64_t bytes) const noexcept;
  void copy_from_host(void* to, const void* from, std::int64_t bytes) const;
  /// Returns when the bytes have arrived.
  void copy_to_host(void* to, const void* from, std::int64_t bytes) const;
  void fill_zero(void* to, std::int64_t bytes) const;
  /// Copies within the context; the ranges must not overlap.
  void copy(void* to, const void* from, std::int64_t bytes) const;

 private:
  struct State;
  Exec(Backend backend, int threads, std::shared_ptr<State> state);

  Backend backend_;
  int threads_;
  std::shared_ptr<State> state_;
};

/// The backends that can run here: always the CPU; CUDA when built in and a device answers.
std::vector<Backend> available_backends();

/// Backends that this build has code for, whether or not a device is present.
bool built_with_cuda();

}  // namespace starling
