#include <starling/kernels/cumulative_sum_math.hpp>
#include <starling/kernels/for_each_run.cuh>

namespace starling::cuda {

template <class Real>
void cumulative_sum(const Exec& exec, const CumulativeSumArgs<Real>& args) {
  scan_levels<true>({args.outer, args.length, args.inner, args.direction}, args.x, args.y, args.mode,
                    args.workspace, [&](std::int64_t rows, std::int64_t columns, const auto& body) {
                      for_each_run_cuda(exec, "cumulative_sum", rows, columns, body);
                    });
}

template void cumulative_sum(const Exec&, const CumulativeSumArgs<float>&);
template void cumulative_sum(const Exec&, const CumulativeSumArgs<double>&);
template void cumulative_sum(const Exec&, const CumulativeSumArgs<Dual<float>>&);
template void cumulative_sum(const Exec&, const CumulativeSumArgs<Dual<double>>&);

}  // namespace starling::cuda
