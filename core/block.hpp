#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace starling {

/// Work of threads that share memory and wait for one another, written in phases: each_thread(n, f) calls
/// f(i) for 0 <= i < n, shared out over the threads of the block; sync() ends a phase, after which all
/// threads see what was written. On the device a block is a thread block (core/block.cuh); on the host it is
/// one thread, a phase is a loop, and the very same body runs in tests and under sanitizers. Calls must be
/// reached by all threads of the block alike, and f must not depend on the order of its calls.
///
/// memory() is the block's scratch. stage(from, n) returns n numbers of global memory that all threads are
/// about to read many times: on the device a copy in shared memory where that has room, valid until the next
/// stage().
template <class B>
concept Block = requires(const B& block, void (*phase)(int), const float* from) {
  block.each_thread(1, phase);
  block.sync();
  { block.memory() } -> std::same_as<std::byte*>;
  { block.stage(from, 1) } -> std::same_as<const float*>;
};

/// A block of one host thread.
class HostBlock {
 public:
  explicit HostBlock(std::byte* memory) : memory_(memory) {}

  template <class Phase>
  void each_thread(int n, const Phase& phase) const {
    for (int i = 0; i < n; ++i) phase(i);
  }
  void sync() const {}
  [[nodiscard]] std::byte* memory() const { return memory_; }
  template <class T>
  [[nodiscard]] const T* stage(const T* from, std::int64_t) const {
    return from;
  }

 private:
  std::byte* memory_;
};

}  // namespace starling
