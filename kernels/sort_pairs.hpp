#pragma once

#include <cstdint>

#include <starling/core/kernel.hpp>

namespace starling {

/// Sorts (key, value) pairs by key, ascending and stable: pairs of one key keep their order. One radix sort
/// over the bits that keys use, so that sorting rows of a relation by column gives its transpose.
struct SortPairsArgs {
  std::int64_t n;
  int key_bits;                  // keys lie in [0, 2^key_bits), key_bits at most 31
  const std::int32_t* keys;      // [n]
  const std::int32_t* values;    // [n]
  std::int32_t* sorted_keys;     // [n], out; none of the outputs overlaps an input
  std::int32_t* sorted_values;   // [n], out
  void* workspace;               // [workspace_bytes], 8-byte aligned
  std::int64_t workspace_bytes;  // at least sort_pairs_workspace_bytes(exec, n, key_bits)
};

/// Bytes of workspace that a sort needs on the backend of `exec`; may be 0.
std::int64_t sort_pairs_workspace_bytes(const Exec& exec, std::int64_t n, int key_bits);

/// The bits that keys in [0, count) use, at least 1.
constexpr int key_bits_for(std::int64_t count) {
  int bits = 1;
  while (bits < 62 && (std::int64_t{1} << bits) < count) ++bits;
  return bits;
}

namespace cpu {
std::int64_t sort_pairs_workspace_bytes(std::int64_t n, int key_bits);
void sort_pairs(const Exec& exec, const SortPairsArgs& args);
}  // namespace cpu
namespace cuda {
std::int64_t sort_pairs_workspace_bytes(const Exec& exec, std::int64_t n, int key_bits);
void sort_pairs(const Exec& exec, const SortPairsArgs& args);
}  // namespace cuda

namespace kernels {

/// Compulsory traffic: every pair read and written once.
inline constexpr Kernel<SortPairsArgs> sort_pairs{"sort_pairs", &cpu::sort_pairs,
                                                  STARLING_CUDA_KERNEL(cuda::sort_pairs),
                                                  [](const SortPairsArgs& args) { return args.n * 16; }};

}  // namespace kernels

}  // namespace starling
