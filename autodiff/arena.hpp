#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <starling/core/buffer.hpp>
#include <starling/core/exec.hpp>

namespace starling {

/// Memory handed out front to back from blocks that are kept: after a rewind the same bytes are handed out
/// again, so that a repeated computation allocates nothing. Contents are not initialised.
class Arena {
 public:
  static constexpr std::int64_t kAlignment = 256;
  static constexpr std::int64_t kFirstBlockBytes = std::int64_t{1} << 20;

  struct Mark {
    std::size_t block = 0;
    std::int64_t offset = 0;
    auto operator<=>(const Mark&) const = default;  // NOLINT(modernize-use-nullptr): a false alarm
  };

  explicit Arena(Exec exec) : exec_(std::move(exec)) {}

  /// kAlignment-aligned on the device, 64-byte aligned on the host; null for 0 bytes. Throws ResourceError.
  [[nodiscard]] void* allocate(std::int64_t bytes);
  template <class T>
  [[nodiscard]] T* allocate_array(std::int64_t n) {
    return static_cast<T*>(allocate(n * static_cast<std::int64_t>(sizeof(T))));
  }

  [[nodiscard]] Mark mark() const { return at_; }
  /// Everything allocated since `mark` may be handed out again. Marks are rewound to last in, first out.
  void rewind(Mark mark) { at_ = mark; }

  [[nodiscard]] std::int64_t used_bytes() const;
  [[nodiscard]] std::int64_t held_bytes() const;
  /// Blocks asked of the system so far: does not grow once a computation has run.
  [[nodiscard]] std::size_t blocks() const { return blocks_.size(); }

 private:
  Exec exec_;
  std::vector<Buffer<std::byte>> blocks_;
  Mark at_;
};

}  // namespace starling
