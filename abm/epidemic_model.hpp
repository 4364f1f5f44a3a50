#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <starling/abm/common_noise_differences.hpp>
#include <starling/abm/controlled_flips.hpp>
#include <starling/abm/epidemic_settings.hpp>
#include <starling/abm/jacobian_node.hpp>
#include <starling/abm/lane_runs.hpp>
#include <starling/abm/mean_field_gradient.hpp>
#include <starling/abm/observation.hpp>
#include <starling/abm/population.hpp>
#include <starling/abm/sampled_epidemic.hpp>
#include <starling/abm/sampled_outcomes.hpp>
#include <starling/abm/sampled_tangents.hpp>
#include <starling/abm/series.hpp>
#include <starling/abm/target_observation.hpp>
#include <starling/autodiff/tape.hpp>

namespace starling {

/// One number of an epidemic that can differ between lanes and be calibrated.
struct EpidemicParameter {
  std::string path;  // configuration key
  double configured = 0.0;
  ParameterRange range{};  // a run beyond it is the run at its end
};

/// Everything that can be calibrated: "networks.<name>.log10_beta" in the order of the configuration, then
/// "epidemic.log10_seed_fraction", then the numbers of the policies (see Policies::values()).
std::vector<EpidemicParameter> calibratable_parameters(const EpidemicSettings& settings);

/// What runs leave behind beside their series.
struct RunDetails {
  std::vector<std::int64_t> new_cases;  // [runs][records][age bins]
  /// Infections after the start by where they happened: the configured networks, then imports.
  /// [runs][records][networks + 1]
  std::vector<double> network_cases;
};

/// Which series a model reports, and which of them are its observation.
struct OutputSettings {
  std::vector<SeriesKey> series;
  /// What observe() returns; their series are reported too. Without targets, log10(1 + cumulative cases) of
  /// the age bins.
  std::vector<SeriesTarget> targets;
  /// Whether series() draws the outcomes of each infected person instead of giving their expectation.
  /// Observations are always expectations, which have derivatives.
  bool sampled_outcomes = false;
};

/// The epidemic as a function of a few parameters: what inference sees. Everything else keeps its configured
/// value.
class EpidemicModel {
 public:
  /// Throws InputError for a parameter path that does not exist (listing those that do) or is repeated, for
  /// series by an attribute the population lacks, for targets without a point of time in their window, for
  /// sampled outcomes where immunity wanes (only a person's latest infection is kept), for a vaccination
  /// policy whose efficacies are 0 and not calibrated, and for forward mode of an estimator that sweeps
  /// nothing.
  EpidemicModel(const Exec& exec, const Population& population, const EpidemicSettings& settings,
                const GradientSettings& gradient, const std::vector<std::string>& parameters,
                OutputSettings outputs = {});

  /// The same population, parameters and outputs with other settings, which must have the same networks,
  /// calendar and age bins by name and number. What does not differ is shared with `sibling`.
  EpidemicModel(const EpidemicModel& sibling, const Population& population, const EpidemicSettings& settings);

  [[nodiscard]] int dimensions() const { return static_cast<int>(slots_.size()); }
  /// Where the runs lie that give the derivative by a parameter at a value.
  [[nodiscard]] DifferencePoints difference_points(std::size_t dimension, double value) const;
  [[nodiscard]] const CaseObservation& observation() const { return observation_; }
  /// The observation of targets; null without any.
  [[nodiscard]] const TargetObservation* targets() const { return targets_ ? &*targets_ : nullptr; }
  /// The rows of series().
  [[nodiscard]] const SeriesTable& table() const { return table_; }
  /// Length of one observation.
  [[nodiscard]] std::size_t outputs() const { return targets_ ? targets_->size() : observation_.size(); }
  [[nodiscard]] const Schedule& schedule() const { return *schedule_; }
  [[nodiscard]] const World<float>& world() const { return *world_; }
  /// The configured values of the parameters. [dimensions]
  [[nodiscard]] std::vector<double> configured() const;

  /// Observations of all runs. [draws * replicates][outputs], or [lanes][outputs]
  [[nodiscard]] std::vector<double> observe(ParameterRows theta, const RunNoise& noise);
  [[nodiscard]] std::vector<double> observe(const LaneRuns& runs);

  /// New cases of all runs. [draws * replicates][records][age bins]
  [[nodiscard]] std::vector<std::int64_t> new_cases(ParameterRows theta, const RunNoise& noise);
  [[nodiscard]] std::vector<std::int64_t> new_cases(const LaneRuns& runs);

