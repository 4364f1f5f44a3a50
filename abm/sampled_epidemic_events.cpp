#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <set>

#include <starling/abm/sampled_epidemic.hpp>
#include <starling/core/check.hpp>
#include <starling/core/trace.hpp>
#include <starling/kernels/lane_sum.hpp>

namespace starling {

struct SampledEpidemic::Replay {
  Buffer<float> values, values_outside;  // [agents][width] probabilities or scores
  Buffer<double> partial;                // [chunks][width]
  Buffer<double> sums;                   // [steps + 1][width]
  Buffer<double> log_rate_score;         // [steps + 1][networks][width]

  Replay(const SampledEpidemic& epidemic, const World<float>& world, const Schedule& schedule, int width)
      : values(world.exec(), world.agents() * width),
        values_outside(world.exec(), epidemic.outside_size()),
        partial(world.exec(), lane_sum_chunks(world.agents()) * width),
        sums(world.exec(), std::int64_t{schedule.steps() + 1} * width),
        log_rate_score(world.exec(), std::int64_t{schedule.steps() + 1} * world.networks() * width) {}
};

TurnedEvents SampledEpidemic::upload_turned(std::span<const DrawnEvent> turned, int lanes) const {
  const char* place = "SampledEpidemic::run_turned";
  check_that(!(rules_.waning_per_day > 0.0), place, "draws cannot be turned in runs whose immunity wanes");
  std::vector<DrawnEvent> ordered(turned.begin(), turned.end());
  std::ranges::stable_sort(ordered, {}, &DrawnEvent::step);
  std::vector<InfectionFlip> flips;
  std::vector<std::int64_t> first(static_cast<std::size_t>(schedule_->steps()) + 2, 0);
  for (const DrawnEvent& event : ordered) {
    check_index(place, "lane", event.lane, lanes);
    check_index(place, "step", event.step, schedule_->steps() + 1);
    check_index(place, "agent", event.agent, world_->agents());
    flips.push_back({event.agent, event.lane});
    ++first[static_cast<std::size_t>(event.step) + 1];
  }
  std::partial_sum(first.begin(), first.end(), first.begin());
  return {Buffer<InfectionFlip>(world_->exec(), flips), std::move(first)};
}

Trajectory SampledEpidemic::run_turned(const LaneParameters& parameters, const LaneNoise& noise,
                                       std::span<const DrawnEvent> turned) {
  Trajectory trajectory = new_trajectory(parameters.lanes);
  trajectory.turned = upload_turned(turned, parameters.lanes);
  upload(trajectory, parameters, noise);
  simulate(trajectory);
  return trajectory;
}

SampledEpidemic::Replay& SampledEpidemic::start_replay(const Trajectory& trajectory, InfectionNoise& noise) {
  check_that(!(rules_.waning_per_day > 0.0), "SampledEpidemic",
             "runs whose immunity wanes cannot be replayed: the events of earlier infections are gone; use "
             "gradient.estimator = \"common_noise_differences\"");
  if (!replay_) replay_ = std::make_shared<Replay>(*this, *world_, *schedule_, width_);
  upload_parameters(trajectory.parameters);
  noise = upload_noise(trajectory.noise);
  transmission_.fill_zero();
  if (isolation_) transmission_outside_.fill_zero();
  return *replay_;
}

InfectionEventsArgs SampledEpidemic::replay_step(const Trajectory& trajectory, const InfectionNoise& noise,
                                                 int step) {
  const EventState state = state_before(trajectory, step);
  const IsolationView<float> isolation = compute_pressure(state, noise, step);
  return {.agents = world_->agents(),
          .lanes = width_,
          .memberships = world_->memberships(),
          .pressure = field_.pressure(),
          .duration_days = static_cast<float>(schedule_->calendar().record(step).duration_days),
          .state = state,
          .isolation = isolation,
          .vaccination = vaccination(),
          .imports = imports(step)};
}

IsolationView<float> SampledEpidemic::replay_probabilities(const Trajectory& trajectory,
                                                           const InfectionNoise& noise, int step,
                                                           Replay& replay, double* sum) {
  IsolationView<float> isolation;
  if (step == 0) {
    kernels::seeding_probability(world_->exec(), {.agents = world_->agents(),
                                                  .lanes = width_,
                                                  .fraction = seed_fraction_.data(),
                                                  .listed = seeded(),
                                                  .probability = replay.values.data()});
  } else {
    const InfectionEventsArgs events = replay_step(trajectory, noise, step);
    isolation = events.isolation;
    kernels::infection_probability(world_->exec(), {events, replay.values.data()});
  }
  kernels::lane_sum<float>(world_->exec(), {.rows = world_->agents(),
                                            .lanes = width_,
                                            .values = replay.values.data(),
                                            .partial = replay.partial.data(),
                                            .sum = sum});
  return isolation;
}

std::vector<double> SampledEpidemic::infection_probabilities(const Trajectory& trajectory) {
  const TraceRange range("infection_probabilities");
  InfectionNoise noise{};
  Replay& replay = start_replay(trajectory, noise);
  for (int step = 0; step <= schedule_->steps(); ++step)
    replay_probabilities(trajectory, noise, step, replay, replay.sums.data() + std::int64_t{step} * width_);
  return replay.sums.download();
}

std::vector<InfectionEvent> SampledEpidemic::infection_events(const Trajectory& trajectory,
                                                              std::span<const EventPlace> places) {
  const TraceRange range("infection_events");
  InfectionNoise noise{};
  start_replay(trajectory, noise);
  std::vector<std::size_t> order(places.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return places[i].step; });
  std::vector<EventPlace> ordered;
  for (const std::size_t i : order) ordered.push_back(places[i]);
  std::vector<InfectionEvent> found;
  for (std::size_t first = 0; first < ordered.size();) {
    std::size_t end = first;
    while (end < ordered.size() && ordered[end].step == ordered[first].step) ++end;
    choose_events(trajectory, noise, std::span(ordered).subspan(first, end - first), found);
    first = end;
  }
  std::vector<InfectionEvent> result(places.size());
  for (std::size_t i = 0; i < order.size(); ++i) result[order[i]] = std::move(found[i]);
  return result;
}

