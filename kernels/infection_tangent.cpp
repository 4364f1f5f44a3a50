#include <starling/kernels/for_each_tile.hpp>
#include <starling/kernels/infection_tangent.hpp>
#include <starling/kernels/infection_tangent_math.hpp>

namespace starling::cpu {

void infection_tangent(const Exec& exec, const InfectionTangentArgs& args) {
  for_each_tile_cpu(exec, args.agents, args.columns, InfectionTangentBody{args});
}

void seeding_tangent(const Exec& exec, const SeedingTangentArgs& args) {
  for_each_tile_cpu(exec, args.agents, args.columns, SeedingTangentBody{args});
}

}  // namespace starling::cpu
