#include <starling/core/launch.cuh>
#include <starling/kernels/infection_events.hpp>
#include <starling/kernels/infection_events_math.hpp>

namespace starling::cuda {

void infection_probability(const Exec& exec, const InfectionProbabilityArgs& args) {
  for_each_row_cuda(exec, "infection_probability", args.events.agents, args.events.lanes,
                    InfectionProbabilityBody{args});
}

void seeding_probability(const Exec& exec, const SeedingProbabilityArgs& args) {
  for_each_row_cuda(exec, "seeding_probability", args.agents, args.lanes, SeedingProbabilityBody{args});
}

void infection_score(const Exec& exec, const InfectionScoreArgs& args) {
  for_each_row_cuda(exec, "infection_score", args.events.agents, args.events.lanes, InfectionScoreBody{args});
}

void event_choice(const Exec& exec, const EventChoiceArgs& args) {
  for_each_cuda(exec, "event_choice", args.choices, EventChoiceBody{args});
}

void event_exposure(const Exec& exec, const EventExposureArgs& args) {
  for_each_cuda(exec, "event_exposure", args.events, EventExposureBody{args});
}

}  // namespace starling::cuda
