#include <starling/core/launch.cuh>
#include <starling/kernels/infection_shares.hpp>
#include <starling/kernels/infection_shares_math.hpp>

namespace starling::cuda {

namespace {
struct AtomicAdd {
  // Modulo 2^64 a negative amount adds just as well.
  __device__ void operator()(std::int64_t* to, std::int64_t amount) const {
    atomicAdd(reinterpret_cast<unsigned long long*>(to), static_cast<unsigned long long>(amount));
  }
};
}  // namespace

void infection_shares(const Exec& exec, const InfectionSharesArgs& args) {
  for_each_row_cuda(exec, "infection_shares", args.agents, args.lanes,
                    InfectionSharesBody<AtomicAdd>{args, {}});
}

}  // namespace starling::cuda
