#pragma once

#include <starling/core/macros.hpp>
#include <starling/kernels/segment_sum.hpp>

namespace starling {

/// Column i of the rows of entries first … end - 1, added first to last.
template <class Real>
STARLING_HD inline AccumulatorOf<Real> sum_of_entries(const SegmentSumArgs<Real>& args, std::int64_t first,
                                                      std::int64_t end, std::int64_t i) {
  const std::int32_t* rows = args.segments.rows;
  AccumulatorOf<Real> sum(0);
  if (rows == nullptr) {
    for (std::int64_t k = first; k < end; ++k)
      sum += static_cast<AccumulatorOf<Real>>(args.x[k * args.inner + i]);
  } else {
    for (std::int64_t k = first; k < end; ++k)
      sum += static_cast<AccumulatorOf<Real>>(args.x[rows[k] * args.inner + i]);
  }
  return sum;
}

/// The short segments; a long one is left to LongSegmentBody.
template <class Real>
struct ShortSegmentBody {
  SegmentSumArgs<Real> args;
  STARLING_HD void operator()(std::int64_t segment, std::int64_t first, std::int64_t end) const {
    const std::int64_t first_entry = args.segments.offsets[segment];
    const std::int64_t end_entry = args.segments.offsets[segment + 1];
    if (end_entry - first_entry > kShortSegment) return;
    Real* y = args.y + segment * args.inner;
    for (std::int64_t i = first; i < end; ++i)
      store_gradient(args.mode, y[i], static_cast<Real>(sum_of_entries(args, first_entry, end_entry, i)));
  }
};

/// workspace[piece][i]
template <class Real>
struct SegmentPieceBody {
  SegmentSumArgs<Real> args;
  STARLING_HD void operator()(std::int64_t piece, std::int64_t first, std::int64_t end) const {
    const SegmentPiece entries = args.segments.piece[piece];
    AccumulatorOf<Real>* sums = args.workspace + piece * args.inner;
    for (std::int64_t i = first; i < end; ++i) sums[i] = sum_of_entries(args, entries.first, entries.end, i);
  }
};

/// Adds the pieces of each long segment.
template <class Real>
struct LongSegmentBody {
  SegmentSumArgs<Real> args;
  STARLING_HD void operator()(std::int64_t index, std::int64_t first, std::int64_t end) const {
    const std::int64_t first_piece = args.segments.piece_offsets[index];
    const std::int64_t end_piece = args.segments.piece_offsets[index + 1];
    Real* y = args.y + args.segments.long_segment[index] * args.inner;
    for (std::int64_t i = first; i < end; ++i) {
      AccumulatorOf<Real> sum(0);
      for (std::int64_t piece = first_piece; piece < end_piece; ++piece)
        sum += args.workspace[piece * args.inner + i];
      store_gradient(args.mode, y[i], static_cast<Real>(sum));
    }
  }
};

}  // namespace starling
