#include <cmath>
#include <numbers>
#include <utility>

#include <starling/abm/sampled_epidemic.hpp>
#include <starling/core/check.hpp>
#include <starling/core/fixed_point.hpp>
#include <starling/core/lanes.hpp>
#include <starling/core/trace.hpp>
#include <starling/kernels/case_counts.hpp>
#include <starling/kernels/infection_flips.hpp>
#include <starling/kernels/infection_shares.hpp>
#include <starling/kernels/seeding.hpp>
#include <starling/kernels/transmission.hpp>

namespace starling {

namespace {

void check_parameters(const LaneParameters& parameters, const LaneNoise& noise, const Schedule& schedule,
                      int width) {
  const char* place = "SampledEpidemic";
  check_in_range(place, "lanes", parameters.lanes, 1, width);
  check_equal_size(place, "log10_beta", static_cast<std::int64_t>(parameters.log10_beta.size()),
                   std::int64_t{schedule.networks()} * parameters.lanes);
  check_equal_size(place, "policy_values", static_cast<std::int64_t>(parameters.policy_values.size()),
                   static_cast<std::int64_t>(schedule.policies().values().size()) * parameters.lanes);
  check_finite(place, "policy_values", parameters.policy_values);
  check_equal_size(place, "lane_sample", static_cast<std::int64_t>(noise.lane_sample.size()),
                   parameters.lanes);
  check_finite(place, "log10_beta", parameters.log10_beta);
  check_finite(place, "log10_seed_fraction", parameters.log10_seed_fraction);
}

std::vector<std::uint8_t> marks_of(const std::vector<std::int64_t>& listed, std::int64_t agents) {
  if (listed.empty()) return {};
  std::vector<std::uint8_t> marks(static_cast<std::size_t>(agents), 0);
  for (const std::int64_t agent : listed) {
    check_index("epidemic.seed_agents", "agent", agent, agents);
    marks[static_cast<std::size_t>(agent)] = 1;
  }
  return marks;
}

void check_networks(const World<float>& world, const Schedule& schedule) {
  check_equal_size("SampledEpidemic", "networks of the world", world.networks(), schedule.networks());
}

}  // namespace

SampledEpidemic::SampledEpidemic(std::shared_ptr<const World<float>> world,
                                 std::shared_ptr<const Schedule> schedule, int lanes, SampledRules rules)
    : world_((check_networks(*world, *schedule), std::move(world))),
      schedule_(std::move(schedule)),
      width_(lane_width(lanes)),
      field_(*world_, width_),
      transmission_(world_->exec(), world_->agents() * width_),
      transmission_outside_(world_->exec(), outside_size()),
      step_time_days_(world_->exec(), schedule_->times<float>()),
      rates_(world_->exec(), std::int64_t{schedule_->steps() + 1} * world_->networks() * width_),
      seed_fraction_(world_->exec(), width_),
      lane_sample_(world_->exec(), width_),
      rules_(std::move(rules)),
      vaccinated_susceptibility_(
          world_->exec(), static_cast<std::int64_t>(schedule_->policies().vaccinations().size()) * width_),
      vaccinated_symptoms_(world_->exec(), vaccinated_susceptibility_.size()),
      seeded_(world_->exec(), marks_of(rules_.seeded_agents, world_->agents())) {
  check_non_negative("SampledEpidemic", "waning_per_day", rules_.waning_per_day);
  check_that(schedule_->policies().vaccinations().empty() || rules_.vaccination, "SampledEpidemic",
             "the schedule has vaccination policies, but the rules say of nobody when they are vaccinated");
  if (!schedule_->policies().quarantines().empty())
    isolation_.emplace(*world_, *schedule_, rules_.disease, width_);
}

std::int64_t SampledEpidemic::new_case_cells() const {
  return (schedule_->steps() + 1) * step_case_cells();
}

std::int64_t SampledEpidemic::outside_size() const {
  return schedule_->policies().quarantines().empty() ? 0 : world_->agents() * width_;
}

ImportView<float> SampledEpidemic::imports(int step) const {
  return rules_.importation ? rules_.importation->on(step, world_->group()) : ImportView<float>{};
}

OnsetView SampledEpidemic::onset(const InfectionNoise& noise) const {
  if (!rules_.profile_from_onset) return {};
  const DiseaseDelays delays = disease_delays(rules_.disease);
  return {true, noise.seed, noise.lane_sample, delays.exposed, delays.infectious};
}

InfectionNoise SampledEpidemic::upload_noise(const LaneNoise& noise) {
  std::vector<std::uint32_t> samples = noise.lane_sample;
  samples.resize(static_cast<std::size_t>(width_), samples.back());
  lane_sample_.upload(samples);
  if (isolation_) isolation_->forget_courses();
  return {noise.seed, lane_sample_.data()};
}

void SampledEpidemic::upload_parameters(const LaneParameters& parameters) {
  rates_.upload(schedule_->rates<float>(parameters, width_));
  // Lanes without parameters have no seeds and no contacts.
  std::vector<float> fraction(static_cast<std::size_t>(width_), 0.0F);
  for (int lane = 0; lane < parameters.lanes; ++lane)
    fraction[static_cast<std::size_t>(lane)] = static_cast<float>(std::pow(10.0, parameters.seed(lane)));
  seed_fraction_.upload(fraction);
  if (isolation_) isolation_->upload(*schedule_, parameters);
  upload_efficacies(parameters);
}

Trajectory SampledEpidemic::new_trajectory(int lanes, Attribution attribution) const {
  check_in_range("SampledEpidemic", "lanes", lanes, 1, width_);
  const std::int64_t counted = rules_.waning_per_day > 0.0 ? new_case_cells() : 0;
  const std::int64_t attributed =
      attribution == Attribution::none ? 0 : std::int64_t{schedule_->steps() + 1} * network_rows() * width_;
  return {schedule_->configured(lanes),
          LaneNoise{},
          Buffer<std::int16_t>(world_->exec(), world_->agents() * width_),
          Buffer<std::int64_t>(world_->exec(), counted),
          Buffer<std::int64_t>(world_->exec(), attributed),
          TurnedEvents{Buffer<InfectionFlip>(world_->exec(), 0), {}}};
}

void SampledEpidemic::upload(Trajectory& trajectory, const LaneParameters& parameters,
                             const LaneNoise& noise) {
  check_parameters(parameters, noise, *schedule_, width_);
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
                                    .infection_step = trajectory.infection_step.data(),
                                    .listed = seeded()});
  turn_events(trajectory, 0);
  run_steps(trajectory);
}

