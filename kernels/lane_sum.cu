#include <starling/core/launch.cuh>
#include <starling/kernels/lane_sum.hpp>
#include <starling/kernels/lane_sum_math.hpp>

namespace starling::cuda {

template <class Real>
void lane_sum(const Exec& exec, const LaneSumArgs<Real>& args) {
  for_each_row_cuda(exec, "lane_sum", lane_sum_chunks(args.rows), args.lanes, lane_sum_chunk_body(args));
  for_each_row_cuda(exec, "lane_sum", 1, args.lanes, lane_sum_total_body(args));
}

template void lane_sum(const Exec&, const LaneSumArgs<float>&);
template void lane_sum(const Exec&, const LaneSumArgs<double>&);

}  // namespace starling::cuda
