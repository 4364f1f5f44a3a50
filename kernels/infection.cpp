#include <starling/core/launch.hpp>
#include <starling/kernels/infection.hpp>
#include <starling/kernels/infection_math.hpp>

namespace starling::cpu {

void infection(const Exec& exec, const InfectionArgs& args) {
  for_each_row_cpu(exec, args.agents, args.lanes, InfectionBody{args});
}

template <class Real>
void mean_field_infection(const Exec& exec, const MeanFieldInfectionArgs<Real>& args) {
  for_each_row_cpu(exec, args.agents, args.lanes, MeanFieldInfectionBody<Real>{args});
}

template <class State>
void infection_adjoint(const Exec& exec, const InfectionAdjointArgs<State>& args) {
  for_each_row_cpu(exec, args.agents, args.lanes, InfectionAdjointBody<State>{args});
}

template void mean_field_infection(const Exec&, const MeanFieldInfectionArgs<double>&);
template void infection_adjoint(const Exec&, const InfectionAdjointArgs<EventState>&);
template void infection_adjoint(const Exec&, const InfectionAdjointArgs<MeanFieldState<double>>&);

}  // namespace starling::cpu
