#include <starling/kernels/counting.hpp>
#include <starling/kernels/infection_shares.hpp>
#include <starling/kernels/infection_shares_math.hpp>

namespace starling::cpu {

namespace {
struct PlainAdd {
  void operator()(std::int64_t* to, std::int64_t amount) const { *to += amount; }
};
}  // namespace

void infection_shares(const Exec& exec, const InfectionSharesArgs& args) {
  const std::int64_t cells = std::int64_t{args.exposure.networks + 1} * args.exposure.lanes;
  count_agents(exec, args.agents, args.exposure.lanes, cells, args.shares, [&](std::int64_t* own) {
    InfectionSharesArgs own_args = args;
    own_args.shares = own;
    return InfectionSharesBody<PlainAdd>{own_args, {}};
  });
}

}  // namespace starling::cpu
