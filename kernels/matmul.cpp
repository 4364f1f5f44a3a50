// GCC 12 takes the deliberately undefined registers of its own AVX-512 intrinsics, inlined here from Eigen,
// for a mistake.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif

#include <algorithm>
#include <array>
#include <memory>

#include <Eigen/Core>

#include <starling/kernels/for_each_element.hpp>
#include <starling/kernels/matmul_math.hpp>

namespace starling::cpu {

namespace {

template <class Real>
using Matrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <class Real>
using ConstView = Eigen::Map<const Matrix<Real>, 0, Eigen::OuterStride<>>;
template <class Real>
using View = Eigen::Map<Matrix<Real>, 0, Eigen::OuterStride<>>;

/// Blocks of y that a thread multiplies at a time, whatever the number of threads.
constexpr std::int64_t kRowBlock = 64;
constexpr std::int64_t kColumnBlock = 1024;
/// Fewer multiplications than this are done by the calling thread.
constexpr std::int64_t kFewMultiplications = 1 << 18;

struct Range {
  std::int64_t first;
  std::int64_t size;
};
Range range_of(std::int64_t block, std::int64_t block_size, std::int64_t extent) {
  return {block * block_size, std::min(block_size, extent - block * block_size)};
}

/// target (=|+=) rows of op(a) times columns of op(b) over a part of the depth.
template <class Real, class Target>
void multiply(const MatmulArgs<Real>& args, Range rows, Range columns, Range depth, bool add,
              Target& target) {
  const auto with_b = [&](const auto& a) {
    const auto product = [&](const auto& b) {
      if (add)
        target.noalias() += a * b;
      else
        target.noalias() = a * b;
    };
    if (args.b_transposed)
      product(ConstView<Real>(args.b + columns.first * args.k + depth.first, columns.size, depth.size,
                              Eigen::OuterStride<>(args.k))
                  .transpose());
    else
      product(ConstView<Real>(args.b + depth.first * args.n + columns.first, depth.size, columns.size,
                              Eigen::OuterStride<>(args.n)));
  };
  if (args.a_transposed)
    with_b(ConstView<Real>(args.a + depth.first * args.m + rows.first, depth.size, rows.size,
                           Eigen::OuterStride<>(args.m))
               .transpose());
  else
    with_b(ConstView<Real>(args.a + rows.first * args.k + depth.first, rows.size, depth.size,
                           Eigen::OuterStride<>(args.k)));
}

/// One block of y over one group of the depth.
template <class Real>
void multiply_block(const MatmulArgs<Real>& args, Range rows, Range columns, std::int64_t groups,
                    std::int64_t group) {
  const std::int64_t at = rows.first * args.n + columns.first;
  const Eigen::OuterStride<> stride(args.n);
  View<Real> y(args.y + at, rows.size, columns.size, stride);
  const DepthChunks chunks = chunks_of_group(args.k, groups, group);
  if (groups == 1 && chunks.end - chunks.first <= 1)
    return multiply(args, rows, columns, {0, args.k}, args.mode == GradientMode::accumulate, y);
  Matrix<double> sum = Matrix<double>::Zero(rows.size, columns.size);
  Matrix<Real> product;
  for (std::int64_t chunk = chunks.first; chunk < chunks.end; ++chunk) {
    multiply(args, rows, columns, range_of(chunk, kMatmulDepth, args.k), false, product);
    sum += product.template cast<double>();
  }
  if (groups > 1)
    View<double>(args.workspace + group * args.m * args.n + at, rows.size, columns.size, stride) = sum;
  else if (args.mode == GradientMode::accumulate)
    y += sum.template cast<Real>();
  else
    y = sum.template cast<Real>();
}

int threads_for(const Exec& exec, std::int64_t multiplications) {
  return multiplications < kFewMultiplications ? 1 : exec.threads();
}

template <class Real>
void add_groups(const Exec& exec, const MatmulArgs<Real>& args, std::int64_t groups) {
  if (groups > 1) for_each_element_cpu(exec, args.m * args.n, MatmulGroupSumBody<Real>{args, groups});
}

template <class Real>
void matmul_by_blocks(const Exec& exec, const MatmulArgs<Real>& args) {
  const std::int64_t groups = matmul_groups(args.m, args.k, args.n);
  const std::int64_t row_blocks = (args.m + kRowBlock - 1) / kRowBlock;
  const std::int64_t column_blocks = (args.n + kColumnBlock - 1) / kColumnBlock;
  const int threads = threads_for(exec, args.m * args.k * args.n);
#pragma omp parallel for schedule(dynamic) num_threads(threads)
  for (std::int64_t task = 0; task < groups * row_blocks * column_blocks; ++task) {
    const std::int64_t block = task % (row_blocks * column_blocks);
    multiply_block(args, range_of(block / column_blocks, kRowBlock, args.m),
                   range_of(block % column_blocks, kColumnBlock, args.n), groups,
                   task / (row_blocks * column_blocks));
  }
  add_groups(exec, args, groups);
}

/// A block of threads as a loop.
template <class Real>
class MatmulHostBlock {
 public:
  MatmulShared<Real>& shared() { return shared_; }
  template <class Phase>
  void each_thread(const Phase& phase) {
    for (int thread = 0; thread < kMatmulThreads; ++thread)
      phase(thread, sums_[static_cast<std::size_t>(thread)]);
  }
  void sync() {}

 private:
  MatmulShared<Real> shared_;
  std::array<MatmulSums<Real>, kMatmulThreads> sums_;
};

}  // namespace

template <class Real>
void matmul_by_tiles(const Exec& exec, const MatmulArgs<Real>& args) {
  const std::int64_t groups = matmul_groups(args.m, args.k, args.n);
  const std::int64_t tiles = groups * matmul_tiles(args.m) * matmul_tiles(args.n);
  const int threads = threads_for(exec, args.m * args.k * args.n);
#pragma omp parallel for schedule(dynamic) num_threads(threads)
  for (std::int64_t index = 0; index < tiles; ++index) {
    MatmulHostBlock<Real> block;
    multiply_tile(MatmulTile<Real>(args, index), block);
  }
  add_groups(exec, args, groups);
}

template <class Real>
void matmul(const Exec& exec, const MatmulArgs<Real>& args) {
  if constexpr (kIsDual<Real>)
    matmul_by_tiles(exec, args);
  else
    matmul_by_blocks(exec, args);
}

#define STARLING_INSTANTIATE(Real)                            \
  template void matmul(const Exec&, const MatmulArgs<Real>&); \
  template void matmul_by_tiles(const Exec&, const MatmulArgs<Real>&);
STARLING_INSTANTIATE(float)
STARLING_INSTANTIATE(double)
STARLING_INSTANTIATE(Dual<float>)
STARLING_INSTANTIATE(Dual<double>)
#undef STARLING_INSTANTIATE

}  // namespace starling::cpu