Trajectory SampledEpidemic::run(const LaneParameters& parameters, const LaneNoise& noise,
                                Attribution attribution) {
  Trajectory trajectory = new_trajectory(parameters.lanes, attribution);
  upload(trajectory, parameters, noise);
  simulate(trajectory);
  return trajectory;
}

Trajectory SampledEpidemic::run_from(const LaneParameters& parameters, const LaneNoise& noise,
                                     std::span<const std::int16_t> infection_step, Attribution attribution) {
  Trajectory trajectory = new_trajectory(parameters.lanes, attribution);
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

IsolationView<float> SampledEpidemic::compute_pressure(const EventState& state, const InfectionNoise& noise,
                                                       int step) {
  IsolationView<float> isolation;
  if (isolation_) isolation = isolation_->compute(*world_, *schedule_, state, noise, symptoms());
  const bool apart = isolation.flags != nullptr;
  const auto now_days = static_cast<float>(schedule_->calendar().record(step).now_days);
  kernels::transmission<EventState>(world_->exec(),
                                    {.agents = world_->agents(),
                                     .lanes = width_,
                                     .state = state,
                                     .profile = world_->profile(),
                                     .now_days = now_days,
                                     .transmission = transmission_.data(),
                                     .transmission_outside = apart ? transmission_outside_.data() : nullptr,
                                     .isolation = isolation,
                                     .onset = onset(noise)});
  const HomeAndOutside<Quanta> given{transmission_.data(),
                                     apart ? transmission_outside_.data() : transmission_.data()};
  field_.compute(*world_, schedule_->meetings(step), given, rates(step));
  return isolation;
}

void SampledEpidemic::turn_events(Trajectory& trajectory, int step) {
  if (trajectory.turned.first.empty()) return;
  const std::int64_t first = trajectory.turned.first[static_cast<std::size_t>(step)];
  const std::int64_t flips = trajectory.turned.first[static_cast<std::size_t>(step) + 1] - first;
  if (flips == 0) return;
  kernels::infection_flips(world_->exec(), {.flips = flips,
                                            .lanes = width_,
                                            .step = step,
                                            .flip = trajectory.turned.flips.data() + first,
                                            .infection_step = trajectory.infection_step.data()});
}

void SampledEpidemic::run_steps(Trajectory& trajectory) {
  transmission_.fill_zero();
  if (isolation_) transmission_outside_.fill_zero();
  const bool wanes = rules_.waning_per_day > 0.0;
  if (wanes) {
    trajectory.counted_cases.fill_zero();
    kernels::case_counts(world_->exec(), case_counts(trajectory, 0, 0, trajectory.counted_cases.data()));
  }
  if (trajectory.network_cases.size() > 0) trajectory.network_cases.fill_zero();
  const InfectionNoise noise{trajectory.noise.seed, lane_sample_.data()};
  for (int step = 1; step <= schedule_->steps(); ++step) {
    const IsolationView<float> isolation = compute_pressure(state_before(trajectory, step), noise, step);
    kernels::infection(world_->exec(),
                       {.agents = world_->agents(),
                        .lanes = width_,
                        .memberships = world_->memberships(),
                        .pressure = field_.pressure(),
                        .duration_days = static_cast<float>(schedule_->calendar().record(step).duration_days),
                        .step = step,
                        .noise = noise,
                        .infection_step = trajectory.infection_step.data(),
                        .isolation = isolation,
                        .vaccination = vaccination(),
                        .imports = imports(step),
                        .waning_per_day = static_cast<float>(rules_.waning_per_day),
                        .now_days = static_cast<float>(schedule_->calendar().record(step).now_days),
                        .step_time_days = step_time_days_.data()});
    turn_events(trajectory, step);
    if (wanes)
      kernels::case_counts(
          world_->exec(),
          case_counts(trajectory, step, step, trajectory.counted_cases.data() + step * step_case_cells()));
    if (trajectory.network_cases.size() > 0) attribute_cases(trajectory, step, isolation);
  }
}

ExposureView SampledEpidemic::exposure(int step, const IsolationView<float>& isolation) const {
  return {.lanes = width_,
          .networks = world_->networks(),
          .day_type = static_cast<int>(schedule_->meetings(step).day_type),
          .memberships = world_->memberships(),
          .pressure = field_.pressure(),
          .attending = field_.attending(),
          .blocks = world_->exposure_blocks(),
          .isolation = isolation,
          .imports = imports(step)};
}

void SampledEpidemic::attribute_cases(Trajectory& trajectory, int step,
                                      const IsolationView<float>& isolation) {
  std::int64_t* shares = trajectory.network_cases.data() + std::int64_t{step} * network_rows() * width_;
  kernels::infection_shares(world_->exec(), {.agents = world_->agents(),
                                             .step = step,
                                             .infection_step = trajectory.infection_step.data(),
                                             .exposure = exposure(step, isolation),
                                             .shares = shares});
}

CaseCountsArgs SampledEpidemic::case_counts(const Trajectory& trajectory, int first_step, int last_step,
                                            std::int64_t* counts) const {
  return {.agents = world_->agents(),
          .lanes = width_,
          .first_step = first_step,
          .last_step = last_step,
          .groups = counted_groups(),
          .infection_step = trajectory.infection_step.data(),
          .counted = counted(),
          .counts = counts};
}

std::vector<double> SampledEpidemic::network_cases(const Trajectory& trajectory) const {
  check_that(trajectory.network_cases.size() > 0, "SampledEpidemic::network_cases",
             "the run did not attribute its cases; ask for Attribution::by_network");
  std::vector<double> cases;
  for (const std::int64_t shares : trajectory.network_cases.download())
    cases.push_back(static_cast<double>(shares) / kSharesPerCase);
  return cases;
}

std::vector<std::int64_t> SampledEpidemic::new_cases(const Trajectory& trajectory) const {
  if (rules_.waning_per_day > 0.0) return trajectory.counted_cases.download();
  Buffer<std::int64_t> counts(world_->exec(), new_case_cells());
  counts.fill_zero();
  kernels::case_counts(world_->exec(), case_counts(trajectory, 0, schedule_->steps(), counts.data()));
  return counts.download();
}

}  // namespace starling
