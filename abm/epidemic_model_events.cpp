#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include <starling/abm/epidemic_model.hpp>
#include <starling/abm/event_flips.hpp>
#include <starling/core/check.hpp>
#include <starling/core/lanes.hpp>

namespace starling {

namespace {

// Whether the value scales a contact rate on some step.
bool is_factor(const Schedule& schedule, int value) {
  for (int step = 1; step <= schedule.steps(); ++step)
    for (int network = 0; network < schedule.networks(); ++network)
      if (std::ranges::count(schedule.policies().factors(step, network), value) > 0) return true;
  return false;
}

// New cases of a lane by step. [steps + 1]
std::vector<double> lane_cases(std::span<const std::int64_t> new_cases, int steps, int width, int lane) {
  const std::size_t records = static_cast<std::size_t>(steps) + 1;
  const std::size_t groups = new_cases.size() / records / static_cast<std::size_t>(width);
  std::vector<double> cases(records, 0.0);
  for (std::size_t cell = 0; cell < records * groups; ++cell)
    cases[cell / groups] += static_cast<double>(
        new_cases[cell * static_cast<std::size_t>(width) + static_cast<std::size_t>(lane)]);
  return cases;
}

// Of each run, the mean observation of the other runs of its draw. [runs][outputs]
std::vector<double> other_means(std::span<const double> observations, std::size_t replicates,
                                std::size_t outputs) {
  std::vector<double> means(observations.size());
  for (std::size_t i = 0; i < observations.size(); ++i) {
    const std::size_t first = i / (replicates * outputs) * replicates * outputs + i % outputs;
    double sum = 0.0;
    for (std::size_t r = 0; r < replicates; ++r) sum += observations[first + r * outputs];
    means[i] = (sum - observations[i]) / static_cast<double>(replicates - 1);
  }
  return means;
}

}  // namespace

void EpidemicModel::check_event_parameters() const {
  check_that(!(rules_.waning_per_day > 0.0), "gradient.estimator",
             "the events of earlier infections are gone where immunity wanes; use "
             "\"common_noise_differences\"");
  const auto betas_and_seed = static_cast<std::size_t>(world_->networks()) + 1;
  for (const std::size_t slot : slots_)
    check_that(slot < betas_and_seed || is_factor(*schedule_, static_cast<int>(slot - betas_and_seed)),
               "gradient.estimator",
               fmt::format("the events of a run have no derivative by {}; use "
                           "\"common_noise_differences\"",
                           calibratable_[slot].path));
}

EpidemicModel::Batch EpidemicModel::run_turned_batch(std::span<const LaneRun> runs, std::uint64_t seed,
                                                     std::span<const DrawnEvent> turned) {
  if (batch_hook_) batch_hook_();
  SampledEpidemic& epidemic = simulator(static_cast<int>(runs.size()));
  return counted_batch(epidemic, epidemic.run_turned(lane_parameters(runs), lane_noise(runs, seed), turned));
}

RunJacobians EpidemicModel::event_flips(ParameterRows theta, const RunNoise& noise) {
  const LaneRuns runs = lane_runs(theta, slots_.size(), noise);
  RunJacobians result{std::vector<double>(runs.lanes.size() * outputs()),
                      std::vector<double>(runs.lanes.size() * slots_.size() * outputs(), 0.0)};
  std::vector<FlippedRun> flipped;
  run_lanes(runs, [&](std::size_t first, std::size_t lanes, const Batch& batch) {
    observe_batch(batch, static_cast<int>(lanes),
                  std::span(result.observations).subspan(first * outputs(), lanes * outputs()));
    append_flipped_runs(batch, first, flipped);
  });
  const std::span<const FlippedRun> all(flipped);
  for (std::size_t first = 0; first < all.size(); first += kMaxLanes)
    add_flipped_runs(runs, all.subspan(first, std::min<std::size_t>(kMaxLanes, all.size() - first)), result);
  return result;
}

void EpidemicModel::append_flipped_runs(const Batch& batch, std::size_t first,
                                        std::vector<FlippedRun>& flipped) {
  const LaneParameters& parameters = batch.trajectory.parameters;
  const LaneNoise& noise = batch.trajectory.noise;
  SampledEpidemic& epidemic = simulator(batch.width);
  const std::vector<double> sums = epidemic.infection_probabilities(batch.trajectory);
  std::vector<FlipChoice> choices;
  for (int lane = 0; lane < parameters.lanes; ++lane) {
    FlipLane own{lane,
                 noise.lane_sample[static_cast<std::size_t>(lane)],
                 {},
                 lane_cases(batch.new_cases, schedule_->steps(), batch.width, lane)};
    for (int step = 0; step <= schedule_->steps(); ++step)
      own.probabilities.push_back(sums[static_cast<std::size_t>(std::int64_t{step} * batch.width + lane)]);
    const std::vector<FlipChoice> chosen = choose_flips(own, gradient_.flips, noise.seed);
    choices.insert(choices.end(), chosen.begin(), chosen.end());
  }
  std::vector<EventPlace> places;
  for (const FlipChoice& choice : choices) places.push_back(choice.place);
  const std::vector<InfectionEvent> events = epidemic.infection_events(batch.trajectory, places);
  for (std::size_t i = 0; i < events.size(); ++i) {
    const InfectionEvent& event = events[i];
    const double weight = 1.0 / (gradient_.flips * event.probability * choices[i].chance);
    FlippedRun run{
        .run = first + static_cast<std::size_t>(event.drawn.lane),
        .event = event.drawn,
        .sign = event.infected ? -1.0 : 1.0,
        .slopes = log_rate_slopes(event),
        .seed_slope = event.drawn.step == 0 ? weight * std::numbers::ln10 * event.probability : 0.0};
    for (double& slope : run.slopes) slope *= weight;
    flipped.push_back(std::move(run));
  }
}

LaneParameters EpidemicModel::flip_weights(const LaneParameters& parameters,
                                           std::span<const FlippedRun> flipped) const {
  const int networks = world_->networks();
  LaneParameters weights(networks, parameters.lanes, static_cast<int>(schedule_->policies().values().size()));
  std::vector<double> log_rate_slopes(
      static_cast<std::size_t>(std::int64_t{schedule_->steps() + 1} * networks * parameters.lanes), 0.0);
  for (int lane = 0; lane < parameters.lanes; ++lane) {
    const FlippedRun& run = flipped[static_cast<std::size_t>(lane)];
    for (int n = 0; n < static_cast<int>(run.slopes.size()); ++n)
      log_rate_slopes[static_cast<std::size_t>(
          (std::int64_t{run.event.step} * networks + n) * parameters.lanes + lane)] =
          run.slopes[static_cast<std::size_t>(n)];
    weights.seed(lane) = run.seed_slope;
  }
  schedule_->rates_adjoint(parameters, parameters.lanes, log_rate_slopes, weights);
  return weights;
}

void EpidemicModel::add_flipped_runs(const LaneRuns& runs, std::span<const FlippedRun> flipped,
                                     RunJacobians& result) {
  std::vector<LaneRun> lanes;
  std::vector<DrawnEvent> turned;
  for (const FlippedRun& run : flipped) {
    turned.push_back({static_cast<int>(lanes.size()), run.event.step, run.event.agent});
    lanes.push_back(runs.lanes[run.run]);
  }
  const Batch batch = run_turned_batch(lanes, runs.seed, turned);
  std::vector<double> observed(lanes.size() * outputs());
  observe_batch(batch, static_cast<int>(lanes.size()), observed);
  LaneParameters weights = flip_weights(batch.trajectory.parameters, flipped);
  for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
    const std::size_t run = flipped[lane].run;
    for (std::size_t d = 0; d < slots_.size(); ++d) {
      const double weight = flipped[lane].sign * value_at(weights, slots_[d], static_cast<int>(lane));
      if (weight == 0.0) continue;
      double* jacobian = result.jacobians.data() + (run * slots_.size() + d) * outputs();
      for (std::size_t o = 0; o < outputs(); ++o)
        jacobian[o] += weight * (observed[lane * outputs() + o] - result.observations[run * outputs() + o]);
    }
  }
}

