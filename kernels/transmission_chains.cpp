#include <atomic>

#include <starling/core/launch.hpp>
#include <starling/kernels/infectious_contacts_math.hpp>
#include <starling/kernels/transmission_chains.hpp>
#include <starling/kernels/transmission_chains_math.hpp>

namespace starling::cpu {

namespace {
struct AtomicAdd {
  void operator()(std::int64_t* to, std::int64_t amount) const {
    std::atomic_ref<std::int64_t>(*to).fetch_add(amount, std::memory_order_relaxed);
  }
};
}  // namespace

void infectious_contacts(const Exec& exec, const InfectiousContactsArgs& args) {
  for_each_row_cpu(exec, args.agents, args.lanes, InfectiousContactsBody{args});
}

void shared_generations(const Exec& exec, const SharedGenerationsArgs& args) {
  for_each_row_cpu(exec, args.agents, args.lanes, SharedGenerationsBody{args});
}

void chain_delays(const Exec& exec, const ChainDelaysArgs& args) {
  for_each_row_cpu(exec, args.agents, args.lanes, ChainDelaysBody{args});
}

void chain_values(const Exec& exec, const ChainValuesArgs& args) {
  for_each_row_cpu(exec, args.agents, args.lanes, ChainValuesBody<AtomicAdd>{args, {}});
}

void unscaled_values(const Exec& exec, const UnscaledValuesArgs& args) {
  for_each_row_cpu(exec, args.agents, args.lanes, UnscaledValuesBody{args});
}

}  // namespace starling::cpu
