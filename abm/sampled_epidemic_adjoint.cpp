#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

#include <starling/abm/sampled_epidemic.hpp>
#include <starling/abm/transmission_chains.hpp>
#include <starling/core/check.hpp>
#include <starling/core/trace.hpp>
#include <starling/kernels/anchored_transmission.hpp>
#include <starling/kernels/lane_sum.hpp>
#include <starling/kernels/seeding.hpp>
#include <starling/kernels/transmission.hpp>

namespace starling {

struct SampledEpidemic::Reverse {
  Buffer<float> susceptibility, infected, infection_time_days;  // [agents][width] adjoints of the state
  Buffer<float> raw_adj;                                        // [agents][width]
  Buffer<float> raw_adj_outside;  // [agents][width] of schedules with quarantine, else empty
  Buffer<float> case_adj;         // [steps + 1][counted groups][width]
  Buffer<double> log_rate_adj;    // [steps + 1][networks][width]
  Buffer<double> lane_partial;
  Buffer<double> seed_adj;  // [width]
  int anchored_window = 0;  // steps
  Buffer<float> kept;       // [agents][anchored_window][width], allocated at the first anchored sweep
  std::optional<TransmissionChains> chains;

  Reverse(const SampledEpidemic& epidemic, const World<float>& world, const Schedule& schedule, int width)
      : susceptibility(world.exec(), world.agents() * width),
        infected(world.exec(), world.agents() * width),
        infection_time_days(world.exec(), world.agents() * width),
        raw_adj(world.exec(), world.agents() * width),
        raw_adj_outside(world.exec(), epidemic.outside_size()),
        case_adj(world.exec(), epidemic.new_case_cells()),
        log_rate_adj(world.exec(), std::int64_t{schedule.steps() + 1} * world.networks() * width),
        lane_partial(world.exec(), lane_sum_chunks(world.agents()) * width),
        seed_adj(world.exec(), width),
        kept(world.exec(), 0) {}

  void allocate_anchored(const World<float>& world, int window, int width) {
    if (anchored_window == window) return;
    anchored_window = window;
    kept = Buffer<float>(world.exec(), world.agents() * window * width);
  }

