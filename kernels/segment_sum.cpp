#include <algorithm>
#include <cmath>

#include <starling/kernels/for_each_run.hpp>
#include <starling/kernels/segment_sum_math.hpp>

namespace starling {

LongSegments cut_long_segments(std::span<const std::int64_t> offsets) {
  LongSegments result;
  for (std::size_t s = 0; s + 1 < offsets.size(); ++s) {
    const std::int64_t entries = offsets[s + 1] - offsets[s];
    if (entries <= kShortSegment) continue;
    const auto root = static_cast<std::int64_t>(std::ceil(std::sqrt(static_cast<double>(entries))));
    const std::int64_t piece = std::max(kShortSegment, root);
    for (std::int64_t first = offsets[s]; first < offsets[s + 1]; first += piece)
      result.pieces.push_back({first, std::min(offsets[s + 1], first + piece)});
    result.segments.push_back(static_cast<std::int32_t>(s));
    result.piece_offsets.push_back(static_cast<std::int64_t>(result.pieces.size()));
  }
  return result;
}

}  // namespace starling

namespace starling::cpu {

template <class Real>
void segment_sum(const Exec& exec, const SegmentSumArgs<Real>& args) {
  if (args.segments.segments == 0) return;
  const std::int64_t mean_entries = args.segments.entries / args.segments.segments;
  for_each_run_cpu(exec, args.segments.segments, args.inner, ShortSegmentBody<Real>{args}, 1 + mean_entries);
  if (args.segments.long_segments == 0) return;
  for_each_run_cpu(exec, args.segments.pieces, args.inner, SegmentPieceBody<Real>{args}, kShortSegment);
  for_each_run_cpu(exec, args.segments.long_segments, args.inner, LongSegmentBody<Real>{args});
}

template void segment_sum(const Exec&, const SegmentSumArgs<float>&);
template void segment_sum(const Exec&, const SegmentSumArgs<double>&);
template void segment_sum(const Exec&, const SegmentSumArgs<Dual<float>>&);
template void segment_sum(const Exec&, const SegmentSumArgs<Dual<double>>&);

}  // namespace starling::cpu
