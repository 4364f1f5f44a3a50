#include <starling/core/launch.cuh>
#include <starling/kernels/outcome_counts.hpp>
#include <starling/kernels/outcome_counts_math.hpp>

namespace starling::cuda {

namespace {
struct AtomicIncrement {
  __device__ void operator()(std::int64_t* to) const {
    atomicAdd(reinterpret_cast<unsigned long long*>(to), 1ULL);
  }
};
}  // namespace

void outcome_counts(const Exec& exec, const OutcomeCountsArgs& args) {
  for_each_row_cuda(exec, "outcome_counts", args.agents, args.lanes,
                    OutcomeCountsBody<AtomicIncrement>{args, {}});
}

}  // namespace starling::cuda
