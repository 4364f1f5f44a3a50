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

namespace {

/// Calls visit(step, indices of the places in it) step after step.
template <class Place, class Visit>
void visit_by_step(std::span<const Place> places, const Visit& visit) {
  std::vector<std::size_t> order(places.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return places[i].step; });
  for (std::size_t first = 0, end = 0; first < order.size(); first = end) {
    const int step = places[order[first]].step;
    while (end < order.size() && places[order[end]].step == step) ++end;
    visit(step, std::span<const std::size_t>(order).subspan(first, end - first));
  }
}

}  // namespace

void SampledEpidemic::check_draws(const char* place, std::span<const DrawnEvent> draws, int lanes) const {
  for (const DrawnEvent& draw : draws) {
    check_index(place, "lane", draw.lane, lanes);
    check_index(place, "step", draw.step, schedule_->steps() + 1);
    check_index(place, "agent", draw.agent, world_->agents());
  }
}

TurnedEvents SampledEpidemic::upload_turned(std::span<const DrawnEvent> turned, int lanes) const {
  const char* place = "SampledEpidemic::run_turned";
  check_that(!(rules_.waning_per_day > 0.0), place, "draws cannot be turned in runs whose immunity wanes");
  check_draws(place, turned, lanes);
  std::vector<DrawnEvent> ordered(turned.begin(), turned.end());
  std::ranges::stable_sort(ordered, {}, &DrawnEvent::step);
  std::vector<InfectionFlip> flips;
  std::vector<std::int64_t> first(static_cast<std::size_t>(schedule_->steps()) + 2, 0);
  for (const DrawnEvent& event : ordered) {
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

std::vector<std::vector<double>> SampledEpidemic::event_exposures(int step,
                                                                  const IsolationView<float>& isolation,
                                                                  const Buffer<ChosenEvent>& events) const {
  std::vector<std::vector<double>> result(static_cast<std::size_t>(events.size()));
  if (step == 0) return result;
  Buffer<double> parts(world_->exec(), events.size() * network_rows());
  kernels::event_exposure(
      world_->exec(), {.events = events.size(),
                       .step = step,
                       .event = events.data(),
                       .duration_days = static_cast<float>(schedule_->calendar().record(step).duration_days),
                       .exposure = exposure(step, isolation),
                       .vaccination = vaccination(),
                       .parts = parts.data()});
  const std::vector<double> all = parts.download();
  for (std::size_t i = 0; i < result.size(); ++i) {
    const auto own = std::span(all).subspan(i * static_cast<std::size_t>(network_rows()),
                                            static_cast<std::size_t>(network_rows()));
    result[i].assign(own.begin(), own.end());
  }
  return result;
}

std::vector<InfectionEvent> SampledEpidemic::infection_events(const Trajectory& trajectory,
                                                              std::span<const EventPlace> places) {
  const TraceRange range("infection_events");
  const char* place = "SampledEpidemic::infection_events";
  InfectionNoise noise{};
  Replay& replay = start_replay(trajectory, noise);
  std::vector<InfectionEvent> result(places.size());
  visit_by_step(places, [&](int step, std::span<const std::size_t> group) {
    check_index(place, "step", step, schedule_->steps() + 1);
    std::vector<EventTarget> targets;
    for (const std::size_t i : group) {
      check_index(place, "lane", places[i].lane, width_);
      targets.push_back({places[i].target, places[i].lane});
    }
    const IsolationView<float> isolation =
        replay_probabilities(trajectory, noise, step, replay, replay.sums.data());
    const Buffer<EventTarget> target(world_->exec(), targets);
    Buffer<ChosenEvent> chosen(world_->exec(), target.size());
    kernels::event_choice(world_->exec(), {.choices = target.size(),
                                           .agents = world_->agents(),
                                           .lanes = width_,
                                           .step = step,
                                           .target = target.data(),
                                           .probability = replay.values.data(),
                                           .partial = replay.partial.data(),
                                           .infection_step = trajectory.infection_step.data(),
                                           .chosen = chosen.data()});
    const std::vector<std::vector<double>> exposures = event_exposures(step, isolation, chosen);
    const std::vector<ChosenEvent> found = chosen.download();
    for (std::size_t i = 0; i < group.size(); ++i)
      result[group[i]] = {{found[i].lane, step, found[i].agent},
                          found[i].infected != 0,
                          static_cast<double>(found[i].probability),
                          exposures[i]};
  });
  return result;
}

std::vector<InfectionEvent> SampledEpidemic::infection_events(const Trajectory& trajectory,
                                                              std::span<const DrawnEvent> draws) {
  const TraceRange range("infection_events");
  check_draws("SampledEpidemic::infection_events", draws, width_);
  InfectionNoise noise{};
  start_replay(trajectory, noise);
  const std::vector<std::int16_t> infection_step = trajectory.infection_step.download();
  std::vector<InfectionEvent> result(draws.size());
  visit_by_step(draws, [&](int step, std::span<const std::size_t> group) {
    std::vector<ChosenEvent> listed;
    for (const std::size_t i : group) listed.push_back({draws[i].agent, draws[i].lane, 0.0F, 0});
    const IsolationView<float> isolation =
        step > 0 ? replay_step(trajectory, noise, step).isolation : IsolationView<float>{};
    const std::vector<std::vector<double>> exposures =
        event_exposures(step, isolation, Buffer<ChosenEvent>(world_->exec(), listed));
    for (std::size_t i = 0; i < group.size(); ++i) {
      const DrawnEvent& draw = draws[group[i]];
      const std::int16_t infected_at =
          infection_step[static_cast<std::size_t>(draw.agent * width_ + draw.lane)];
      const double probability =
          step == 0 ? seeding_probability(trajectory.parameters, draw)
                    : -std::expm1(-std::accumulate(exposures[i].begin(), exposures[i].end(), 0.0));
      result[group[i]] = {draw, infected_at == step, infected_at < step ? 0.0 : probability, exposures[i]};
    }
  });
  return result;
}

double SampledEpidemic::seeding_probability(const LaneParameters& parameters, const DrawnEvent& draw) const {
  const bool listed = std::ranges::find(rules_.seeded_agents, draw.agent) != rules_.seeded_agents.end();
  return listed || draw.lane >= parameters.lanes ? 0.0 : std::pow(10.0, parameters.seed(draw.lane));
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
