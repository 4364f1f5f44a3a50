#include <cmath>
#include <numbers>

#include <starling/abm/sampled_epidemic.hpp>
#include <starling/core/check.hpp>
#include <starling/core/lanes.hpp>
#include <starling/core/trace.hpp>
#include <starling/kernels/case_counts.hpp>
#include <starling/kernels/lane_sum.hpp>
#include <starling/kernels/seeding.hpp>
#include <starling/kernels/transmission.hpp>

namespace starling {

namespace {

void check_parameters(const LaneParameters& parameters, const LaneNoise& noise, int networks, int width) {
  const char* place = "SampledEpidemic";
  check_in_range(place, "lanes", parameters.lanes, 1, width);
  check_equal_size(place, "log10_beta", static_cast<std::int64_t>(parameters.log10_beta.size()),
                   std::int64_t{networks} * parameters.lanes);
  check_equal_size(place, "lane_sample", static_cast<std::int64_t>(noise.lane_sample.size()),
                   parameters.lanes);
  check_finite(place, "log10_beta", parameters.log10_beta);
  check_finite(place, "log10_seed_fraction", parameters.log10_seed_fraction);
}

std::int64_t new_case_cells(const World<float>& world, const Schedule& schedule, int width) {
  return std::int64_t{schedule.steps() + 1} * world.kernel_age_bins() * width;
}

}  // namespace

struct SampledEpidemic::Reverse {
  Buffer<float> susceptibility, infected, infection_time_days;  // [agents][width] adjoints of the state
  Buffer<float> raw_adj;                                        // [agents][width]
  Buffer<float> case_adj;                                       // [steps + 1][kernel age bins][width]
  Buffer<double> log_rate_adj;                                  // [steps + 1][networks][width]
  Buffer<double> lane_partial;
  Buffer<double> seed_adj;  // [width]

  Reverse(const World<float>& world, const Schedule& schedule, int width)
      : susceptibility(world.exec(), world.agents() * width),
        infected(world.exec(), world.agents() * width),
        infection_time_days(world.exec(), world.agents() * width),
        raw_adj(world.exec(), world.agents() * width),
        case_adj(world.exec(), new_case_cells(world, schedule, width)),
        log_rate_adj(world.exec(), std::int64_t{schedule.steps() + 1} * world.networks() * width),
        lane_partial(world.exec(), lane_sum_chunks(world.agents()) * width),
        seed_adj(world.exec(), width) {}

