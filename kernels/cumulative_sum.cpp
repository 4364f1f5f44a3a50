#include <starling/kernels/cumulative_sum_math.hpp>
#include <starling/kernels/for_each_run.hpp>

namespace starling {

std::int64_t cumulative_sum_workspace(std::int64_t outer, std::int64_t length, std::int64_t inner) {
  std::int64_t elements = 0;
  while (length > kScanChunk) {
    length = scan_chunks(length);
    elements += outer * length * inner;
  }
  return elements;
}

}  // namespace starling

namespace starling::cpu {

template <class Real>
void cumulative_sum(const Exec& exec, const CumulativeSumArgs<Real>& args) {
  const std::int64_t work = args.length < kScanChunk ? 1 + args.length : kScanChunk;
  scan_levels<true>({args.outer, args.length, args.inner, args.direction}, args.x, args.y, args.mode,
                    args.workspace, [&](std::int64_t rows, std::int64_t columns, const auto& body) {
                      for_each_run_cpu(exec, rows, columns, body, work);
                    });
}

template void cumulative_sum(const Exec&, const CumulativeSumArgs<float>&);
template void cumulative_sum(const Exec&, const CumulativeSumArgs<double>&);
template void cumulative_sum(const Exec&, const CumulativeSumArgs<Dual<float>>&);
template void cumulative_sum(const Exec&, const CumulativeSumArgs<Dual<double>>&);

}  // namespace starling::cpu
