#include <starling/core/launch.hpp>
#include <starling/kernels/infection_events.hpp>
#include <starling/kernels/infection_events_math.hpp>

namespace starling::cpu {

void infection_probability(const Exec& exec, const InfectionProbabilityArgs& args) {
  for_each_row_cpu(exec, args.events.agents, args.events.lanes, InfectionProbabilityBody{args});
}

void seeding_probability(const Exec& exec, const SeedingProbabilityArgs& args) {
  for_each_row_cpu(exec, args.agents, args.lanes, SeedingProbabilityBody{args});
}

void infection_score(const Exec& exec, const InfectionScoreArgs& args) {
  for_each_row_cpu(exec, args.events.agents, args.events.lanes, InfectionScoreBody{args});
}

void event_choice(const Exec& exec, const EventChoiceArgs& args) {
  for_each_cpu(exec, args.choices, EventChoiceBody{args});
}

void event_exposure(const Exec& exec, const EventExposureArgs& args) {
  for_each_cpu(exec, args.events, EventExposureBody{args});
}

}  // namespace starling::cpu
