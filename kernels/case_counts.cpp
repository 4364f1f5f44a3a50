#include <vector>

#include <starling/core/launch.hpp>
#include <starling/kernels/case_counts.hpp>
#include <starling/kernels/case_counts_math.hpp>

namespace starling::cpu {

namespace {
struct PlainIncrement {
  void operator()(std::int64_t* to) const { ++*to; }
};
}  // namespace

// Each thread counts its share into its own table; tables are added once. Integer sums do not care for the
// order.
void case_counts(const Exec& exec, const CaseCountsArgs& args) {
  const std::int64_t cells = std::int64_t{args.last_step - args.first_step + 1} * args.groups * args.lanes;
  with_lane_width(args.lanes, [&](auto width) {
#pragma omp parallel num_threads(exec.threads())
    {
      std::vector<std::int64_t> own(static_cast<std::size_t>(cells), 0);
      CaseCountsArgs own_args = args;
      own_args.counts = own.data();
      const CaseCountsBody<PlainIncrement> body{own_args, {}};
#pragma omp for schedule(static)
      for (std::int64_t agent = 0; agent < args.agents; ++agent) body(agent, 0, width);
#pragma omp critical(starling_case_counts)
      for (std::int64_t i = 0; i < cells; ++i) args.counts[i] += own[static_cast<std::size_t>(i)];
    }
  });
}

}  // namespace starling::cpu
