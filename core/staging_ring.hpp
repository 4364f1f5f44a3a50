#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

namespace starling {

/// Page-locked blocks through which host memory of any kind reaches a device without a wait: bytes are copied
/// into a block, the block is sent, and the source may be gone when upload() returns. A block is written
/// again only when everything sent from it has arrived. Blocks are added while all are on their way, up to
/// kMaxBlocks; from then on upload() waits for the oldest one.
///
/// `Device` provides a movable type Block with `std::byte* data`, and
///   Block make_block(std::int64_t bytes)
///   void send(const Block&, std::int64_t offset, void* to, std::int64_t bytes)   queued behind all other
///   sends bool has_arrived(const Block&)       whether everything sent from the block so far has arrived
///   void wait(const Block&)
/// The device is a parameter so that the order of reuse is tested where there is no card.
template <class Device>
class StagingRing {
 public:
  static constexpr std::int64_t kAlignment = 256;
  static constexpr std::size_t kMaxBlocks = 16;

  explicit StagingRing(Device device, std::int64_t block_bytes = std::int64_t{4} << 20)
      : device_(std::move(device)), block_bytes_(block_bytes) {}

  /// Returns how often it had to wait for the device.
  std::int64_t upload(void* to, const void* from, std::int64_t bytes) {
    std::int64_t waits = 0;
    for (std::int64_t sent = 0; sent < bytes;) {
      if (blocks_.empty() || offset_ >= block_bytes_) waits += next_block();
      const std::int64_t piece = std::min(bytes - sent, block_bytes_ - offset_);
      const typename Device::Block& block = blocks_[current_];
      std::memcpy(block.data + offset_, static_cast<const std::byte*>(from) + sent,
                  static_cast<std::size_t>(piece));
      device_.send(block, offset_, static_cast<std::byte*>(to) + sent, piece);
      offset_ += (piece + kAlignment - 1) / kAlignment * kAlignment;
      sent += piece;
    }
    return waits;
  }

  [[nodiscard]] std::size_t blocks() const { return blocks_.size(); }

 private:
  // Moves on to a block that may be written from its beginning; 1 when that took a wait, else 0.
  std::int64_t next_block() {
    const std::size_t oldest = blocks_.empty() ? 0 : (current_ + 1) % blocks_.size();
    const bool free = !blocks_.empty() && device_.has_arrived(blocks_[oldest]);
    const bool grow = !free && blocks_.size() < kMaxBlocks;
    if (grow) {
      current_ = blocks_.empty() ? 0 : current_ + 1;
      blocks_.insert(blocks_.begin() + static_cast<std::ptrdiff_t>(current_),
                     device_.make_block(block_bytes_));
    } else {
      if (!free) device_.wait(blocks_[oldest]);
      current_ = oldest;
    }
    offset_ = 0;
    return free || grow ? 0 : 1;
  }

  Device device_;
  std::int64_t block_bytes_;
  std::vector<typename Device::Block> blocks_;  // in the order of their last use, behind current_
  std::size_t current_ = 0;
  std::int64_t offset_ = 0;  // first unused byte of the current block
};

}  // namespace starling
