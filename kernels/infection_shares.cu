#include <starling/core/launch.cuh>
#include <starling/kernels/counting.cuh>
#include <starling/kernels/infection_shares.hpp>
#include <starling/kernels/infection_shares_math.hpp>

namespace starling::cuda {

void infection_shares(const Exec& exec, const InfectionSharesArgs& args) {
  for_each_row_cuda(exec, "infection_shares", args.agents, args.exposure.lanes,
                    InfectionSharesBody<AtomicAdd>{args, {}});
}

}  // namespace starling::cuda
