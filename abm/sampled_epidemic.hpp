#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <starling/abm/importation.hpp>
#include <starling/abm/isolation.hpp>
#include <starling/abm/lane_parameters.hpp>
#include <starling/abm/pressure_field.hpp>
#include <starling/abm/schedule.hpp>
#include <starling/abm/vaccination.hpp>
#include <starling/abm/world.hpp>
#include <starling/core/buffer.hpp>
#include <starling/kernels/case_counts.hpp>
#include <starling/kernels/infection.hpp>
#include <starling/kernels/infection_events.hpp>
#include <starling/kernels/infection_flips.hpp>
#include <starling/kernels/infection_shares.hpp>

namespace starling {

/// Which random numbers a run uses: lane l draws the numbers of sample lane_sample[l] under `seed`. Lanes
/// with the same sample share their noise; the same (seed, sample, parameters) gives the same epidemic in any
/// lane.
struct LaneNoise {
  std::uint64_t seed = 0;
  std::vector<std::uint32_t> lane_sample;  // [lanes]
};

/// One draw of a run that decided whether an agent is infected: at the start (step 0), or at a step before
/// which the agent was susceptible.
struct DrawnEvent {
  int lane = 0;
  int step = 0;
  std::int64_t agent = 0;
};

/// Draws whose outcome a run turns into its opposite, in the order of their steps.
struct TurnedEvents {
  Buffer<InfectionFlip> flips;
  std::vector<std::int64_t> first;  // [steps + 2] where those of each step begin; empty: none are turned
};

/// A finished run: its parameters, its noise and its only stored events.
struct Trajectory {
  LaneParameters parameters;
  LaneNoise noise;
  Buffer<std::int16_t> infection_step;  // [agents][width]
  /// [steps + 1][counted groups][width] of runs whose immunity wanes, in which later infections replace
  /// earlier ones; else empty.
  Buffer<std::int64_t> counted_cases;
  /// [steps + 1][networks + 1][width] of runs that attribute cases, else empty: cases by the network where
  /// they happened, the last row imported ones, in units of 1 / kSharesPerCase (core/fixed_point.hpp).
  Buffer<std::int64_t> network_cases;
  TurnedEvents turned;
};

/// Where to look for an event of a lane: the probabilities of infection of the step, laid out agent after
/// agent, reach `target` in it. 0 <= target < their sum.
struct EventPlace {
  int lane = 0;
  int step = 0;
  double target = 0.0;
};

/// An event and what its probability p = 1 - exp(-x) depends on.
struct InfectionEvent {
  DrawnEvent drawn;
  bool infected = false;
  double probability = 0.0;
  std::vector<double> exposure;  // [networks + 1] x by network, then imports; empty at the start
};

/// Whether a run finds out where its infections happen (kernels/infection_shares.hpp).
enum class Attribution { none, by_network };

/// What sampled runs know beyond who meets whom.
struct SampledRules {
  std::shared_ptr<const Vaccination> vaccination = nullptr;  // null: nobody is vaccinated
  /// Vaccination policies may have an efficacy against symptoms, so that cases are counted apart by
  /// vaccination status (kernels/counted_groups.hpp). Without it all those efficacies must be 0.
  bool vaccination_eases_symptoms = false;
  /// Immunity wanes: susceptibility at d days after the latest infection is 1 - exp(-waning_per_day d). 0: it
  /// lasts. Runs with waning have no reverse sweep.
  double waning_per_day = 0.0;
  DiseaseSettings disease{};                  // decides who is ill, and when
  bool profile_from_onset = false;            // see ProfileSettings::shift_from_onset
  std::vector<std::int64_t> seeded_agents{};  // infected at the start, beside the seeded fraction
  std::shared_ptr<const Importation> importation = nullptr;  // null: nobody is infected from outside
};

/// Epidemics with sampled infections, several lanes at a time.
///
/// One step moves, per agent and lane (float, three networks): transmission 2 B read, 4 B written; sum over
/// members 4 B gathered per membership; infection 2 B read, 4 B gathered per membership (from cache). Nothing
/// is stored per step: the reverse sweep rebuilds every state from the infection steps and draws the same
/// numbers again.
class SampledEpidemic {
 public:
  /// `lanes` is rounded up to a compiled width.
  SampledEpidemic(std::shared_ptr<const World<float>> world, std::shared_ptr<const Schedule> schedule,
                  int lanes, SampledRules rules = {});

  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] const World<float>& world() const { return *world_; }
  [[nodiscard]] const Schedule& schedule() const { return *schedule_; }

