#include <starling/core/launch.cuh>
#include <starling/kernels/transmission.hpp>
#include <starling/kernels/transmission_math.hpp>

namespace starling::cuda {

template <class State>
void transmission(const Exec& exec, const TransmissionArgs<State>& args) {
  for_each_row_cuda(exec, "transmission", args.agents, args.lanes, TransmissionBody<State>{args});
}

template <class State>
void transmission_adjoint(const Exec& exec, const TransmissionAdjointArgs<State>& args) {
  for_each_row_cuda(exec, "transmission_adjoint", args.agents, args.lanes,
                    TransmissionAdjointBody<State>{args});
}

template void transmission(const Exec&, const TransmissionArgs<EventState>&);
template void transmission(const Exec&, const TransmissionArgs<MeanFieldState<double>>&);
template void transmission_adjoint(const Exec&, const TransmissionAdjointArgs<EventState>&);
template void transmission_adjoint(const Exec&, const TransmissionAdjointArgs<MeanFieldState<double>>&);

}  // namespace starling::cuda
