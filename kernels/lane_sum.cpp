#include <starling/core/launch.hpp>
#include <starling/kernels/lane_sum.hpp>
#include <starling/kernels/lane_sum_math.hpp>

namespace starling::cpu {

template <class Real>
void lane_sum(const Exec& exec, const LaneSumArgs<Real>& args) {
  with_lane_width(args.lanes, [&](auto width) {
    const auto body = lane_sum_chunk_body(args);
    for_each_cpu(exec, lane_sum_chunks(args.rows), [&](std::int64_t chunk) { body(chunk, 0, width); });
    lane_sum_total_body(args)(0, 0, width);
  });
}

template void lane_sum(const Exec&, const LaneSumArgs<float>&);
template void lane_sum(const Exec&, const LaneSumArgs<double>&);

}  // namespace starling::cpu