RunJacobians EpidemicModel::event_scores(ParameterRows theta, const RunNoise& noise) {
  check_that(noise.replicates >= 2, "gradient.estimator",
             fmt::format("\"event_scores\" compares the runs of a draw: replicates = {}, expected at least 2",
                         noise.replicates));
  const LaneRuns runs = lane_runs(theta, slots_.size(), noise);
  RunJacobians result{std::vector<double>(runs.lanes.size() * outputs()), {}};
  std::vector<double> scores;  // [runs][dimensions]
  run_lanes(runs, [&](std::size_t first, std::size_t lanes, const Batch& batch) {
    observe_batch(batch, static_cast<int>(lanes),
                  std::span(result.observations).subspan(first * outputs(), lanes * outputs()));
    LaneParameters own = simulator(batch.width).score(batch.trajectory);
    for (std::size_t lane = 0; lane < lanes; ++lane)
      for (const std::size_t slot : slots_) scores.push_back(value_at(own, slot, static_cast<int>(lane)));
  });
  const std::vector<double> baselines =
      other_means(result.observations, static_cast<std::size_t>(noise.replicates), outputs());
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const std::size_t first = i / slots_.size() * outputs();
    for (std::size_t o = first; o < first + outputs(); ++o)
      result.jacobians.push_back(scores[i] * (result.observations[o] - baselines[o]));
  }
  return result;
}

}  // namespace starling