  /// Series of all runs. [draws * replicates][rows][records] of table(). With `details`, also those of the
  /// same runs.
  [[nodiscard]] std::vector<double> series(ParameterRows theta, const RunNoise& noise,
                                           RunDetails* details = nullptr);
  [[nodiscard]] std::vector<double> series(const LaneRuns& runs, RunDetails* details = nullptr);

  /// Details of all runs.
  [[nodiscard]] RunDetails details(ParameterRows theta, const RunNoise& noise);
  [[nodiscard]] RunDetails details(const LaneRuns& runs);

  /// One tape node for all runs: theta [draws][dimensions] -> observations [draws * replicates][outputs],
  /// with the estimator of the gradient settings. The model must outlive the node.
  Var<double> observe(Tape<double>& tape, Var<double> theta, const RunNoise& noise);

  /// Called before each batch of lanes; what it throws ends the simulation. For stopping long runs.
  void set_batch_hook(std::function<void()> hook) { batch_hook_ = std::move(hook); }

  /// Agent-steps simulated so far, forward runs only (reverse sweeps and spare lanes are not counted twice).
  [[nodiscard]] std::int64_t agent_steps() const { return agent_steps_; }

 private:
  /// Some lanes run together.
  struct Batch {
    int width;
    Trajectory trajectory;
    std::vector<std::int64_t> new_cases;  // [records][counted groups][width]
    std::vector<double> network_cases;    // [records][networks + 1][width] where asked for
  };
  struct NodeState;

  EpidemicModel(const Exec& exec, const Population& population, const EpidemicSettings& settings,
                const GradientSettings& gradient, const std::vector<std::string>& parameters,
                OutputSettings outputs, const EpidemicModel* sibling);
  [[nodiscard]] static CaseGroups groups_for(const Population& population, const EpidemicSettings& settings,
                                             const OutputSettings& outputs, const EpidemicModel* sibling);
  [[nodiscard]] static std::shared_ptr<const World<float>> world_for(const Exec& exec,
                                                                     const Population& population,
                                                                     const EpidemicSettings& settings,
                                                                     const CaseGroups& groups,
                                                                     const EpidemicModel* sibling);
  [[nodiscard]] std::vector<std::string> paths() const;
  [[nodiscard]] LaneParameters lane_parameters(std::span<const LaneRun> runs) const;
  [[nodiscard]] double& value_at(LaneParameters& parameters, std::size_t slot, int lane) const;
  [[nodiscard]] SampledEpidemic& simulator(int lanes);
  [[nodiscard]] Batch run_batch(std::span<const LaneRun> runs, std::uint64_t seed, Attribution attribution);
  [[nodiscard]] Batch run_turned_batch(std::span<const LaneRun> runs, std::uint64_t seed,
                                       std::span<const DrawnEvent> turned);
  [[nodiscard]] LaneNoise lane_noise(std::span<const LaneRun> runs, std::uint64_t seed) const;
  /// A batch with all that has been counted of its trajectory.
  [[nodiscard]] Batch counted_batch(SampledEpidemic& epidemic, Trajectory trajectory);
  /// Takes a batch, the index of its first lane and the number of its lanes.
  using VisitBatch = std::function<void(std::size_t first, std::size_t lanes, Batch batch)>;
  /// Runs all lanes, in batches, and hands each batch to `visit`.
  void run_lanes(const LaneRuns& runs, const VisitBatch& visit, Attribution attribution = Attribution::none);
  /// New cases of the first `lanes` lanes of a batch. [lanes][records][age bins]
  void append_new_cases(const Batch& batch, std::size_t lanes, std::vector<std::int64_t>& new_cases) const;
  /// The network cases of the first `lanes` lanes of a batch. [lanes][records][networks + 1]
  static void append_network_cases(const Batch& batch, std::size_t lanes, std::vector<double>& network_cases);
  /// Observations of the first `lanes` lanes of a batch. [lanes][outputs]
  void observe_batch(const Batch& batch, int lanes, std::span<double> observations) const;
  /// Adjoint of the batch's new cases. [records][counted groups][width]
  [[nodiscard]] std::vector<double> observe_batch_adjoint(const Batch& batch, int lanes,
                                                          std::span<const double> observations_adj) const;
  [[nodiscard]] std::vector<double> batch_series(const Batch& batch, int lanes) const;
  /// Events drawn for a batch. [kDiseaseEvents][records][groups][width]
  [[nodiscard]] std::vector<std::int64_t> sampled_events(const Batch& batch) const;
  /// Share of the probability of symptoms left to each vaccination status; empty where they are not told
  /// apart. [statuses][width]
  [[nodiscard]] std::vector<double> symptoms_left(const Batch& batch) const;

