#include <vector>

#include <starling/core/launch.hpp>
#include <starling/kernels/infection_shares.hpp>
#include <starling/kernels/infection_shares_math.hpp>

namespace starling::cpu {

namespace {
struct PlainAdd {
  void operator()(std::int64_t* to, std::int64_t amount) const { *to += amount; }
};
}  // namespace

// As case_counts: each thread adds to its own table; integer sums do not care for the order.
void infection_shares(const Exec& exec, const InfectionSharesArgs& args) {
  const std::int64_t rows = std::int64_t{args.networks + 1} * args.lanes;
  with_lane_width(args.lanes, [&](auto width) {
#pragma omp parallel num_threads(exec.threads())
    {
      std::vector<std::int64_t> own(static_cast<std::size_t>(rows), 0);
      InfectionSharesArgs own_args = args;
      own_args.shares = own.data();
      const InfectionSharesBody<PlainAdd> body{own_args, {}};
#pragma omp for schedule(static)
      for (std::int64_t agent = 0; agent < args.agents; ++agent) body(agent, 0, width);
#pragma omp critical(starling_infection_shares)
      for (std::int64_t i = 0; i < rows; ++i) args.shares[i] += own[static_cast<std::size_t>(i)];
    }
  });
}

}  // namespace starling::cpu
