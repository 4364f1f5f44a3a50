#include <algorithm>
#include <numbers>

#include <starling/abm/epidemic_model.hpp>
#include <starling/core/lanes.hpp>

namespace starling {

namespace {

double weighted_sum(std::span<const double> weights, std::span<const double> values) {
  double sum = 0.0;
  for (std::size_t i = 0; i < weights.size(); ++i) sum += weights[i] * values[i];
  return sum;
}

}  // namespace

std::vector<EpidemicModel::ControlledFlip> EpidemicModel::controlled_flips(const Batch& batch,
                                                                           std::span<const float> values) {
  const Trajectory& trajectory = batch.trajectory;
  const std::vector<std::int16_t> infection_step = trajectory.infection_step.download();
  std::vector<RemovedInfection> removed;
  std::vector<DrawnEvent> draws;
  for (int lane = 0; lane < trajectory.parameters.lanes; ++lane) {
    const std::uint32_t sample = trajectory.noise.lane_sample[static_cast<std::size_t>(lane)];
    for (const RemovedInfection& chosen :
         choose_infections(infection_step, batch.width, lane, schedule_->steps(), sample, gradient_.flips,
                           trajectory.noise.seed)) {
      removed.push_back(chosen);
      draws.push_back(chosen.drawn);
    }
  }
  std::vector<InfectionEvent> events = simulator(batch.width).infection_events(trajectory, draws);
  std::vector<ControlledFlip> flips;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (!(events[i].probability > 0.0)) continue;  // listed agents are infected without a draw
    const auto place = static_cast<std::size_t>(draws[i].agent * batch.width + draws[i].lane);
    flips.push_back({std::move(events[i]), removed[i].weight, static_cast<double>(values[place])});
  }
  return flips;
}

void EpidemicModel::add_corrections(const Batch& batch, std::span<const LaneRun> runs,
                                    std::span<const ControlledFlip> flips, std::span<const double> observed,
                                    std::span<const double> observations_adj, LaneParameters& gradient) {
  std::vector<LaneRun> lanes;
  std::vector<DrawnEvent> turned;
  for (const ControlledFlip& flip : flips) {
    const DrawnEvent& drawn = flip.event.drawn;
    turned.push_back({static_cast<int>(lanes.size()), drawn.step, drawn.agent});
    lanes.push_back(runs[static_cast<std::size_t>(drawn.lane)]);
  }
  const Batch without = run_turned_batch(lanes, batch.trajectory.noise.seed, turned);
  std::vector<double> observed_without(lanes.size() * outputs());
  observe_batch(without, static_cast<int>(lanes.size()), observed_without);
  std::vector<FlippedRun> corrections;
  for (std::size_t i = 0; i < flips.size(); ++i) {
    const std::size_t run = static_cast<std::size_t>(flips[i].event.drawn.lane);
    const auto adjoint = observations_adj.subspan(run * outputs(), outputs());
    const double change =
        weighted_sum(adjoint, observed.subspan(run * outputs(), outputs())) -
        weighted_sum(adjoint, std::span(observed_without).subspan(i * outputs(), outputs()));
    std::vector<double> terms = correction_terms(flips[i].event, change, flips[i].value);
    for (double& term : terms) term *= flips[i].weight;
    FlippedRun correction{.run = run, .event = turned[i], .sign = 1.0, .slopes = {}, .seed_slope = 0.0};
    if (turned[i].step == 0)
      correction.seed_slope = std::numbers::ln10 * terms.front();
    else
      correction.slopes = std::move(terms);
    corrections.push_back(std::move(correction));
  }
  LaneParameters weights = flip_weights(without.trajectory.parameters, corrections);
  for (std::size_t i = 0; i < corrections.size(); ++i)
    for (const std::size_t slot : slots_)
      value_at(gradient, slot, static_cast<int>(corrections[i].run)) +=
          value_at(weights, slot, static_cast<int>(i));
}

LaneParameters EpidemicModel::controlled_gradient(const Batch& batch, std::span<const LaneRun> runs,
                                                  std::span<const double> new_cases_adj,
                                                  std::span<const double> observations_adj) {
  std::vector<float> values;
  LaneParameters gradient = simulator(batch.width).adjoint(batch.trajectory, new_cases_adj, slope(), &values);
  std::vector<double> observed(runs.size() * outputs());
  observe_batch(batch, static_cast<int>(runs.size()), observed);
  const std::vector<ControlledFlip> flips = controlled_flips(batch, values);
  const std::span<const ControlledFlip> all(flips);
  for (std::size_t first = 0; first < all.size(); first += kMaxLanes)
    add_corrections(batch, runs, all.subspan(first, std::min<std::size_t>(kMaxLanes, all.size() - first)),
                    observed, observations_adj, gradient);
  return gradient;
}

}  // namespace starling
