#include <starling/core/launch.hpp>
#include <starling/kernels/seeding.hpp>
#include <starling/kernels/seeding_math.hpp>

namespace starling::cpu {

void seeding(const Exec& exec, const SeedingArgs& args) {
  for_each_row_cpu(exec, args.agents, args.lanes, SeedingBody{args});
}

void seeding_adjoint(const Exec& exec, const SeedingAdjointArgs& args) {
  for_each_row_cpu(exec, args.agents, args.lanes, SeedingAdjointBody{args});
}

}  // namespace starling::cpu
