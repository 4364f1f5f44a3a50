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
  static constexpr std::int64_t kFirstBlockBytes = std::int64_t{1} << 20;
  /// A cache line of the host; a device reads whole sectors and vectors from any such place.
  static constexpr std::int64_t kHostAlignment = 64;
  static constexpr std::int64_t kDeviceAlignment = 256;

  struct Mark {
    std::size_t block = 0;
    std::int64_t offset = 0;
    auto operator<=>(const Mark&) const = default;  // NOLINT(modernize-use-nullptr): a false alarm
  };

  /// `alignment` is a power of two up to kHostAlignment on the host, kDeviceAlignment on a device; the
  /// default is the largest. Small objects of the host's own lie denser with a smaller one.
  explicit Arena(Exec exec, std::int64_t alignment = 0);

  /// Null for 0 bytes. Throws ResourceError.
  [[nodiscard]] void* allocate(std::int64_t bytes) {
    const std::int64_t padded = (bytes + alignment_ - 1) & -alignment_;
    if (at_.offset + padded > block_bytes_) return allocate_in_next_block(bytes, padded);
    if (bytes == 0) return nullptr;
    void* pointer = block_ + at_.offset;
    at_.offset += padded;
    return pointer;
  }
  template <class T>
  [[nodiscard]] T* allocate_array(std::int64_t n) {
    return static_cast<T*>(allocate(n * static_cast<std::int64_t>(sizeof(T))));
  }

  [[nodiscard]] Mark mark() const { return at_; }
  /// Everything allocated since `mark` may be handed out again. Marks are rewound to last in, first out.
  void rewind(Mark mark);

  [[nodiscard]] std::int64_t used_bytes() const;
  [[nodiscard]] std::int64_t held_bytes() const;
  /// Blocks asked of the system so far: does not grow once a computation has run.
  [[nodiscard]] std::size_t blocks() const { return blocks_.size(); }

 private:
  void* allocate_in_next_block(std::int64_t bytes, std::int64_t padded);
  void enter(Mark mark);

  Exec exec_;
  std::int64_t alignment_;
  std::vector<Buffer<std::byte>> blocks_;
  Mark at_;
  std::byte* block_ = nullptr;  // the block of at_
  std::int64_t block_bytes_ = 0;
};

}  // namespace starling
