#pragma once

#include <functional>
#include <vector>

namespace starling {

/// Symptoms as GradABM-JUNE 0.1.8 updates them at the end of each step, with the draws given: for comparison
/// with its runs only. The model itself uses disease_course() and expected outcomes.
///
/// A stage changes only at the end of steps and at most one a step, but delays add up from the scheduled
/// times, not from those.
struct PublishedSymptoms {
  std::vector<int> current_stage;        // [agents]
  std::vector<int> next_stage;           // [agents]
  std::vector<double> next_change_days;  // [agents] time since the start at which next_stage is due

  /// All agents susceptible, as at the start of a run.
  static PublishedSymptoms all_susceptible(std::size_t agents);
};

/// The draws of one update; called only for agents that need them.
struct PublishedSymptomDraws {
  /// Whether the agent progresses from its stage rather than recovers.
  std::function<bool(std::size_t agent, int stage)> progresses;
  /// Days until the change, for agents that progress or recover from a stage.
  std::function<double(std::size_t agent, int stage, bool progresses)> delay_days;
};

/// One update at `now_days`: newly infected agents become exposed, agents whose change is due enter their
/// next stage, and those who entered one from which the disease goes on draw what follows and when. Stages
/// are 0 recovered, 1 susceptible, 2 exposed … dead_stage. `new_infected` [agents] is true for infections of
/// the step. Throws InputError when the sizes disagree.
void update_published_symptoms(PublishedSymptoms& symptoms, double now_days,
                               const std::vector<bool>& new_infected, const PublishedSymptomDraws& draws,
                               int dead_stage = 7);

}  // namespace starling
