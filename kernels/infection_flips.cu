#include <starling/core/launch.cuh>
#include <starling/kernels/infection_flips.hpp>
#include <starling/kernels/infection_flips_math.hpp>

namespace starling::cuda {

void infection_flips(const Exec& exec, const InfectionFlipsArgs& args) {
  for_each_cuda(exec, "infection_flips", args.flips, InfectionFlipsBody{args});
}

}  // namespace starling::cuda
