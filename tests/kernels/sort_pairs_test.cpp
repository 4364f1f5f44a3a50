#include <algorithm>
#include <numeric>

#include <doctest/doctest.h>

#include <starling/core/buffer.hpp>
#include <starling/core/error.hpp>
#include <starling/core/random.hpp>
#include <starling/kernels/sort_pairs.hpp>

#include "../support/backends.hpp"

TEST_SUITE_BEGIN("kernels");

namespace {

using starling::Buffer;
using starling::Exec;
using Integers = std::vector<std::int32_t>;

constexpr std::int64_t kSizes[] = {0, 1, 31, 32, 33, 257, 100000};

Integers random_keys(std::int64_t n, int bits, std::uint64_t seed) {
  Integers keys(static_cast<std::size_t>(n));
  for (std::size_t i = 0; i < keys.size(); ++i)
    keys[i] = static_cast<std::int32_t>(
        starling::random_word(seed, static_cast<std::uint32_t>(i), 0, 0, starling::Draw::test) >>
        (32 - bits));
  return keys;
}

struct Sorted {
  Integers keys;
  Integers values;
  bool operator==(const Sorted&) const = default;
};

Sorted sorted_on(const Exec& exec, const Integers& keys, const Integers& values, int bits) {
  const auto n = static_cast<std::int64_t>(keys.size());
  const Buffer<std::int32_t> from_keys(exec, keys);
  const Buffer<std::int32_t> from_values(exec, values);
  Buffer<std::int32_t> to_keys(exec, n);
  Buffer<std::int32_t> to_values(exec, n);
  Buffer<std::byte> workspace(exec, starling::sort_pairs_workspace_bytes(exec, n, bits));
  starling::kernels::sort_pairs(exec, {.n = n,
                                       .key_bits = bits,
                                       .keys = from_keys.data(),
                                       .values = from_values.data(),
                                       .sorted_keys = to_keys.data(),
                                       .sorted_values = to_values.data(),
                                       .workspace = workspace.data(),
                                       .workspace_bytes = workspace.bytes()});
  CHECK(from_keys.download() == keys);
  CHECK(from_values.download() == values);
  return {to_keys.download(), to_values.download()};
}

Sorted sorted_by_std(const Integers& keys, const Integers& values) {
  std::vector<std::size_t> order(keys.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return keys[i]; });
  Sorted result;
  for (const std::size_t i : order) {
    result.keys.push_back(keys[i]);
    result.values.push_back(values[i]);
  }
  return result;
}

Integers counting(std::int64_t n) {
  Integers values(static_cast<std::size_t>(n));
  std::iota(values.begin(), values.end(), 0);
  return values;
}

}  // namespace

STARLING_BACKEND_CASE("sorting pairs is std::stable_sort, for one digit of the radix and for several") {
  for (const std::int64_t n : kSizes) {
    for (const int bits : {1, 7, 11, 12, 22, 23, 31}) {
      const Integers keys = random_keys(n, bits, static_cast<std::uint64_t>(bits));
      CHECK(sorted_on(exec, keys, counting(n), bits) == sorted_by_std(keys, counting(n)));
    }
  }
}

STARLING_BACKEND_CASE("pairs of equal keys keep their order") {
  for (const std::int64_t n : kSizes) {
    const Integers keys(static_cast<std::size_t>(n), 5);
    CHECK(sorted_on(exec, keys, counting(n), 3).values == counting(n));
  }
}

TEST_CASE("the bits of keys below a count are those of the largest key") {
  CHECK(starling::key_bits_for(0) == 1);
  CHECK(starling::key_bits_for(1) == 1);
  CHECK(starling::key_bits_for(2) == 1);
  CHECK(starling::key_bits_for(3) == 2);
  CHECK(starling::key_bits_for(1 << 20) == 20);
  CHECK(starling::key_bits_for((1 << 20) + 1) == 21);
}

TEST_CASE("a workspace that is too small is refused") {
  const Integers keys(10, 5);
  Integers out(10);
  CHECK_THROWS_AS(starling::kernels::sort_pairs(
                      Exec::cpu(1), {10, 20, keys.data(), keys.data(), out.data(), out.data(), nullptr, 0}),
                  starling::InputError);
}

TEST_SUITE_END();
