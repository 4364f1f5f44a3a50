#include <starling/core/launch.cuh>
#include <starling/kernels/reduction_math.hpp>

namespace starling::cuda {

namespace {

constexpr unsigned kWholeWarp = 0xffffffffU;

/// The accumulator of the thread `offset` lanes further on, word by word.
template <class Accumulator>
__device__ Accumulator from_lane_below(const Accumulator& own, int offset) {
  static_assert(sizeof(Accumulator) % sizeof(unsigned) == 0);
  constexpr int kWords = sizeof(Accumulator) / sizeof(unsigned);
  union Words {
    Accumulator accumulator;
    unsigned word[kWords];
    __device__ Words() {}
  } words;
  words.accumulator = own;
#pragma unroll
  for (int w = 0; w < kWords; ++w) words.word[w] = __shfl_down_sync(kWholeWarp, words.word[w], offset);
  return words.accumulator;
}

/// One warp for each chunk.
template <class Level>
__global__ void reduce_lanes_kernel(std::int64_t n, LanesReduceBody<Level> body) {
  static_assert(kReduceLanes == 32);
  const int lane = static_cast<int>(threadIdx.x % kReduceLanes);
  const std::int64_t warps = static_cast<std::int64_t>(gridDim.x) * (blockDim.x / kReduceLanes);
  std::int64_t index =
      static_cast<std::int64_t>(blockIdx.x) * (blockDim.x / kReduceLanes) + threadIdx.x / kReduceLanes;
  for (; index < n; index += warps) {
    auto a = body.lane(index, lane);
    for (int offset = kReduceLanes / 2; offset > 0; offset /= 2)
      a = Level::merge(a, from_lane_below(a, offset));
    if (lane == 0) body.tree.store(index, a);
  }
}

}  // namespace

template <class Real>
void reduce(const Exec& exec, const ReduceArgs<Real>& args) {
  const auto sequential = [&](std::int64_t n, const auto& body) { for_each_cuda(exec, "reduce", n, body); };
  const auto by_lanes = [&](std::int64_t n, const auto& body) {
    if (n == 0) return;
    constexpr std::int64_t kWarpsPerBlock = kThreadsPerBlock / kReduceLanes;
    const std::int64_t blocks = std::min(kMaxBlocks, (n + kWarpsPerBlock - 1) / kWarpsPerBlock);
    auto* stream = static_cast<cudaStream_t>(exec.stream());
    reduce_lanes_kernel<<<static_cast<unsigned>(blocks), kThreadsPerBlock, 0, stream>>>(n, body);
    check_launch("reduce_lanes", stream);
  };
  with_reduction(args, [&](const auto& reduction) {
    reduce_levels(reduction, reduction, args.view, args.workspace, sequential, by_lanes);
  });
}

template <class Real>
void reduce_adjoint(const Exec& exec, const ReduceAdjointArgs<Real>& args) {
  for_each_cuda(exec, "reduce_adjoint", args.view.outer * args.view.reduced * args.view.inner,
                ReduceAdjointBody<Real>{args});
}

#define STARLING_INSTANTIATE(Real)                            \
  template void reduce(const Exec&, const ReduceArgs<Real>&); \
  template void reduce_adjoint(const Exec&, const ReduceAdjointArgs<Real>&);
STARLING_INSTANTIATE(float)
STARLING_INSTANTIATE(double)
STARLING_INSTANTIATE(Dual<float>)
STARLING_INSTANTIATE(Dual<double>)
#undef STARLING_INSTANTIATE

}  // namespace starling::cuda
