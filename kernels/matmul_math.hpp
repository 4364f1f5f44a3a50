#pragma once

#include <starling/core/macros.hpp>
#include <starling/kernels/matmul.hpp>

namespace starling {

/// A block of kMatmulThreads threads computes a tile of y; each thread owns kMatmulRowsPerThread elements of
/// one column, kMatmulRowStep rows apart.
inline constexpr int kMatmulThreads = 256;
inline constexpr int kMatmulRowStep = kMatmulThreads / static_cast<int>(kMatmulTile);
inline constexpr int kMatmulRowsPerThread = static_cast<int>(kMatmulTile) / kMatmulRowStep;

/// Tiles of op(a) and op(b). A column more than a tile keeps accesses along either axis off one memory bank.
template <class Real>
struct MatmulShared {
  Real a[kMatmulTile][kMatmulTile + 1];  // [row of y][depth]
  Real b[kMatmulTile][kMatmulTile + 1];  // [depth][column of y]
};

template <class Real>
struct MatmulSums {
  Real chunk[kMatmulRowsPerThread];
  AccumulatorOf<Real> total[kMatmulRowsPerThread];
};

/// Chunks of the depth that group g sums.
struct DepthChunks {
  std::int64_t first;
  std::int64_t end;
};
STARLING_HD inline DepthChunks chunks_of_group(std::int64_t k, std::int64_t groups, std::int64_t g) {
  const std::int64_t chunks = matmul_depth_chunks(k);
  return {g * chunks / groups, (g + 1) * chunks / groups};
}

/// One tile of one group, in phases between which the threads of a block wait for each other.
template <class Real>
struct MatmulTile {
  MatmulArgs<Real> args;
  std::int64_t groups;
  std::int64_t group;
  std::int64_t first_row;
  std::int64_t first_column;

  STARLING_HD MatmulTile(const MatmulArgs<Real>& matmul, std::int64_t index)
      : args(matmul), groups(matmul_groups(matmul.m, matmul.k, matmul.n)) {
    const std::int64_t columns = matmul_tiles(args.n);
    const std::int64_t tiles = matmul_tiles(args.m) * columns;
    group = index / tiles;
    first_row = index % tiles / columns * kMatmulTile;
    first_column = index % columns * kMatmulTile;
  }

  /// Neighbouring threads read neighbours in memory, whichever way an operand lies.
  STARLING_HD void load(MatmulShared<Real>& shared, int thread, std::int64_t depth) const {
    const std::int64_t along = thread % kMatmulTile;
    for (std::int64_t across = thread / kMatmulTile; across < kMatmulTile; across += kMatmulRowStep) {
      const std::int64_t a_row = args.a_transposed ? along : across;
      const std::int64_t a_depth = args.a_transposed ? across : along;
      shared.a[a_row][a_depth] = a_at(first_row + a_row, depth + a_depth);
      const std::int64_t b_depth = args.b_transposed ? along : across;
      const std::int64_t b_column = args.b_transposed ? across : along;
      shared.b[b_depth][b_column] = b_at(depth + b_depth, first_column + b_column);
    }
  }

  STARLING_HD void multiply(const MatmulShared<Real>& shared, int thread, MatmulSums<Real>& sums) const {
    const int row = thread / static_cast<int>(kMatmulTile);
    const int column = thread % static_cast<int>(kMatmulTile);
    for (int l = 0; l < kMatmulTile; ++l) {
      const Real b = shared.b[l][column];
      for (int r = 0; r < kMatmulRowsPerThread; ++r)
        sums.chunk[r] += shared.a[row + r * kMatmulRowStep][l] * b;
    }
  }

  STARLING_HD void clear(MatmulSums<Real>& sums) const {
    for (int r = 0; r < kMatmulRowsPerThread; ++r) {
      sums.chunk[r] = Real(0);
      sums.total[r] = AccumulatorOf<Real>(0);
    }
  }

  STARLING_HD void end_chunk(MatmulSums<Real>& sums) const {
    for (int r = 0; r < kMatmulRowsPerThread; ++r) {
      sums.total[r] += static_cast<AccumulatorOf<Real>>(sums.chunk[r]);
      sums.chunk[r] = Real(0);
    }
  }

  STARLING_HD void store(int thread, const MatmulSums<Real>& sums) const {
    const std::int64_t column = first_column + thread % kMatmulTile;
    if (column >= args.n) return;
    for (int r = 0; r < kMatmulRowsPerThread; ++r) {
      const std::int64_t row = first_row + thread / kMatmulTile + std::int64_t{r} * kMatmulRowStep;
      if (row >= args.m) return;
      const std::int64_t at = row * args.n + column;
      if (groups > 1)
        args.workspace[group * args.m * args.n + at] = sums.total[r];
      else
        store_gradient(args.mode, args.y[at], static_cast<Real>(sums.total[r]));
    }
  }

 private:
  // Beyond the edges both operands are 0, which adds nothing.
  STARLING_HD Real a_at(std::int64_t row, std::int64_t depth) const {
    if (row >= args.m || depth >= args.k) return Real(0);
    return args.a_transposed ? args.a[depth * args.m + row] : args.a[row * args.k + depth];
  }
  STARLING_HD Real b_at(std::int64_t depth, std::int64_t column) const {
    if (depth >= args.k || column >= args.n) return Real(0);
    return args.b_transposed ? args.b[column * args.k + depth] : args.b[depth * args.n + column];
  }
};

/// The whole tile. A block has shared(), each_thread(f), which calls f(thread, its sums) for each of its
/// threads, and sync(), which lets no thread pass before all have come: on the device these are the threads
/// of a block, on the host a loop.
template <class Real, class Block>
STARLING_HD void multiply_tile(const MatmulTile<Real>& tile, Block& block) {
  const DepthChunks chunks = chunks_of_group(tile.args.k, tile.groups, tile.group);
  block.each_thread([&](int, MatmulSums<Real>& sums) { tile.clear(sums); });
  for (std::int64_t chunk = chunks.first; chunk < chunks.end; ++chunk) {
    const std::int64_t chunk_end = (chunk + 1) * kMatmulDepth;
    const std::int64_t end = chunk_end < tile.args.k ? chunk_end : tile.args.k;
    for (std::int64_t depth = chunk * kMatmulDepth; depth < end; depth += kMatmulTile) {
      block.each_thread([&](int t, MatmulSums<Real>&) { tile.load(block.shared(), t, depth); });
      block.sync();
      block.each_thread([&](int t, MatmulSums<Real>& sums) { tile.multiply(block.shared(), t, sums); });
      block.sync();
    }
    block.each_thread([&](int, MatmulSums<Real>& sums) { tile.end_chunk(sums); });
  }
  block.each_thread([&](int t, MatmulSums<Real>& sums) { tile.store(t, sums); });
}

/// Adds the groups, first to last: element index of y.
template <class Real>
struct MatmulGroupSumBody {
  MatmulArgs<Real> args;
  std::int64_t groups;
  STARLING_HD void operator()(std::int64_t index) const {
    AccumulatorOf<Real> sum(0);
    for (std::int64_t g = 0; g < groups; ++g) sum += args.workspace[g * args.m * args.n + index];
    store_gradient(args.mode, args.y[index], static_cast<Real>(sum));
  }
};

}  // namespace starling
