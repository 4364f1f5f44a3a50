#include <starling/core/launch.hpp>
#include <starling/kernels/infection_flips.hpp>
#include <starling/kernels/infection_flips_math.hpp>

namespace starling::cpu {

void infection_flips(const Exec& exec, const InfectionFlipsArgs& args) {
  for_each_cpu(exec, args.flips, InfectionFlipsBody{args});
}

}  // namespace starling::cpu
