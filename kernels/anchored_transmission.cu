#include <starling/core/launch.cuh>
#include <starling/kernels/anchored_transmission.hpp>
#include <starling/kernels/anchored_transmission_math.hpp>

namespace starling::cuda {

void anchored_transmission_adjoint(const Exec& exec, const AnchoredTransmissionAdjointArgs& args) {
  for_each_row_cuda(exec, "anchored_transmission_adjoint", args.agents, args.lanes,
                    AnchoredTransmissionAdjointBody{args});
}

}  // namespace starling::cuda
