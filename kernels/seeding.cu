#include <starling/core/launch.cuh>
#include <starling/kernels/seeding.hpp>
#include <starling/kernels/seeding_math.hpp>

namespace starling::cuda {

void seeding(const Exec& exec, const SeedingArgs& args) {
  for_each_row_cuda(exec, "seeding", args.agents, args.lanes, SeedingBody{args});
}

void seeding_adjoint(const Exec& exec, const SeedingAdjointArgs& args) {
  for_each_row_cuda(exec, "seeding_adjoint", args.agents, args.lanes, SeedingAdjointBody{args});
}

}  // namespace starling::cuda
