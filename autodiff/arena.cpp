#include <algorithm>

#include <starling/autodiff/arena.hpp>

namespace starling {

Arena::Arena(Exec exec, std::int64_t alignment)
    : exec_(std::move(exec)),
      alignment_(alignment != 0                     ? alignment
                 : exec_.backend() == Backend::cuda ? kDeviceAlignment
                                                    : kHostAlignment) {}

void Arena::enter(Mark mark) {
  at_ = mark;
  const bool exists = mark.block < blocks_.size();
  block_ = exists ? blocks_[mark.block].data() : nullptr;
  block_bytes_ = exists ? blocks_[mark.block].size() : 0;
}

void Arena::rewind(Mark mark) {
  if (mark.block == at_.block)
    at_.offset = mark.offset;
  else
    enter(mark);
}

void* Arena::allocate_in_next_block(std::int64_t bytes, std::int64_t padded) {
  if (bytes == 0) return nullptr;
  // A block too small for this request is passed over until the next rewind.
  while (at_.block < blocks_.size() && at_.offset + padded > blocks_[at_.block].size())
    at_ = {at_.block + 1, 0};
  if (at_.block == blocks_.size())
    blocks_.emplace_back(exec_, std::max({padded, kFirstBlockBytes, held_bytes()}));
  enter(at_);
  return allocate(bytes);
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
