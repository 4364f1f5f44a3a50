#include <starling/core/launch.cuh>
#include <starling/kernels/matmul_math.hpp>

namespace starling::cuda {

namespace {

/// A thread of a real block: its sums are registers.
template <class Real>
class MatmulDeviceBlock {
 public:
  __device__ explicit MatmulDeviceBlock(MatmulShared<Real>& shared) : shared_(shared) {}
  __device__ MatmulShared<Real>& shared() { return shared_; }
  template <class Phase>
  __device__ void each_thread(const Phase& phase) {
    phase(static_cast<int>(threadIdx.x), sums_);
  }
  __device__ void sync() { __syncthreads(); }

 private:
  MatmulShared<Real>& shared_;
  MatmulSums<Real> sums_;
};

// Two blocks a multiprocessor leave 128 registers a thread: with fewer, the sums of double spill on sm_80.
template <class Real>
__global__ void __launch_bounds__(kMatmulThreads, 2)
    matmul_kernel(MatmulArgs<Real> args, std::int64_t tiles) {
  __shared__ MatmulShared<Real> shared;
  MatmulDeviceBlock<Real> block(shared);
  // Every thread of a block goes through the same tiles, so that all meet at each barrier.
  for (std::int64_t index = blockIdx.x; index < tiles; index += gridDim.x)
    multiply_tile(MatmulTile<Real>(args, index), block);
}

}  // namespace

template <class Real>
void matmul(const Exec& exec, const MatmulArgs<Real>& args) {
  const std::int64_t groups = matmul_groups(args.m, args.k, args.n);
  const std::int64_t tiles = groups * matmul_tiles(args.m) * matmul_tiles(args.n);
  if (tiles == 0) return;  // A grid of zero blocks is a launch error.
  const std::int64_t blocks = std::min(kMaxBlocks, tiles);
  auto* stream = static_cast<cudaStream_t>(exec.stream());
  matmul_kernel<<<static_cast<unsigned>(blocks), kMatmulThreads, 0, stream>>>(args, tiles);
  check_launch("matmul", stream);
  if (groups > 1)
    for_each_cuda(exec, "matmul_groups", args.m * args.n, MatmulGroupSumBody<Real>{args, groups});
}

template void matmul(const Exec&, const MatmulArgs<float>&);
template void matmul(const Exec&, const MatmulArgs<double>&);
template void matmul(const Exec&, const MatmulArgs<Dual<float>>&);
template void matmul(const Exec&, const MatmulArgs<Dual<double>>&);

}  // namespace starling::cuda
