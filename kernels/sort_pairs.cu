#include <cub/device/device_radix_sort.cuh>

#include <starling/core/cuda_check.cuh>
#include <starling/core/cuda_runtime.hpp>
#include <starling/kernels/sort_pairs.hpp>

namespace starling::cuda {

namespace {

// Keys are not negative, so their bits sort as unsigned numbers do.
const std::uint32_t* as_unsigned(const std::int32_t* keys) {
  return reinterpret_cast<const std::uint32_t*>(keys);
}
std::uint32_t* as_unsigned(std::int32_t* keys) {
  return reinterpret_cast<std::uint32_t*>(keys);
}

// CUB's convention: with a null workspace only its size is computed.
void sort(const Exec& exec, const SortPairsArgs& args, void* workspace, std::size_t& bytes) {
  STARLING_CUDA(cub::DeviceRadixSort::SortPairs(
      workspace, bytes, as_unsigned(args.keys), as_unsigned(args.sorted_keys), args.values,
      args.sorted_values, args.n, 0, args.key_bits, static_cast<cudaStream_t>(exec.stream())));
}

}  // namespace

std::int64_t sort_pairs_workspace_bytes(const Exec& exec, std::int64_t n, int key_bits) {
  if (n == 0) return 0;
  const DeviceScope scope(exec.device());
  std::size_t bytes = 0;
  SortPairsArgs args{};
  args.n = n;
  args.key_bits = key_bits;
  sort(exec, args, nullptr, bytes);
  return static_cast<std::int64_t>(bytes);
}

void sort_pairs(const Exec& exec, const SortPairsArgs& args) {
  if (args.n == 0) return;
  auto bytes = static_cast<std::size_t>(args.workspace_bytes);
  sort(exec, args, args.workspace, bytes);
  check_launch("sort_pairs", static_cast<cudaStream_t>(exec.stream()));
}

}  // namespace starling::cuda
