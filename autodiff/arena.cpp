#include <algorithm>

#include <starling/autodiff/arena.hpp>

namespace starling {

void* Arena::allocate(std::int64_t bytes) {
  if (bytes == 0) return nullptr;
  const std::int64_t padded = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  // A block too small for this request is passed over until the next rewind.
  while (at_.block < blocks_.size() && at_.offset + padded > blocks_[at_.block].size())
    at_ = {at_.block + 1, 0};
  if (at_.block == blocks_.size())
    blocks_.emplace_back(exec_, std::max({padded, kFirstBlockBytes, held_bytes()}));
  void* pointer = blocks_[at_.block].data() + at_.offset;
  at_.offset += padded;
  return pointer;
}

std::int64_t Arena::used_bytes() const {
  std::int64_t bytes = at_.offset;
  for (std::size_t i = 0; i < at_.block; ++i) bytes += blocks_[i].size();
  return bytes;
}

std::int64_t Arena::held_bytes() const {
  std::int64_t bytes = 0;
  for (const Buffer<std::byte>& block : blocks_) bytes += block.size();
  return bytes;
}

}  // namespace starling
