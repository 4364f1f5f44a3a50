#include <starling/core/launch.cuh>
#include <starling/kernels/case_counts.hpp>
#include <starling/kernels/case_counts_math.hpp>
#include <starling/kernels/counting.cuh>

namespace starling::cuda {

void case_counts(const Exec& exec, const CaseCountsArgs& args) {
  for_each_row_cuda(exec, "case_counts", args.agents, args.lanes, CaseCountsBody<AtomicAdd>{args, {}});
}

}  // namespace starling::cuda
