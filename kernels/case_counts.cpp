#include <starling/kernels/case_counts.hpp>
#include <starling/kernels/case_counts_math.hpp>
#include <starling/kernels/counting.hpp>

namespace starling::cpu {

namespace {
struct PlainIncrement {
  void operator()(std::int64_t* to) const { ++*to; }
};
}  // namespace

void case_counts(const Exec& exec, const CaseCountsArgs& args) {
  const std::int64_t cells = std::int64_t{args.last_step - args.first_step + 1} * args.groups * args.lanes;
  count_agents(exec, args.agents, args.lanes, cells, args.counts, [&](std::int64_t* own) {
    CaseCountsArgs own_args = args;
    own_args.counts = own;
    return CaseCountsBody<PlainIncrement>{own_args, {}};
  });
}

}  // namespace starling::cpu