  AgentStateAdjoint<float> state() {
    return {susceptibility.data(), infected.data(), infection_time_days.data()};
  }
};

void SampledEpidemic::reverse_step(const Trajectory& trajectory, int step, const SampledSlope& slope,
                                   Reverse& reverse) {
  const EventState state = state_before(trajectory, step);
  const Step& record = schedule_->calendar().record(step);
  const IsolationView<float> isolation = compute_pressure(state, slope.noise, step);
  float* raw_adj_outside = isolation.flags != nullptr ? reverse.raw_adj_outside.data() : nullptr;
  kernels::infection_adjoint<EventState>(world_->exec(),
                                         {.agents = world_->agents(),
                                          .lanes = width_,
                                          .memberships = world_->memberships(),
                                          .pressure = field_.pressure(),
                                          .duration_days = static_cast<float>(record.duration_days),
                                          .now_days = static_cast<float>(record.now_days),
                                          .limits = {},
                                          .slope = slope,
                                          .state = state,
                                          .counted = counted(),
                                          .case_adj = reverse.case_adj.data() + step * step_case_cells(),
                                          .adj = reverse.state(),
                                          .raw_adj = reverse.raw_adj.data(),
                                          .raw_adj_outside = raw_adj_outside,
                                          .isolation = isolation,
                                          .vaccination = vaccination(),
                                          .imports = imports(step)});
  const HomeAndOutside<float> raw_adj{reverse.raw_adj.data(),
                                      raw_adj_outside != nullptr ? raw_adj_outside : reverse.raw_adj.data()};
  field_.adjoint(*world_, schedule_->meetings(step), raw_adj, rates(step),
                 reverse.log_rate_adj.data() + std::int64_t{step} * world_->networks() * width_);
  if (slope.kind == InfectionSlope::transmission_chains) return;
  if (slope.kind == InfectionSlope::straight_through_anchored) {
    kernels::anchored_transmission_adjoint(world_->exec(), {.agents = world_->agents(),
                                                            .lanes = width_,
                                                            .profile = world_->profile(),
                                                            .step_time_days = step_time_days_.data(),
                                                            .step = step,
                                                            .last_step = schedule_->steps(),
                                                            .window = reverse.anchored_window,
                                                            .memberships = world_->memberships(),
                                                            .venue_adj = field_.cell_adj(),
                                                            .kept = reverse.kept.data(),
                                                            .value = reverse.infected.data(),
                                                            .isolation = isolation,
                                                            .onset = onset(slope.noise)});
    return;
  }
  kernels::transmission_adjoint<EventState>(world_->exec(), {.agents = world_->agents(),
                                                             .lanes = width_,
                                                             .state = state,
                                                             .profile = world_->profile(),
                                                             .now_days = static_cast<float>(record.now_days),
                                                             .memberships = world_->memberships(),
                                                             .venue_adj = field_.cell_adj(),
                                                             .adj = reverse.state(),
                                                             .isolation = isolation,
                                                             .onset = onset(slope.noise)});
}

// The most steps that lie within the reach of the profile; all where the onset of symptoms has no bound.
int SampledEpidemic::anchored_window() const {
  if (rules_.profile_from_onset) return std::max(1, schedule_->steps());
  const std::vector<double> times = schedule_->times<double>();
  int window = 1;
  for (std::size_t from = 0, to = 0; from < times.size(); ++from) {
    while (to + 1 < times.size() && times[to + 1] - times[from] <= world_->profile_reach_days()) ++to;
    window = std::max(window, static_cast<int>(to - from));
  }
  return window;
}

// Leaves in reverse.infected what each infection is worth beyond the case itself.
void SampledEpidemic::value_chains(const Trajectory& trajectory, std::span<const double> new_cases_adj,
                                   const InfectionNoise& noise, Reverse& reverse) {
  if (!reverse.chains) reverse.chains.emplace(*world_, width_);
  for (int step = 0; step <= schedule_->steps(); ++step) {
    InfectiousContactsArgs args = reverse.chains->contacts();
    args.step = step;
    args.infection_step = trajectory.infection_step.data();
    args.noise = noise;
    if (step > 0) {
      args.isolation = compute_pressure(state_before(trajectory, step), noise, step);
      args.day_type = static_cast<int>(schedule_->meetings(step).day_type);
      args.duration_days = static_cast<float>(schedule_->calendar().record(step).duration_days);
      args.pressure = field_.pressure();
      args.attending = field_.attending();
      args.transmission = transmission_.data();
      args.transmission_outside =
          args.isolation.flags != nullptr ? transmission_outside_.data() : transmission_.data();
      args.vaccination = vaccination();
      args.imports = imports(step);
    }
    kernels::infectious_contacts(world_->exec(), args);
  }
  reverse.chains->values(trajectory.infection_step.data(), schedule_->steps(), counted(), new_cases_adj,
                         reverse.case_adj.data(), reverse.infected.data());
}

SampledEpidemic::Reverse& SampledEpidemic::start_reverse(const Trajectory& trajectory,
                                                         std::span<const double> new_cases_adj) {
  check_that(
      !(rules_.waning_per_day > 0.0), "SampledEpidemic::adjoint",
      "runs whose immunity wanes have no reverse sweep: the events of earlier infections are gone; use "
      "gradient.estimator = \"common_noise_differences\"");
  check_equal_size("SampledEpidemic::adjoint", "new_cases_adj",
                   static_cast<std::int64_t>(new_cases_adj.size()), new_case_cells());
  if (!reverse_) reverse_ = std::make_shared<Reverse>(*this, *world_, *schedule_, width_);
  upload_parameters(trajectory.parameters);
  for (auto* adjoint : {&reverse_->susceptibility, &reverse_->infected, &reverse_->infection_time_days})
    adjoint->fill_zero();
  reverse_->case_adj.upload(std::vector<float>(new_cases_adj.begin(), new_cases_adj.end()));
  transmission_.fill_zero();
  if (isolation_) transmission_outside_.fill_zero();
  return *reverse_;
}

LaneParameters SampledEpidemic::adjoint(const Trajectory& trajectory, std::span<const double> new_cases_adj,
                                        SampledSlope slope, std::vector<float>* infection_values) {
  const TraceRange range("epidemic_adjoint");
  Reverse& reverse = start_reverse(trajectory, new_cases_adj);
  slope.noise = upload_noise(trajectory.noise);
  if (slope.kind == InfectionSlope::straight_through_anchored)
    reverse.allocate_anchored(*world_, anchored_window(), width_);
  if (slope.kind == InfectionSlope::transmission_chains)
    value_chains(trajectory, new_cases_adj, slope.noise, reverse);
  for (int step = schedule_->steps(); step >= 1; --step) reverse_step(trajectory, step, slope, reverse);
  kernels::seeding_adjoint(world_->exec(), {.agents = world_->agents(),
                                            .lanes = width_,
                                            .fraction = seed_fraction_.data(),
                                            .slope = slope,
                                            .infection_step = trajectory.infection_step.data(),
                                            .counted = counted(),
                                            .case_adj = reverse.case_adj.data(),
                                            .adj = reverse.state(),
                                            .y_adj = reverse.raw_adj.data(),
                                            .listed = seeded()});
  kernels::lane_sum<float>(world_->exec(), {.rows = world_->agents(),
                                            .lanes = width_,
                                            .values = reverse.raw_adj.data(),
                                            .partial = reverse.lane_partial.data(),
                                            .sum = reverse.seed_adj.data()});
  if (infection_values != nullptr) *infection_values = chain_values(trajectory, reverse, width_);
  return collect(trajectory.parameters, reverse);
}

// An infection at a later step than 0 leaves the adjoint of the S that it took, which is its value: the
// exposure is proportional to S. One at the start leaves that of the seed fraction: its value over the
// fraction.
std::vector<float> SampledEpidemic::chain_values(const Trajectory& trajectory, const Reverse& reverse,
                                                 int width) {
  std::vector<float> values = reverse.susceptibility.download();
  const std::vector<float> over_fraction = reverse.raw_adj.download();
  const std::vector<std::int16_t> infection_step = trajectory.infection_step.download();
  for (int lane = 0; lane < trajectory.parameters.lanes; ++lane) {
    const auto fraction = static_cast<float>(std::pow(10.0, trajectory.parameters.seed(lane)));
    for (auto k = static_cast<std::size_t>(lane); k < values.size(); k += static_cast<std::size_t>(width))
      if (infection_step[k] == 0) values[k] = fraction * over_fraction[k];
  }
  return values;
}

LaneParameters SampledEpidemic::collect(const LaneParameters& parameters, const Reverse& reverse) const {
  const std::vector<double> seed_adj = reverse.seed_adj.download();
  LaneParameters result(world_->networks(), parameters.lanes,
                        static_cast<int>(schedule_->policies().values().size()));
  schedule_->rates_adjoint(parameters, width_, reverse.log_rate_adj.download(), result);
  for (int lane = 0; lane < parameters.lanes; ++lane) {
    const double fraction = std::pow(10.0, parameters.seed(lane));
    result.seed(lane) = std::numbers::ln10 * fraction * seed_adj[static_cast<std::size_t>(lane)];
  }
  return result;
}

}  // namespace starling
