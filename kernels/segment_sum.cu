#include <starling/kernels/for_each_run.cuh>
#include <starling/kernels/segment_sum_math.hpp>

namespace starling::cuda {

template <class Real>
void segment_sum(const Exec& exec, const SegmentSumArgs<Real>& args) {
  for_each_run_cuda(exec, "segment_sum", args.segments.segments, args.inner, ShortSegmentBody<Real>{args});
  if (args.segments.long_segments == 0) return;
  for_each_run_cuda(exec, "segment_pieces", args.segments.pieces, args.inner, SegmentPieceBody<Real>{args});
  for_each_run_cuda(exec, "long_segments", args.segments.long_segments, args.inner,
                    LongSegmentBody<Real>{args});
}

template void segment_sum(const Exec&, const SegmentSumArgs<float>&);
template void segment_sum(const Exec&, const SegmentSumArgs<double>&);
template void segment_sum(const Exec&, const SegmentSumArgs<Dual<float>>&);
template void segment_sum(const Exec&, const SegmentSumArgs<Dual<double>>&);

}  // namespace starling::cuda