  /// A run that differs from one of the runs in one event, and by how much an infection in it counts.
  struct FlippedRun {
    std::size_t run;
    DrawnEvent event;            // its lane is that of the batch it runs in
    double sign;                 // 1 if the flipped run has the infection, else -1
    std::vector<double> slopes;  // [networks] weight dp / d(ln rate), empty at the start
    double seed_slope;           // weight dp / d(log10 seed fraction)
  };
  [[nodiscard]] RunJacobians event_flips(ParameterRows theta, const RunNoise& noise);
  void append_flipped_runs(const Batch& batch, std::size_t first, std::vector<FlippedRun>& flipped);
  void add_flipped_runs(const LaneRuns& runs, std::span<const FlippedRun> flipped, RunJacobians& result);
  [[nodiscard]] LaneParameters flip_weights(const LaneParameters& parameters,
                                            std::span<const FlippedRun> flipped) const;
  /// An infection to be run without, and what its chains say it is worth.
  struct ControlledFlip {
    InfectionEvent event;
    double weight;
    double value;
  };
  /// The adjoint of the parameters of a batch by transmission chains and flips (abm/controlled_flips.hpp).
  [[nodiscard]] LaneParameters controlled_gradient(const Batch& batch, std::span<const LaneRun> runs,
                                                   std::span<const double> new_cases_adj,
                                                   std::span<const double> observations_adj);
  [[nodiscard]] std::vector<ControlledFlip> controlled_flips(const Batch& batch,
                                                             std::span<const float> values);
  /// Runs without each infection, and adds what the chains miss of it.
  void add_corrections(const Batch& batch, std::span<const LaneRun> runs,
                       std::span<const ControlledFlip> flips, std::span<const double> observed,
                       std::span<const double> observations_adj, LaneParameters& gradient);
  [[nodiscard]] RunJacobians event_scores(ParameterRows theta, const RunNoise& noise);
  /// Throws InputError for calibrated parameters that are no argument of the events' probabilities, and where
  /// immunity wanes.
  void check_event_parameters() const;

  void forward_reverse_mode(NodeState& state, std::span<double> observations);
  void adjoint_reverse_mode(const NodeState& state, std::size_t replicates,
                            std::span<const double> observations_adj, std::span<double> theta_adj);
  /// Adjoint of the parameters of a batch by the estimator's rule.
  [[nodiscard]] LaneParameters batch_gradient(const Batch& batch, std::span<const LaneRun> runs,
                                              std::span<const double> observations_adj);
  [[nodiscard]] SampledSlope slope() const;
  /// What gives the derivatives of all outputs, of estimators that have them.
  [[nodiscard]] JacobianRuns jacobian_runs();
  /// Observations and all their derivatives by the parameters, in one pass over all runs.
  [[nodiscard]] RunJacobians forward_mode_jacobians(ParameterRows theta, const RunNoise& noise);
  /// Those of the first `lanes` lanes of a batch. [lanes][dimensions][outputs]
  void batch_jacobians(const Batch& batch, int lanes, std::span<double> jacobians);
  /// One for each calibrated parameter, in every lane. [dimensions]
  [[nodiscard]] std::vector<LaneParameters> unit_directions(int lanes) const;

  GradientSettings gradient_;
  OutputSettings output_settings_;
  std::vector<NetworkSettings> networks_;
  ProfileSettings profile_;
  std::vector<int> age_edges_;  // of the groups
  std::shared_ptr<const Schedule> schedule_;
  CaseGroups groups_;
  std::shared_ptr<const World<float>> world_;
  SampledRules rules_;
  CaseObservation observation_;
  SeriesTable table_;
  std::optional<TargetObservation> targets_;
  std::optional<SampledOutcomes> sampled_outcomes_;
  std::vector<EpidemicParameter> calibratable_;
  std::vector<std::size_t> slots_;               // [dimensions] which of them are calibrated
  std::map<int, SampledEpidemic> simulators_;    // by width
  std::map<int, SampledTangents> tangents_;      // of the simulators, in forward mode
  std::optional<MeanFieldGradient> mean_field_;  // of the estimator mean_field
  std::function<void()> batch_hook_;
  std::int64_t agent_steps_ = 0;
};

}  // namespace starling
