#include <starling/core/launch.cuh>
#include <starling/kernels/infection_tangent.hpp>
#include <starling/kernels/infection_tangent_math.hpp>

namespace starling::cuda {

void infection_tangent(const Exec& exec, const InfectionTangentArgs& args) {
  for_each_row_cuda(exec, "infection_tangent", args.agents, args.columns, InfectionTangentBody{args});
}

void seeding_tangent(const Exec& exec, const SeedingTangentArgs& args) {
  for_each_row_cuda(exec, "seeding_tangent", args.agents, args.columns, SeedingTangentBody{args});
}

}  // namespace starling::cuda
