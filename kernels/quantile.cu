#include <cub/device/device_radix_sort.cuh>

#include <starling/core/check.hpp>
#include <starling/core/cuda_runtime.hpp>
#include <starling/core/launch.cuh>
#include <starling/kernels/quantile_math.hpp>

namespace starling::cuda {

namespace {

/// What a sort of the keys with their positions works in.
template <class Key>
struct SortArrays {
  Key* keys;
  Key* sorted_keys;
  std::int32_t* positions;
  std::int32_t* sorted_positions;
  void* sort_workspace;  // null: only sizes are wanted
  std::size_t sort_bytes;
};

constexpr std::int64_t kAlignment = 256;
constexpr std::int64_t aligned(std::int64_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

// A radix sort is stable: of equal values the earlier comes first. CUB's convention: with a null workspace
// only its size is computed.
template <class Key>
void sort(const Exec& exec, std::int64_t n, SortArrays<Key>& arrays) {
  STARLING_CUDA(cub::DeviceRadixSort::SortPairs(arrays.sort_workspace, arrays.sort_bytes, arrays.keys,
                                                arrays.sorted_keys, arrays.positions, arrays.sorted_positions,
                                                n, 0, static_cast<int>(8 * sizeof(Key)),
                                                static_cast<cudaStream_t>(exec.stream())));
}

template <class Key>
std::int64_t array_bytes(std::int64_t n) {
  return 2 * aligned(n * static_cast<std::int64_t>(sizeof(Key))) +
         2 * aligned(n * static_cast<std::int64_t>(sizeof(std::int32_t)));
}

template <class Key>
SortArrays<Key> split_workspace(std::int64_t n, void* workspace, std::int64_t bytes) {
  auto* next = static_cast<char*>(workspace);
  const auto take = [&](std::int64_t size) {
    char* taken = next;
    next += aligned(size);
    return static_cast<void*>(taken);
  };
  const std::int64_t key_bytes = n * static_cast<std::int64_t>(sizeof(Key));
  const std::int64_t position_bytes = n * static_cast<std::int64_t>(sizeof(std::int32_t));
  SortArrays<Key> arrays{};
  arrays.keys = static_cast<Key*>(take(key_bytes));
  arrays.sorted_keys = static_cast<Key*>(take(key_bytes));
  arrays.positions = static_cast<std::int32_t*>(take(position_bytes));
  arrays.sorted_positions = static_cast<std::int32_t*>(take(position_bytes));
  arrays.sort_workspace = next;
  arrays.sort_bytes = static_cast<std::size_t>(bytes - array_bytes<Key>(n));
  return arrays;
}

template <class Real>
struct OrderKeyBody {
  const Real* x;
  OrderKey<PlainOf<Real>>* keys;
  std::int32_t* positions;
  __device__ void operator()(std::int64_t i) const {
    keys[i] = order_key(plain(x[i]));
    positions[i] = static_cast<std::int32_t>(i);
  }
};

template <class Real>
struct PickQuantileBody {
  QuantileArgs<Real> args;
  const std::int32_t* sorted_positions;
  __device__ void operator()(std::int64_t) const {
    write_quantile(args, sorted_positions[args.place.lower], sorted_positions[args.place.upper]);
  }
};

}  // namespace

template <class Real>
std::int64_t quantile_workspace_bytes(const Exec& exec, std::int64_t n) {
  using Key = OrderKey<PlainOf<Real>>;
  const DeviceScope scope(exec.device());
  SortArrays<Key> arrays{};
  sort(exec, n, arrays);
  return array_bytes<Key>(n) + static_cast<std::int64_t>(arrays.sort_bytes);
}

template <class Real>
void quantile(const Exec& exec, const QuantileArgs<Real>& args) {
  using Key = OrderKey<PlainOf<Real>>;
  SortArrays<Key> arrays = split_workspace<Key>(args.n, args.workspace, args.workspace_bytes);
  for_each_cuda(exec, "order_keys", args.n, OrderKeyBody<Real>{args.x, arrays.keys, arrays.positions});
  sort(exec, args.n, arrays);
  for_each_cuda(exec, "pick_quantile", 1, PickQuantileBody<Real>{args, arrays.sorted_positions});
}

template <class Real>
void quantile_adjoint(const Exec& exec, const QuantileAdjointArgs<Real>& args) {
  if (args.mode == GradientMode::overwrite)
    for_each_cuda(exec, "quantile_adjoint", args.n, QuantileAdjointBody<Real>{args});
  else
    for_each_cuda(exec, "quantile_adjoint", 1, QuantileAccumulateBody<Real>{args});
}

#define STARLING_INSTANTIATE(Real)                                                 \
  template std::int64_t quantile_workspace_bytes<Real>(const Exec&, std::int64_t); \
  template void quantile(const Exec&, const QuantileArgs<Real>&);                  \
  template void quantile_adjoint(const Exec&, const QuantileAdjointArgs<Real>&);
STARLING_INSTANTIATE(float)
STARLING_INSTANTIATE(double)
STARLING_INSTANTIATE(Dual<float>)
STARLING_INSTANTIATE(Dual<double>)
#undef STARLING_INSTANTIATE

}  // namespace starling::cuda