void SampledEpidemic::choose_events(const Trajectory& trajectory, const InfectionNoise& noise,
                                    std::span<const EventPlace> places, std::vector<InfectionEvent>& events) {
  const int step = places.front().step;
  check_index("SampledEpidemic::infection_events", "step", step, schedule_->steps() + 1);
  const IsolationView<float> isolation =
      replay_probabilities(trajectory, noise, step, *replay_, replay_->sums.data());
  std::vector<EventTarget> targets;
  for (const EventPlace& place : places) {
    check_index("SampledEpidemic::infection_events", "lane", place.lane, width_);
    targets.push_back({place.target, place.lane});
  }
  const auto choices = static_cast<std::int64_t>(places.size());
  const auto rows = static_cast<std::size_t>(step == 0 ? 0 : network_rows());
  const Buffer<EventTarget> target(world_->exec(), targets);
  Buffer<ChosenEvent> chosen(world_->exec(), choices);
  Buffer<double> parts(world_->exec(), choices * static_cast<std::int64_t>(rows));
  kernels::event_choice(
      world_->exec(), {.choices = choices,
                       .agents = world_->agents(),
                       .step = step,
                       .target = target.data(),
                       .probability = replay_->values.data(),
                       .partial = replay_->partial.data(),
                       .infection_step = trajectory.infection_step.data(),
                       .chosen = chosen.data(),
                       .duration_days = static_cast<float>(schedule_->calendar().record(step).duration_days),
                       .exposure = exposure(step, isolation),
                       .vaccination = vaccination(),
                       .parts = parts.data()});
  const std::vector<ChosenEvent> found = chosen.download();
  const std::vector<double> exposures = parts.download();
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto own = std::span(exposures).subspan(i * rows, rows);
    events.push_back({{places[i].lane, step, found[i].agent},
                      found[i].infected != 0,
                      static_cast<double>(found[i].probability),
                      {own.begin(), own.end()}});
  }
}

LaneParameters SampledEpidemic::score(const Trajectory& trajectory) {
  const TraceRange range("epidemic_score");
  InfectionNoise noise{};
  Replay& replay = start_replay(trajectory, noise);
  replay.log_rate_score.fill_zero();
  for (int step = 1; step <= schedule_->steps(); ++step) {
    const InfectionEventsArgs events = replay_step(trajectory, noise, step);
    float* outside = events.isolation.flags != nullptr ? replay.values_outside.data() : nullptr;
    kernels::infection_score(world_->exec(), {events, replay.values.data(), outside});
    field_.adjoint(*world_, schedule_->meetings(step),
                   {replay.values.data(), outside != nullptr ? outside : replay.values.data()}, rates(step),
                   replay.log_rate_score.data() + std::int64_t{step} * world_->networks() * width_);
  }
  LaneParameters result(world_->networks(), trajectory.parameters.lanes,
                        static_cast<int>(schedule_->policies().values().size()));
  schedule_->rates_adjoint(trajectory.parameters, width_, replay.log_rate_score.download(), result);
  add_seed_score(trajectory, result);
  return result;
}

// Of n agents that are not listed, s are infected at the start: log P = s ln f + (n - s) ln(1 - f).
void SampledEpidemic::add_seed_score(const Trajectory& trajectory, LaneParameters& score) const {
  const std::vector<std::int64_t> cases = new_cases(trajectory);
  const std::set<std::int64_t> distinct(rules_.seeded_agents.begin(), rules_.seeded_agents.end());
  const auto listed = static_cast<std::int64_t>(distinct.size());
  for (int lane = 0; lane < score.lanes; ++lane) {
    std::int64_t seeded = -listed;
    for (int group = 0; group < counted_groups(); ++group)
      seeded += cases[static_cast<std::size_t>(std::int64_t{group} * width_ + lane)];
    const std::int64_t escaped = world_->agents() - listed - seeded;
    const double fraction = std::pow(10.0, trajectory.parameters.seed(lane));
    const double escape_score =
        escaped > 0 ? static_cast<double>(escaped) * fraction / (1.0 - fraction) : 0.0;
    score.seed(lane) += std::numbers::ln10 * (static_cast<double>(seeded) - escape_score);
  }
}

}  // namespace starling
