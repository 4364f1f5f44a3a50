#include <memory>
#include <numeric>

#include <doctest/doctest.h>

#include <starling/core/staging_ring.hpp>

TEST_SUITE_BEGIN("core");

namespace {

using starling::StagingRing;

/// A device that carries out copies only when it is told to, and reads the block at that moment: a block that
/// is written too early shows in what arrives.
struct SlowDevice {
  struct Copy {
    int block;
    const std::byte* from;
    void* to;
    std::size_t bytes;
  };
  struct Log {
    std::vector<Copy> queued;
    std::size_t done = 0;
    int blocks = 0;
    int waits = 0;
  };
  struct Block {
    std::unique_ptr<std::byte[]> memory;
    std::byte* data;
    int number;
  };

  std::shared_ptr<Log> log = std::make_shared<Log>();

  Block make_block(std::int64_t bytes) {
    auto memory = std::make_unique<std::byte[]>(static_cast<std::size_t>(bytes));
    std::byte* data = memory.get();
    return {std::move(memory), data, log->blocks++};
  }
  void send(const Block& block, std::int64_t offset, void* to, std::int64_t bytes) {
    log->queued.push_back({block.number, block.data + offset, to, static_cast<std::size_t>(bytes)});
  }
  void finish(std::size_t copies) {
    for (; log->done < std::min(copies, log->queued.size()); ++log->done) {
      const Copy& copy = log->queued[log->done];
      std::memcpy(copy.to, copy.from, copy.bytes);
    }
  }
  bool has_arrived(const Block& block) {
    for (std::size_t k = log->done; k < log->queued.size(); ++k)
      if (log->queued[k].block == block.number) return false;
    return true;
  }
  void wait(const Block& block) {
    ++log->waits;
    while (!has_arrived(block)) finish(log->done + 1);
  }
};

constexpr std::int64_t kBlock = 1024;

std::vector<int> sequence(std::size_t n, int first) {
  std::vector<int> values(n);
  std::iota(values.begin(), values.end(), first);
  return values;
}

}  // namespace

TEST_CASE("the source of an upload may be overwritten as soon as upload returns") {
  SlowDevice device;
  StagingRing ring(device, kBlock);
  std::vector<std::vector<int>> arrived(40);
  std::vector<int> source;
  for (std::size_t k = 0; k < arrived.size(); ++k) {
    source = sequence(3 * k, static_cast<int>(1000 * k));
    arrived[k].resize(source.size());
    CHECK(ring.upload(arrived[k].data(), source.data(), static_cast<std::int64_t>(12 * k)) == 0);
    std::ranges::fill(source, -1);
  }
  device.finish(1000);
  for (std::size_t k = 0; k < arrived.size(); ++k)
    CHECK(arrived[k] == sequence(3 * k, static_cast<int>(1000 * k)));
}

TEST_CASE("an upload of many blocks arrives whole, and waits once the staging memory is used up") {
  SlowDevice device;
  StagingRing ring(device, kBlock);
  const std::vector<int> source = sequence(40 * kBlock / sizeof(int) + 7, 5);
  std::vector<int> arrived(source.size());
  const std::int64_t waits =
      ring.upload(arrived.data(), source.data(), static_cast<std::int64_t>(4 * source.size()));
  device.finish(1000);
  CHECK(arrived == source);
  CHECK(ring.blocks() == StagingRing<SlowDevice>::kMaxBlocks);
  CHECK(waits == 41 - static_cast<std::int64_t>(ring.blocks()));
  CHECK(device.log->waits == waits);
}

TEST_CASE("blocks whose copies have arrived are used again before new ones are made") {
  SlowDevice device;
  StagingRing ring(device, kBlock);
  std::vector<int> arrived(kBlock / sizeof(int));
  for (int k = 0; k < 50; ++k) {
    const std::vector<int> source = sequence(arrived.size(), k);
    CHECK(ring.upload(arrived.data(), source.data(), kBlock) == 0);
    if (k % 2 == 1) device.finish(1000);
  }
  CHECK(arrived == sequence(arrived.size(), 49));
  CHECK(ring.blocks() == 2);
}

TEST_SUITE_END();