  AgentStateAdjoint<float> state() {
    return {susceptibility.data(), infected.data(), infection_time_days.data()};
  }
};

SampledEpidemic::SampledEpidemic(std::shared_ptr<const World<float>> world,
                                 std::shared_ptr<const Schedule> schedule, int lanes)
    : world_(std::move(world)),
      schedule_(std::move(schedule)),
      width_(lane_width(lanes)),
      field_(*world_, width_),
      transmission_(world_->exec(), world_->agents() * width_),
      step_time_days_(world_->exec(), schedule_->times<float>()),
      rates_(world_->exec(), std::int64_t{schedule_->steps() + 1} * world_->networks() * width_),
      seed_fraction_(world_->exec(), width_),
      lane_sample_(world_->exec(), width_) {}

InfectionNoise SampledEpidemic::upload_noise(const LaneNoise& noise) {
  std::vector<std::uint32_t> samples = noise.lane_sample;
  samples.resize(static_cast<std::size_t>(width_), samples.back());
  lane_sample_.upload(samples);
  return {noise.seed, lane_sample_.data()};
}

void SampledEpidemic::upload_parameters(const LaneParameters& parameters) {
  rates_.upload(schedule_->rates<float>(parameters, width_));
  // Lanes without parameters have no seeds and no contacts.
  std::vector<float> fraction(static_cast<std::size_t>(width_), 0.0F);
  for (int lane = 0; lane < parameters.lanes; ++lane)
    fraction[static_cast<std::size_t>(lane)] = static_cast<float>(std::pow(10.0, parameters.seed(lane)));
  seed_fraction_.upload(fraction);
}

Trajectory SampledEpidemic::new_trajectory(int lanes) const {
  check_in_range("SampledEpidemic", "lanes", lanes, 1, width_);
  return {LaneParameters(world_->networks(), lanes), LaneNoise{},
          Buffer<std::int16_t>(world_->exec(), world_->agents() * width_)};
}

void SampledEpidemic::upload(Trajectory& trajectory, const LaneParameters& parameters,
                             const LaneNoise& noise) {
  check_parameters(parameters, noise, world_->networks(), width_);
  upload_parameters(parameters);
  upload_noise(noise);
  trajectory.parameters = parameters;
  trajectory.noise = noise;
}

void SampledEpidemic::simulate(Trajectory& trajectory) {
  const TraceRange range("epidemic");
  kernels::seeding(world_->exec(), {.agents = world_->agents(),
                                    .lanes = width_,
                                    .fraction = seed_fraction_.data(),
                                    .noise = {trajectory.noise.seed, lane_sample_.data()},
                                    .infection_step = trajectory.infection_step.data()});
  run_steps(trajectory);
}

Trajectory SampledEpidemic::run(const LaneParameters& parameters, const LaneNoise& noise) {
  Trajectory trajectory = new_trajectory(parameters.lanes);
  upload(trajectory, parameters, noise);
  simulate(trajectory);
  return trajectory;
}

Trajectory SampledEpidemic::run_from(const LaneParameters& parameters, const LaneNoise& noise,
                                     std::span<const std::int16_t> infection_step) {
  Trajectory trajectory = new_trajectory(parameters.lanes);
  trajectory.infection_step.upload(infection_step);
  upload(trajectory, parameters, noise);
  run_steps(trajectory);
  return trajectory;
}

EventState SampledEpidemic::state_before(const Trajectory& trajectory, int step) const {
  return {trajectory.infection_step.data(), step_time_days_.data(), step};
}

const float* SampledEpidemic::rates(int step) const {
  return rates_.data() + std::int64_t{step} * world_->networks() * width_;
}

void SampledEpidemic::compute_pressure(const EventState& state, int step) {
  const auto now_days = static_cast<float>(schedule_->calendar().record(step).now_days);
  kernels::transmission<EventState>(world_->exec(), {.agents = world_->agents(),
                                                     .lanes = width_,
                                                     .state = state,
                                                     .profile = world_->profile(),
                                                     .now_days = now_days,
                                                     .transmission = transmission_.data()});
  field_.compute(*world_, schedule_->active(step), transmission_.data(), rates(step));
}

void SampledEpidemic::run_steps(Trajectory& trajectory) {
  transmission_.fill_zero();
  const InfectionNoise noise{trajectory.noise.seed, lane_sample_.data()};
  for (int step = 1; step <= schedule_->steps(); ++step) {
    compute_pressure(state_before(trajectory, step), step);
    kernels::infection(world_->exec(),
                       {.agents = world_->agents(),
                        .lanes = width_,
                        .memberships = world_->memberships(),
                        .pressure = field_.pressure(),
                        .duration_days = static_cast<float>(schedule_->calendar().record(step).duration_days),
                        .step = step,
                        .noise = noise,
                        .infection_step = trajectory.infection_step.data()});
  }
}

std::vector<std::int64_t> SampledEpidemic::new_cases(const Trajectory& trajectory) const {
  Buffer<std::int64_t> counts(world_->exec(), new_case_cells(*world_, *schedule_, width_));
  counts.fill_zero();
  kernels::case_counts(world_->exec(), {.agents = world_->agents(),
                                        .lanes = width_,
                                        .steps = schedule_->steps(),
                                        .age_bins = world_->kernel_age_bins(),
                                        .infection_step = trajectory.infection_step.data(),
                                        .age_bin = world_->age_bin(),
                                        .counts = counts.data()});
  const std::vector<std::int64_t> all = counts.download();
  const auto row = static_cast<std::ptrdiff_t>(world_->age_bins()) * width_;
  const auto kernel_row = static_cast<std::ptrdiff_t>(world_->kernel_age_bins()) * width_;
  std::vector<std::int64_t> result;
  for (std::ptrdiff_t k = 0; k <= schedule_->steps(); ++k)
    result.insert(result.end(), all.begin() + k * kernel_row, all.begin() + k * kernel_row + row);
  return result;
}

void SampledEpidemic::reverse_step(const Trajectory& trajectory, int step, const SampledSlope& slope,
                                   Reverse& reverse) {
  const EventState state = state_before(trajectory, step);
  const Step& record = schedule_->calendar().record(step);
  compute_pressure(state, step);
  kernels::infection_adjoint<EventState>(
      world_->exec(),
      {.agents = world_->agents(),
       .lanes = width_,
       .memberships = world_->memberships(),
       .pressure = field_.pressure(),
       .duration_days = static_cast<float>(record.duration_days),
       .now_days = static_cast<float>(record.now_days),
       .limits = {},
       .slope = slope,
       .state = state,
       .age_bin = world_->age_bin(),
       .case_adj = reverse.case_adj.data() + std::int64_t{step} * world_->kernel_age_bins() * width_,
       .adj = reverse.state(),
       .raw_adj = reverse.raw_adj.data()});
  field_.adjoint(*world_, schedule_->active(step), reverse.raw_adj.data(), rates(step),
                 reverse.log_rate_adj.data() + std::int64_t{step} * world_->networks() * width_);
  kernels::transmission_adjoint<EventState>(world_->exec(), {.agents = world_->agents(),
                                                             .lanes = width_,
                                                             .state = state,
                                                             .profile = world_->profile(),
                                                             .now_days = static_cast<float>(record.now_days),
                                                             .memberships = world_->memberships(),
                                                             .venue_adj = field_.venue_adj(),
                                                             .adj = reverse.state()});
}

namespace {

// Every record gets the unreported bin, whose adjoint is 0.
std::vector<float> with_unreported_bin(std::span<const double> new_cases_adj, std::size_t records,
                                       std::size_t row, std::size_t width) {
  std::vector<float> result;
  result.reserve(records * (row + width));
  for (std::size_t k = 0; k < records; ++k) {
    for (const double value : new_cases_adj.subspan(k * row, row))
      result.push_back(static_cast<float>(value));
    result.resize(result.size() + width, 0.0F);
  }
  return result;
}

}  // namespace

SampledEpidemic::Reverse& SampledEpidemic::start_reverse(const Trajectory& trajectory,
                                                         std::span<const double> new_cases_adj) {
  const auto records = static_cast<std::size_t>(schedule_->steps()) + 1;
  const auto width = static_cast<std::size_t>(width_);
  const std::size_t row = static_cast<std::size_t>(world_->age_bins()) * width;
  check_equal_size("SampledEpidemic::adjoint", "new_cases_adj",
                   static_cast<std::int64_t>(new_cases_adj.size()), static_cast<std::int64_t>(records * row));
  if (!reverse_) reverse_ = std::make_shared<Reverse>(*world_, *schedule_, width_);
  upload_parameters(trajectory.parameters);
  for (auto* adjoint : {&reverse_->susceptibility, &reverse_->infected, &reverse_->infection_time_days})
    adjoint->fill_zero();
  reverse_->case_adj.upload(with_unreported_bin(new_cases_adj, records, row, width));
  transmission_.fill_zero();
  return *reverse_;
}

LaneParameters SampledEpidemic::adjoint(const Trajectory& trajectory, std::span<const double> new_cases_adj,
                                        SampledSlope slope) {
  const TraceRange range("epidemic_adjoint");
  Reverse& reverse = start_reverse(trajectory, new_cases_adj);
  slope.noise = upload_noise(trajectory.noise);
  for (int step = schedule_->steps(); step >= 1; --step) reverse_step(trajectory, step, slope, reverse);
  kernels::seeding_adjoint(world_->exec(), {.agents = world_->agents(),
                                            .lanes = width_,
                                            .fraction = seed_fraction_.data(),
                                            .slope = slope,
                                            .age_bin = world_->age_bin(),
                                            .case_adj = reverse.case_adj.data(),
                                            .adj = reverse.state(),
                                            .y_adj = reverse.raw_adj.data()});
  kernels::lane_sum<float>(world_->exec(), {.rows = world_->agents(),
                                            .lanes = width_,
                                            .values = reverse.raw_adj.data(),
                                            .partial = reverse.lane_partial.data(),
                                            .sum = reverse.seed_adj.data()});
  return collect(trajectory.parameters, reverse);
}

LaneParameters SampledEpidemic::collect(const LaneParameters& parameters, const Reverse& reverse) const {
  const std::vector<double> log_rate_adj = reverse.log_rate_adj.download();
  const std::vector<double> seed_adj = reverse.seed_adj.download();
  const int networks = world_->networks();
  LaneParameters result(networks, parameters.lanes);
  for (int lane = 0; lane < parameters.lanes; ++lane) {
    for (int step = 1; step <= schedule_->steps(); ++step) {
      for (int n = 0; n < networks; ++n)
        result.beta(n, lane) +=
            std::numbers::ln10 *
            log_rate_adj[static_cast<std::size_t>((std::int64_t{step} * networks + n) * width_ + lane)];
    }
    const double fraction = std::pow(10.0, parameters.seed(lane));
    result.seed(lane) = std::numbers::ln10 * fraction * seed_adj[static_cast<std::size_t>(lane)];
  }
  return result;
}

}  // namespace starling
