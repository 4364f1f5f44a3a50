#include <starling/core/launch.cuh>
#include <starling/kernels/counting.cuh>
#include <starling/kernels/outcome_counts.hpp>
#include <starling/kernels/outcome_counts_math.hpp>

namespace starling::cuda {

void outcome_counts(const Exec& exec, const OutcomeCountsArgs& args) {
  for_each_row_cuda(exec, "outcome_counts", args.agents, args.lanes, OutcomeCountsBody<AtomicAdd>{args, {}});
}

}  // namespace starling::cuda
