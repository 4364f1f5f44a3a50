#include <numeric>

#include <doctest/doctest.h>

#include <starling/core/buffer.hpp>
#include <starling/core/random.hpp>
#include <starling/kernels/exclusive_scan.hpp>

#include "../support/backends.hpp"

TEST_SUITE_BEGIN("kernels");

STARLING_BACKEND_CASE("offsets are the exclusive scan of the lengths, with the total behind them") {
  using starling::Buffer;
  for (const std::int64_t n : {0, 1, 31, 32, 33, 257, 100000}) {
    std::vector<std::int64_t> lengths(static_cast<std::size_t>(n));
    for (std::size_t i = 0; i < lengths.size(); ++i)
      // Up to 2^36, so that the sum of a few passes 32 bits.
      lengths[i] = std::int64_t{16} *
                   starling::random_word(3, static_cast<std::uint32_t>(i), 0, 0, starling::Draw::test);
    std::vector<std::int64_t> expected(lengths.size() + 1, 0);
    std::inclusive_scan(lengths.begin(), lengths.end(), expected.begin() + 1);
    const Buffer<std::int64_t> from(exec, lengths);
    Buffer<std::int64_t> offsets(exec, n + 1);
    Buffer<std::byte> workspace(exec, starling::exclusive_scan_workspace_bytes(exec, n));
    for (int repeat = 0; repeat < 2; ++repeat)
      starling::kernels::exclusive_scan(exec, {.n = n,
                                               .lengths = from.data(),
                                               .offsets = offsets.data(),
                                               .workspace = workspace.data(),
                                               .workspace_bytes = workspace.bytes()});
    CHECK(offsets.download() == expected);
  }
}

TEST_SUITE_END();
