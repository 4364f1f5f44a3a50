#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <starling/core/buffer.hpp>
#include <starling/core/dual.hpp>
#include <starling/core/kernel.hpp>
#include <starling/kernels/gradient_mode.hpp>

namespace starling {

/// Segments of at most this many entries are summed by one thread, first to last. Longer ones are cut into
/// pieces of max(kShortSegment, √entries), and the sums of the pieces are added first to last: a fixed tree
/// that depends on the segment alone, and no thread has much more than √entries terms.
inline constexpr std::int64_t kShortSegment = 256;

/// Entries first … end - 1, a piece of a long segment.
struct SegmentPiece {
  std::int64_t first;
  std::int64_t end;
};

/// The long segments and their pieces: those of segments[l] are pieces[piece_offsets[l]] …
/// pieces[piece_offsets[l + 1] - 1].
struct LongSegments {
  std::vector<std::int32_t> segments;
  std::vector<std::int64_t> piece_offsets{0};  // [segments + 1]
  std::vector<SegmentPiece> pieces;
};
LongSegments cut_long_segments(std::span<const std::int64_t> offsets);

/// Device view of a SegmentTable.
struct SegmentView {
  std::int64_t segments;
  std::int64_t entries;
  const std::int64_t* offsets;  // [segments + 1], ascending from 0 to the number of entries
  const std::int32_t* rows;     // [entries] the row of x that entry k takes; null: row k
  std::int64_t long_segments;
  const std::int32_t* long_segment;   // [long_segments]
  const std::int64_t* piece_offsets;  // [long_segments + 1]
  std::int64_t pieces;
  const SegmentPiece* piece;  // [pieces]
};

/// Segments in the memory of an execution context, cut once. `offsets` ascend from 0 to the number of
/// entries; `rows` may be empty: entry k takes row k.
class SegmentTable {
 public:
  SegmentTable(const Exec& exec, std::span<const std::int64_t> offsets, std::span<const std::int32_t> rows)
      : SegmentTable(exec, offsets, rows, cut_long_segments(offsets)) {}

  [[nodiscard]] SegmentView view() const {
    return {segments(),
            entries_,
            offsets_.data(),
            rows_.data(),
            long_segment_.size(),
            long_segment_.data(),
            piece_offsets_.data(),
            pieces_.size(),
            pieces_.data()};
  }
  [[nodiscard]] std::int64_t segments() const { return offsets_.size() - 1; }
  [[nodiscard]] std::int64_t entries() const { return entries_; }

 private:
  SegmentTable(const Exec& exec, std::span<const std::int64_t> offsets, std::span<const std::int32_t> rows,
               const LongSegments& cut)
      : entries_(offsets.back()),
        offsets_(exec, offsets),
        rows_(exec, rows),
        long_segment_(exec, cut.segments),
        piece_offsets_(exec, cut.piece_offsets),
        pieces_(exec, cut.pieces) {}

  std::int64_t entries_;
  Buffer<std::int64_t> offsets_;
  Buffer<std::int32_t> rows_;
  Buffer<std::int32_t> long_segment_;
  Buffer<std::int64_t> piece_offsets_;
  Buffer<SegmentPiece> pieces_;
};

/// y[s][i] = sum over the entries k of segment s of x[row(k)][i], added in AccumulatorOf<Real>. With the
/// entries of each row as segments this is the adjoint of gather_rows; its own adjoint is gather_rows with
/// the segment of each entry.
template <class Real>
struct SegmentSumArgs {
  SegmentView segments;
  std::int64_t inner;
  const Real* x;                   // [rows][inner]
  Real* y;                         // [segments][inner]
  GradientMode mode;               // how y is written
  AccumulatorOf<Real>* workspace;  // [segment_sum_workspace(segments, inner)]
};

constexpr std::int64_t segment_sum_workspace(const SegmentView& segments, std::int64_t inner) {
  return segments.pieces * inner;
}

namespace cpu {
template <class Real>
void segment_sum(const Exec& exec, const SegmentSumArgs<Real>& args);
}  // namespace cpu

namespace cuda {
template <class Real>
void segment_sum(const Exec& exec, const SegmentSumArgs<Real>& args);
}  // namespace cuda

namespace kernels {

template <class Real>
inline constexpr Kernel<SegmentSumArgs<Real>> segment_sum{
    "segment_sum", &cpu::segment_sum<Real>, STARLING_CUDA_KERNEL(cuda::segment_sum<Real>),
    [](const SegmentSumArgs<Real>& args) {
      const std::int64_t passes = args.mode == GradientMode::accumulate ? 2 : 1;
      const std::int64_t row_bytes = args.inner * static_cast<std::int64_t>(sizeof(Real));
      const std::int64_t index_bytes = args.segments.rows == nullptr ? 0 : 4;
      return args.segments.segments * (8 + passes * row_bytes) +
             args.segments.entries * (index_bytes + row_bytes);
    }};

}  // namespace kernels

}  // namespace starling
