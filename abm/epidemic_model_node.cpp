#include <memory>

#include <starling/abm/common_noise_differences.hpp>
#include <starling/abm/epidemic_model.hpp>

namespace starling {

namespace {

InfectionSlope slope_of(Estimator estimator) {
  switch (estimator) {
    case Estimator::straight_through_undepleted:
      return InfectionSlope::straight_through_undepleted;
    case Estimator::straight_through_anchored:
      return InfectionSlope::straight_through_anchored;
    case Estimator::smoothed_one_sided:
      return InfectionSlope::smoothed_one_sided;
    case Estimator::smoothed_two_sided:
      return InfectionSlope::smoothed_two_sided;
    case Estimator::gumbel_softmax:
      return InfectionSlope::gumbel_softmax;
    case Estimator::transmission_chains:
    case Estimator::controlled_flips:
      return InfectionSlope::transmission_chains;
    case Estimator::straight_through:
    case Estimator::common_noise_differences:
    case Estimator::mean_field:
    case Estimator::event_flips:
    case Estimator::event_scores:
      break;
  }
  return InfectionSlope::straight_through;
}

/// Whether derivatives come from single events, whose probabilities are those of rates and the seed fraction.
bool turns_events(Estimator estimator) {
  return estimator == Estimator::event_flips || estimator == Estimator::controlled_flips ||
         estimator == Estimator::event_scores;
}

/// Whether derivatives are estimated from further runs, or counts, beside the run and not by a sweep.
bool runs_beside(Estimator estimator) {
  return estimator == Estimator::common_noise_differences || estimator == Estimator::event_flips ||
         estimator == Estimator::event_scores;
}

}  // namespace

/// What a node keeps between its forward and its reverse pass.
struct EpidemicModel::NodeState {
  LaneRuns runs;
  std::vector<Batch> batches;  // events and counts of all lanes
};

SampledSlope EpidemicModel::slope() const {
  return {.kind = slope_of(gradient_.estimator),
          .temperature = static_cast<float>(gradient_.temperature),
          .noise = {}};
}

LaneParameters EpidemicModel::batch_gradient(const Batch& batch, std::span<const LaneRun> runs,
                                             std::span<const double> observations_adj) {
  const LaneParameters& parameters = batch.trajectory.parameters;
  const std::vector<double> new_cases_adj = observe_batch_adjoint(batch, parameters.lanes, observations_adj);
  if (mean_field_) return mean_field_->adjoint(parameters, new_cases_adj, batch.width);
  if (gradient_.estimator == Estimator::controlled_flips)
    return controlled_gradient(batch, runs, new_cases_adj, observations_adj);
  return simulator(parameters.lanes).adjoint(batch.trajectory, new_cases_adj, slope());
}

void EpidemicModel::forward_reverse_mode(NodeState& state, std::span<double> observations) {
  run_lanes(state.runs, [&](std::size_t first, std::size_t lanes, Batch batch) {
    observe_batch(batch, static_cast<int>(lanes), observations.subspan(first * outputs(), lanes * outputs()));
    state.batches.push_back(std::move(batch));
  });
}

void EpidemicModel::adjoint_reverse_mode(const NodeState& state, std::size_t replicates,
                                         std::span<const double> observations_adj,
                                         std::span<double> theta_adj) {
  std::size_t run = 0;
  for (const Batch& batch : state.batches) {
    const int lanes = batch.trajectory.parameters.lanes;
    const auto count = static_cast<std::size_t>(lanes);
    LaneParameters gradient = batch_gradient(batch, std::span(state.runs.lanes).subspan(run, count),
                                             observations_adj.subspan(run * outputs(), count * outputs()));
    for (int lane = 0; lane < lanes; ++lane, ++run) {
      for (std::size_t d = 0; d < slots_.size(); ++d)
        theta_adj[run / replicates * slots_.size() + d] += value_at(gradient, slots_[d], lane);
    }
  }
}

JacobianRuns EpidemicModel::jacobian_runs() {
  const auto by = [this](RunJacobians (EpidemicModel::*estimate)(ParameterRows, const RunNoise&)) {
    return JacobianRuns{dimensions(), outputs(),
                        [this, estimate](ParameterRows theta, const RunNoise& noise) {
                          return (this->*estimate)(theta, noise);
                        }};
  };
  switch (gradient_.estimator) {
    case Estimator::common_noise_differences:
      return differenced({.dimensions = dimensions(),
                          .outputs = outputs(),
                          .points = [this](std::size_t dimension,
                                           double value) { return difference_points(dimension, value); },
                          .observe = [this](const LaneRuns& runs) { return observe(runs); }});
    case Estimator::event_flips:
      return by(&EpidemicModel::event_flips);
    case Estimator::event_scores:
      return by(&EpidemicModel::event_scores);
    default:
      return by(&EpidemicModel::forward_mode_jacobians);
  }
}

Var<double> EpidemicModel::observe(Tape<double>& tape, Var<double> theta, const RunNoise& noise) {
  const Estimator estimator = gradient_.estimator;
  if (turns_events(estimator)) check_event_parameters();
  if (runs_beside(estimator) || gradient_.mode == SweepMode::forward)
    return observe_with_jacobians(tape, theta, noise, jacobian_runs());
  check_epidemic_node(tape, theta, dimensions());
  const auto runs = static_cast<std::size_t>(theta.shape().extent(0) * noise.replicates);
  const auto parameters = static_cast<std::size_t>(theta.size());
  auto state = std::make_shared<NodeState>();
  CustomOperation<double> operation;
  operation.forward = [=, this](const Exec&, std::span<const double* const> inputs, double* output) {
    state->runs = lane_runs({inputs[0], parameters}, slots_.size(), noise);
    forward_reverse_mode(*state, {output, runs * outputs()});
  };
  operation.adjoint = [=, this](const Exec&, std::span<const double* const>, const double*,
                                const double* output_adj, std::span<double* const> inputs_adj) {
    if (inputs_adj[0] == nullptr) return;
    adjoint_reverse_mode(*state, static_cast<std::size_t>(noise.replicates), {output_adj, runs * outputs()},
                         {inputs_adj[0], parameters});
  };
  return tape.custom("epidemic", {theta},
                     {static_cast<std::int64_t>(runs), static_cast<std::int64_t>(outputs())},
                     std::move(operation));
}

}  // namespace starling
