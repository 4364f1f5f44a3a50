#include <atomic>

#include <starling/core/launch.hpp>
#include <starling/kernels/outcome_counts.hpp>
#include <starling/kernels/outcome_counts_math.hpp>

namespace starling::cpu {

namespace {
// Few infections lead to an event, so a table for each thread, as large as the counts, would cost more than
// the atomics.
struct SharedIncrement {
  void operator()(std::int64_t* to) const {
    std::atomic_ref<std::int64_t>(*to).fetch_add(1, std::memory_order_relaxed);
  }
};
}  // namespace

void outcome_counts(const Exec& exec, const OutcomeCountsArgs& args) {
  for_each_row_cpu(exec, args.agents, args.lanes, OutcomeCountsBody<SharedIncrement>{args, {}});
}

}  // namespace starling::cpu