  /// Seeds and runs all steps. At most width() lanes. Throws InputError for parameters that are not finite.
  [[nodiscard]] Trajectory run(const LaneParameters& parameters, const LaneNoise& noise,
                               Attribution attribution = Attribution::none);

  /// The three parts of `run`, for runs to be repeated or captured as a graph (abm/captured_epidemic.hpp).
  /// Memory for the events of `lanes` samples; its parameters and noise are those of the next upload().
  [[nodiscard]] Trajectory new_trajectory(int lanes, Attribution attribution = Attribution::none) const;
  /// Everything the steps read from host memory. Throws InputError for parameters that are not finite.
  void upload(Trajectory& trajectory, const LaneParameters& parameters, const LaneNoise& noise);
  /// Queues seeding and all steps with the values uploaded last: allocates nothing, copies nothing from or to
  /// the host and waits for nothing. The seed is an argument of the kernels, the rest is read from memory.
  void simulate(Trajectory& trajectory);

  /// Runs from given infections instead of seeding: step 0 for infected agents, kNeverInfected for others.
  [[nodiscard]] Trajectory run_from(const LaneParameters& parameters, const LaneNoise& noise,
                                    std::span<const std::int16_t> infection_step,
                                    Attribution attribution = Attribution::none);

  /// A run in which some draws, each of another lane or agent, have the opposite outcome; all later draws
  /// use the random numbers that they use in the run without. Draws that the run does not make (the agent was
  /// infected before) change nothing. Throws InputError for draws outside the run, and when immunity wanes.
  [[nodiscard]] Trajectory run_turned(const LaneParameters& parameters, const LaneNoise& noise,
                                      std::span<const DrawnEvent> turned);

  /// Sum of the infection probabilities of all draws of a step, given what happened before it. [steps +
  /// 1][width]. Replays the run; throws InputError when immunity wanes, as the following two do.
  [[nodiscard]] std::vector<double> infection_probabilities(const Trajectory& trajectory);
  /// The events at places of positive probability, in their order. Replays the steps that the places name.
  [[nodiscard]] std::vector<InfectionEvent> infection_events(const Trajectory& trajectory,
                                                             std::span<const EventPlace> places);
  /// The events of given draws, in their order; of probability 0 where there was nothing to draw. Throws
  /// InputError for draws outside the run.
  [[nodiscard]] std::vector<InfectionEvent> infection_events(const Trajectory& trajectory,
                                                             std::span<const DrawnEvent> draws);
  /// d log P(all events of a lane) / d parameters. Compliances and efficacies get no derivative.
  [[nodiscard]] LaneParameters score(const Trajectory& trajectory);

  /// Groups in which new cases are counted: those of the world, once for each vaccination status that is told
  /// apart.
  [[nodiscard]] int counted_groups() const;

  /// New infections by record, counted group and lane. [steps + 1][counted groups][width]
  [[nodiscard]] std::vector<std::int64_t> new_cases(const Trajectory& trajectory) const;

  /// New infections after the start by record, network (then imports) and lane, of a run that attributes
  /// them: each infection is one case shared out among its possible causes. [steps + 1][networks + 1][width]
  [[nodiscard]] std::vector<double> network_cases(const Trajectory& trajectory) const;

  /// Reverse sweep: the adjoint of the parameters given the adjoint of new_cases [steps + 1][counted
  /// groups][width].
  /// `slope` says how derivatives pass through the sampling; its noise is filled in from the trajectory.
  /// Compliances and efficacies of policies get no derivative. Throws InputError when immunity wanes.
  /// With transmission chains, `infection_values` takes what each infection is worth, the case itself
  /// included; its part in the derivative by ln(rate) of a network is the network's share in the exposure,
  /// and in that by ln(seed fraction) all of it. [agents][width]
  [[nodiscard]] LaneParameters adjoint(const Trajectory& trajectory, std::span<const double> new_cases_adj,
                                       SampledSlope slope, std::vector<float>* infection_values = nullptr);

 private:
  friend class SampledTangents;  // forward mode along the same steps (abm/sampled_tangents.hpp)
  struct Reverse;                // buffers of the reverse sweep, allocated at its first use
  struct Replay;                 // buffers for looking at the events of a run, likewise

