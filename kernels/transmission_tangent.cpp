#include <starling/core/launch.hpp>
#include <starling/kernels/for_each_tile.hpp>
#include <starling/kernels/transmission_tangent.hpp>
#include <starling/kernels/transmission_tangent_math.hpp>

namespace starling::cpu {

void transmission_slopes(const Exec& exec, const TransmissionSlopesArgs& args) {
  for_each_row_cpu(exec, args.agents, args.lanes, TransmissionSlopesBody{args});
}

void transmission_tangent(const Exec& exec, const TransmissionTangentArgs& args) {
  for_each_tile_cpu(exec, args.agents, args.columns, TransmissionTangentBody{args});
}

}  // namespace starling::cpu
