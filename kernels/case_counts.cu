#include <starling/core/launch.cuh>
#include <starling/kernels/case_counts.hpp>
#include <starling/kernels/case_counts_math.hpp>

namespace starling::cuda {

namespace {
struct AtomicIncrement {
  __device__ void operator()(std::int64_t* to) const {
    atomicAdd(reinterpret_cast<unsigned long long*>(to), 1ULL);
  }
};
}  // namespace

void case_counts(const Exec& exec, const CaseCountsArgs& args) {
  for_each_row_cuda(exec, "case_counts", args.agents, args.lanes, CaseCountsBody<AtomicIncrement>{args, {}});
}

}  // namespace starling::cuda
