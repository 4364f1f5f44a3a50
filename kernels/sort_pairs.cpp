#include <array>

#include <starling/core/check.hpp>
#include <starling/kernels/sort_pairs.hpp>

namespace starling {

std::int64_t sort_pairs_workspace_bytes([[maybe_unused]] const Exec& exec, std::int64_t n, int key_bits) {
#if defined(STARLING_WITH_CUDA)
  if (exec.backend() == Backend::cuda) return cuda::sort_pairs_workspace_bytes(exec, n, key_bits);
#endif
  return cpu::sort_pairs_workspace_bytes(n, key_bits);
}

}  // namespace starling

namespace starling::cpu {

namespace {

/// 2048 counters of 8 bytes stay in the first-level cache.
constexpr int kDigitBits = 11;
constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;

int passes_for(int key_bits) {
  return (key_bits + kDigitBits - 1) / kDigitBits;
}

struct Pairs {
  std::int32_t* keys;
  std::int32_t* values;
};
struct ConstPairs {
  const std::int32_t* keys;
  const std::int32_t* values;
};

/// One counting sort by the digit that starts at bit `shift`.
void sort_by_digit(std::int64_t n, int shift, ConstPairs from, Pairs to) {
  const auto digit = [&](std::int64_t i) {
    return (static_cast<std::uint32_t>(from.keys[i]) >> shift) & (kDigits - 1);
  };
  std::array<std::int64_t, kDigits> next{};
  for (std::int64_t i = 0; i < n; ++i) ++next[digit(i)];
  std::int64_t sum = 0;
  for (std::int64_t& place : next) {
    const std::int64_t count = place;
    place = sum;
    sum += count;
  }
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int64_t place = next[digit(i)]++;
    to.keys[place] = from.keys[i];
    to.values[place] = from.values[i];
  }
}

}  // namespace

std::int64_t sort_pairs_workspace_bytes(std::int64_t n, int key_bits) {
  return passes_for(key_bits) > 1 ? 2 * n * static_cast<std::int64_t>(sizeof(std::int32_t)) : 0;
}

// Least significant digit first; the passes alternate between workspace and output, and end in the output.
void sort_pairs(const Exec&, const SortPairsArgs& args) {
  check_that(args.workspace_bytes >= sort_pairs_workspace_bytes(args.n, args.key_bits), "sort_pairs",
             "the workspace is smaller than sort_pairs_workspace_bytes() says");
  auto* spare = static_cast<std::int32_t*>(args.workspace);
  const Pairs workspace{spare, spare == nullptr ? nullptr : spare + args.n};
  const Pairs output{args.sorted_keys, args.sorted_values};
  const int passes = passes_for(args.key_bits);
  ConstPairs from{args.keys, args.values};
  for (int pass = 0; pass < passes; ++pass) {
    const Pairs to = (passes - pass) % 2 == 1 ? output : workspace;
    sort_by_digit(args.n, pass * kDigitBits, from, to);
    from = {to.keys, to.values};
  }
}

}  // namespace starling::cpu