  InfectionNoise upload_noise(const LaneNoise& noise);
  void upload_parameters(const LaneParameters& parameters);
  void upload_efficacies(const LaneParameters& parameters);
  /// Pressure of the step, and who keeps away in it.
  IsolationView<float> compute_pressure(const EventState& state, const InfectionNoise& noise, int step);
  void run_steps(Trajectory& trajectory);
  /// Turns the draws of the step that the trajectory lists.
  void turn_events(Trajectory& trajectory, int step);
  [[nodiscard]] TurnedEvents upload_turned(std::span<const DrawnEvent> turned, int lanes) const;
  [[nodiscard]] ExposureView exposure(int step, const IsolationView<float>& isolation) const;
  Replay& start_replay(const Trajectory& trajectory, InfectionNoise& noise);
  /// What the draws of a step depend on, computed now.
  InfectionEventsArgs replay_step(const Trajectory& trajectory, const InfectionNoise& noise, int step);
  /// Leaves the probabilities of a step in the buffers and their sums in `sum` [width].
  IsolationView<float> replay_probabilities(const Trajectory& trajectory, const InfectionNoise& noise,
                                            int step, Replay& replay, double* sum);
  /// x_n of events at a step whose pressure has just been computed; empty at the start.
  /// [events][networks + 1]
  [[nodiscard]] std::vector<std::vector<double>> event_exposures(int step,
                                                                 const IsolationView<float>& isolation,
                                                                 const Buffer<ChosenEvent>& events) const;
  [[nodiscard]] double seeding_probability(const LaneParameters& parameters, const DrawnEvent& draw) const;
  void check_draws(const char* place, std::span<const DrawnEvent> draws, int lanes) const;
  void add_seed_score(const Trajectory& trajectory, LaneParameters& score) const;
  void attribute_cases(Trajectory& trajectory, int step, const IsolationView<float>& isolation);
  Reverse& start_reverse(const Trajectory& trajectory, std::span<const double> new_cases_adj);
  void reverse_step(const Trajectory& trajectory, int step, const SampledSlope& slope, Reverse& reverse);
  [[nodiscard]] int anchored_window() const;
  void value_chains(const Trajectory& trajectory, std::span<const double> new_cases_adj,
                    const InfectionNoise& noise, Reverse& reverse);
  [[nodiscard]] LaneParameters collect(const LaneParameters& parameters, const Reverse& reverse) const;
  [[nodiscard]] static std::vector<float> chain_values(const Trajectory& trajectory, const Reverse& reverse,
                                                       int width);
  [[nodiscard]] EventState state_before(const Trajectory& trajectory, int step) const;
  [[nodiscard]] const float* rates(int step) const;
  /// Elements of [steps + 1][counted groups][width], and of one step.
  [[nodiscard]] std::int64_t new_case_cells() const;
  [[nodiscard]] std::int64_t step_case_cells() const { return std::int64_t{counted_groups()} * width_; }
  /// Elements of what agents give or receive outside home, which differs where some keep away: 0 without
  /// quarantine.
  [[nodiscard]] std::int64_t outside_size() const;
  /// Where a case can come from: the networks and the world outside.
  [[nodiscard]] int network_rows() const { return world_->networks() + 1; }
  [[nodiscard]] VaccinationView<float> vaccination() const;
  [[nodiscard]] VaccinationView<float> symptoms() const;
  [[nodiscard]] CountedGroups counted() const;
  [[nodiscard]] ImportView<float> imports(int step) const;
  [[nodiscard]] OnsetView onset(const InfectionNoise& noise) const;
  [[nodiscard]] const std::uint8_t* seeded() const { return seeded_.size() > 0 ? seeded_.data() : nullptr; }
  [[nodiscard]] CaseCountsArgs case_counts(const Trajectory& trajectory, int first_step, int last_step,
                                           std::int64_t* counts) const;

  std::shared_ptr<const World<float>> world_;
  std::shared_ptr<const Schedule> schedule_;
  int width_;
  SampledPressureField field_;
  Buffer<Quanta> transmission_;          // [agents][width]
  Buffer<Quanta> transmission_outside_;  // [agents][width] of schedules with quarantine, else empty
  Buffer<float> step_time_days_;         // [steps + 1]
  Buffer<float> rates_;                  // [steps + 1][networks][width]
  Buffer<float> seed_fraction_;          // [width]
  Buffer<std::uint32_t> lane_sample_;    // [width]
  SampledRules rules_;
  Buffer<float> vaccinated_susceptibility_;  // [vaccination policies][width]
  Buffer<float> vaccinated_symptoms_;        // [vaccination policies][width] share of their probability left
  Buffer<std::uint8_t> seeded_;              // [agents] 1 for rules.seeded_agents, or empty
  std::optional<Isolation> isolation_;       // of schedules with quarantine
  std::shared_ptr<Reverse> reverse_;
  std::shared_ptr<Replay> replay_;
};

}  // namespace starling
