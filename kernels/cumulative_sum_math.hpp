#pragma once

#include <starling/core/macros.hpp>
#include <starling/kernels/cumulative_sum.hpp>

namespace starling {

STARLING_HD inline std::int64_t scan_chunks(std::int64_t length) {
  return (length + kScanChunk - 1) / kScanChunk;
}

/// The elements of one axis for a given (outer, inner) in the order of the scan.
template <class T>
struct ScanLine {
  T* first;
  std::int64_t stride;  // negative for a backward scan
  STARLING_HD T& operator[](std::int64_t r) const { return first[r * stride]; }
};

template <class T>
STARLING_HD inline ScanLine<T> scan_line(T* array, std::int64_t length, std::int64_t inner,
                                         ScanDirection direction, std::int64_t o, std::int64_t i) {
  T* line = array + o * length * inner + i;
  if (direction == ScanDirection::backward) return {line + (length - 1) * inner, -inner};
  return {line, inner};
}

struct ScanExtents {
  std::int64_t outer;
  std::int64_t length;
  std::int64_t inner;
  ScanDirection direction;
};

/// sums[o][c][i] of chunk c in the order of the scan. Rows are (o, c), columns i.
template <class In, class Accumulator>
struct ChunkSumBody {
  ScanExtents extents;
  const In* x;
  Accumulator* sums;
  STARLING_HD void operator()(std::int64_t row, std::int64_t first_column, std::int64_t end_column) const {
    const std::int64_t chunks = scan_chunks(extents.length);
    const std::int64_t o = row / chunks;
    const std::int64_t first = (row - o * chunks) * kScanChunk;
    const std::int64_t end = first + kScanChunk < extents.length ? first + kScanChunk : extents.length;
    for (std::int64_t i = first_column; i < end_column; ++i) {
      const auto line = scan_line(x, extents.length, extents.inner, extents.direction, o, i);
      Accumulator sum(0);
      for (std::int64_t r = first; r < end; ++r) sum += static_cast<Accumulator>(line[r]);
      sums[row * extents.inner + i] = sum;
    }
  }
};

/// The scan within each chunk from what comes before it. An inclusive scan writes the result; an exclusive
/// one turns the sums of chunks, in place, into what comes before each.
template <bool inclusive, class In, class Out, class Accumulator>
struct ChunkScanBody {
  ScanExtents extents;
  const In* x;
  Out* y;
  const Accumulator* before;  // [outer][chunks][inner], null: one chunk only
  GradientMode mode;
  STARLING_HD void operator()(std::int64_t row, std::int64_t first_column, std::int64_t end_column) const {
    const std::int64_t chunks = scan_chunks(extents.length);
    const std::int64_t o = row / chunks;
    const std::int64_t first = (row - o * chunks) * kScanChunk;
    const std::int64_t end = first + kScanChunk < extents.length ? first + kScanChunk : extents.length;
    for (std::int64_t i = first_column; i < end_column; ++i) {
      const auto from = scan_line(x, extents.length, extents.inner, extents.direction, o, i);
      const auto to = scan_line(y, extents.length, extents.inner, extents.direction, o, i);
      Accumulator running = before == nullptr ? Accumulator(0) : before[row * extents.inner + i];
      for (std::int64_t r = first; r < end; ++r) {
        const Accumulator next = running + static_cast<Accumulator>(from[r]);
        store_gradient(mode, to[r], static_cast<Out>(inclusive ? next : running));
        running = next;
      }
    }
  }
};

/// Scans x into y; `launch(rows, columns, body)` runs one level. Sums of chunks lie in the order of the scan,
/// so that every level but the first is a forward scan.
template <bool inclusive, class In, class Out, class Accumulator, class Launch>
void scan_levels(const ScanExtents& extents, const In* x, Out* y, GradientMode mode, Accumulator* workspace,
                 const Launch& launch) {
  const std::int64_t chunks = scan_chunks(extents.length);
  const std::int64_t rows = extents.outer * chunks;
  Accumulator* before = nullptr;
  if (chunks > 1) {
    before = workspace;
    launch(rows, extents.inner, ChunkSumBody<In, Accumulator>{extents, x, before});
    scan_levels<false>({extents.outer, chunks, extents.inner, ScanDirection::forward}, before, before,
                       GradientMode::overwrite, workspace + rows * extents.inner, launch);
  }
  launch(rows, extents.inner, ChunkScanBody<inclusive, In, Out, Accumulator>{extents, x, y, before, mode});
}

}  // namespace starling
