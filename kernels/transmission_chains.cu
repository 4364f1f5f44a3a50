#include <starling/core/launch.cuh>
#include <starling/kernels/counting.cuh>
#include <starling/kernels/infectious_contacts_math.hpp>
#include <starling/kernels/transmission_chains.hpp>
#include <starling/kernels/transmission_chains_math.hpp>

namespace starling::cuda {

void infectious_contacts(const Exec& exec, const InfectiousContactsArgs& args) {
  for_each_row_cuda(exec, "infectious_contacts", args.agents, args.lanes, InfectiousContactsBody{args});
}

void shared_generations(const Exec& exec, const SharedGenerationsArgs& args) {
  for_each_row_cuda(exec, "shared_generations", args.agents, args.lanes, SharedGenerationsBody{args});
}

void chain_delays(const Exec& exec, const ChainDelaysArgs& args) {
  for_each_row_cuda(exec, "chain_delays", args.agents, args.lanes, ChainDelaysBody{args});
}

void chain_values(const Exec& exec, const ChainValuesArgs& args) {
  for_each_row_cuda(exec, "chain_values", args.agents, args.lanes, ChainValuesBody<AtomicAdd>{args, {}});
}

void unscaled_values(const Exec& exec, const UnscaledValuesArgs& args) {
  for_each_row_cuda(exec, "unscaled_values", args.agents, args.lanes, UnscaledValuesBody{args});
}

}  // namespace starling::cuda
