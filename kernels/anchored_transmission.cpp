#include <starling/core/launch.hpp>
#include <starling/kernels/anchored_transmission.hpp>
#include <starling/kernels/anchored_transmission_math.hpp>

namespace starling::cpu {

void anchored_transmission_adjoint(const Exec& exec, const AnchoredTransmissionAdjointArgs& args) {
  for_each_row_cpu(exec, args.agents, args.lanes, AnchoredTransmissionAdjointBody{args});
}

}  // namespace starling::cpu
