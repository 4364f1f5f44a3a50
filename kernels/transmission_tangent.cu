#include <starling/core/launch.cuh>
#include <starling/kernels/transmission_tangent.hpp>
#include <starling/kernels/transmission_tangent_math.hpp>

namespace starling::cuda {

void transmission_slopes(const Exec& exec, const TransmissionSlopesArgs& args) {
  for_each_row_cuda(exec, "transmission_slopes", args.agents, args.lanes, TransmissionSlopesBody{args});
}

void transmission_tangent(const Exec& exec, const TransmissionTangentArgs& args) {
  for_each_row_cuda(exec, "transmission_tangent", args.agents, args.columns, TransmissionTangentBody{args});
}

}  // namespace starling::cuda
