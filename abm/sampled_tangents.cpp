#include <cmath>
#include <numbers>

#include <starling/abm/sampled_tangents.hpp>
#include <starling/core/check.hpp>
#include <starling/core/trace.hpp>
#include <starling/kernels/infection_tangent.hpp>
#include <starling/kernels/seeding.hpp>
#include <starling/kernels/tangent_columns.hpp>
#include <starling/kernels/transmission_tangent.hpp>

namespace starling {

namespace {

constexpr const char* kPlace = "SampledTangents";

int checked_columns(int directions, int width) {
  check_that(directions >= 1, kPlace, "directions must be at least 1");
  return tiled_columns(directions, width);
}

}  // namespace

SampledTangents::SampledTangents(SampledEpidemic& epidemic, int directions)
    : epidemic_(epidemic),
      directions_(directions),
      columns_(checked_columns(directions, epidemic.width())),
      pressure_(epidemic.world(), epidemic.width(), columns_),
      counted_agents_(
          epidemic.world(), epidemic.counted_groups(),
          epidemic.rules_.vaccination_eases_symptoms ? epidemic.rules_.vaccination.get() : nullptr),
      infected_tangent_(epidemic.world().exec(), epidemic.world().agents() * columns_),
      infection_time_tangent_(epidemic.world().exec(), infected_tangent_.size()),
      transmission_tangent_(epidemic.world().exec(), infected_tangent_.size()),
      transmission_outside_tangent_(epidemic.world().exec(),
                                    epidemic.isolation_ ? infected_tangent_.size() : 0),
      home_slope_(epidemic.world().exec(), epidemic.world().agents() * epidemic.width()),
      depletion_slope_(epidemic.world().exec(), home_slope_.size()),
      by_infected_(epidemic.world().exec(), home_slope_.size()),
      by_time_(epidemic.world().exec(), home_slope_.size()),
      outside_slope_(epidemic.world().exec(), epidemic.outside_size()),
      kept_outside_(epidemic.world().exec(), epidemic.outside_size()),
      no_adjoint_(epidemic.world().exec(), home_slope_.size()),
      one_case_(epidemic.world().exec(),
                std::vector<float>(static_cast<std::size_t>(epidemic.step_case_cells()), 1.0F)),
      fraction_tangent_(epidemic.world().exec(), columns_),
      log_rate_tangent_(epidemic.world().exec(), std::int64_t{epidemic.schedule().steps() + 1} *
                                                     epidemic.world().networks() * columns_),
      new_cases_tangent_(epidemic.world().exec(), std::int64_t{epidemic.schedule().steps() + 1} *
                                                      epidemic.counted_groups() * columns_) {
  check_that(!(epidemic.rules_.waning_per_day > 0.0), kPlace,
             "runs whose immunity wanes have no forward mode: the events of earlier infections are gone; use "
             "gradient.estimator = \"common_noise_differences\"");
}

std::vector<float> SampledTangents::new_cases(const Trajectory& trajectory,
                                              std::span<const LaneParameters> directions,
                                              SampledSlope slope) {
  const TraceRange range("epidemic_tangents");
  start(trajectory, directions);
  slope.noise = epidemic_.upload_noise(trajectory.noise);
  seed(trajectory, slope);
  for (int k = 1; k <= epidemic_.schedule().steps(); ++k) step(trajectory, k, slope);
  return new_cases_tangent_.download();
}

void SampledTangents::start(const Trajectory& trajectory, std::span<const LaneParameters> directions) {
  check_equal_size(kPlace, "directions", static_cast<std::int64_t>(directions.size()), directions_);
  epidemic_.upload_parameters(trajectory.parameters);
  upload_directions(trajectory.parameters, directions);
  epidemic_.transmission_.fill_zero();
  if (epidemic_.isolation_) epidemic_.transmission_outside_.fill_zero();
  no_adjoint_.fill_zero();
}

void SampledTangents::upload_directions(const LaneParameters& parameters,
                                        std::span<const LaneParameters> directions) {
  const auto columns = static_cast<std::size_t>(columns_);
  const auto lanes = static_cast<std::size_t>(parameters.lanes);
  std::vector<float> rates(static_cast<std::size_t>(log_rate_tangent_.size()), 0.0F);
  std::vector<float> fractions(columns, 0.0F);
  for (std::size_t d = 0; d < directions.size(); ++d) {
    const std::size_t first = d * static_cast<std::size_t>(epidemic_.width());
    const std::vector<double> own = epidemic_.schedule().log_rate_tangent(parameters, directions[d]);
    for (std::size_t k = 0; k < own.size(); ++k)
      rates[k / lanes * columns + first + k % lanes] = static_cast<float>(own[k]);
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const int l = static_cast<int>(lane);
      fractions[first + lane] =
          static_cast<float>(std::numbers::ln10 * std::pow(10.0, parameters.seed(l)) * directions[d].seed(l));
    }
  }
  log_rate_tangent_.upload(rates);
  fraction_tangent_.upload(fractions);
}

void SampledTangents::seed(const Trajectory& trajectory, const SampledSlope& slope) {
  const World<float>& world = epidemic_.world();
  // The adjoint of one case at the start is the slope of its infection.
  kernels::seeding_adjoint(world.exec(), {.agents = world.agents(),
                                          .lanes = epidemic_.width(),
                                          .fraction = epidemic_.seed_fraction_.data(),
                                          .slope = slope,
                                          .infection_step = trajectory.infection_step.data(),
                                          .counted = epidemic_.counted(),
                                          .case_adj = one_case_.data(),
                                          .adj = {no_adjoint_.data(), no_adjoint_.data(), no_adjoint_.data()},
                                          .y_adj = home_slope_.data(),
                                          .listed = epidemic_.seeded()});
  kernels::seeding_tangent(world.exec(), {.agents = world.agents(),
                                          .lanes = epidemic_.width(),
                                          .columns = columns_,
                                          .slope = home_slope_.data(),
                                          .fraction_tangent = fraction_tangent_.data(),
                                          .infected_tangent = infected_tangent_.data(),
                                          .infection_time_tangent = infection_time_tangent_.data()});
  count(0, infected_tangent_.data());
}

void SampledTangents::step(const Trajectory& trajectory, int step, const SampledSlope& slope) {
  const EventState state = epidemic_.state_before(trajectory, step);
  const IsolationView<float> isolation = epidemic_.compute_pressure(state, slope.noise, step);
  const bool apart = isolation.flags != nullptr;
  linearise_infection(state, slope, isolation);
  transmit(state, slope, isolation);
  const HomeAndOutside<float> given{transmission_tangent_.data(), apart ? transmission_outside_tangent_.data()
                                                                        : transmission_tangent_.data()};
  const World<float>& world = epidemic_.world();
  pressure_.compute(world, epidemic_.field_, epidemic_.schedule().meetings(step), given,
                    epidemic_.rates(step),
                    log_rate_tangent_.data() + std::int64_t{step} * world.networks() * columns_);
  infect(state, apart);
  count(step, transmission_tangent_.data());
}

void SampledTangents::linearise_infection(const EventState& state, const SampledSlope& slope,
                                          const IsolationView<float>& isolation) {
  const World<float>& world = epidemic_.world();
  const Step& record = epidemic_.schedule().calendar().record(state.step);
  // The adjoint of one case, of a state that has none otherwise. It leaves the zeros as they are.
  depletion_slope_.fill_zero();
  kernels::infection_adjoint<EventState>(
      world.exec(), {.agents = world.agents(),
                     .lanes = epidemic_.width(),
                     .memberships = world.memberships(),
                     .pressure = epidemic_.field_.pressure(),
                     .duration_days = static_cast<float>(record.duration_days),
                     .now_days = static_cast<float>(record.now_days),
                     .limits = {},
                     .slope = slope,
                     .state = state,
                     .counted = epidemic_.counted(),
                     .case_adj = one_case_.data(),
                     .adj = {depletion_slope_.data(), no_adjoint_.data(), no_adjoint_.data()},
                     .raw_adj = home_slope_.data(),
                     .raw_adj_outside = isolation.flags != nullptr ? outside_slope_.data() : nullptr,
                     .isolation = isolation,
                     .vaccination = epidemic_.vaccination(),
                     .imports = epidemic_.imports(state.step)});
}

void SampledTangents::transmit(const EventState& state, const SampledSlope& slope,
                               const IsolationView<float>& isolation) {
  const World<float>& world = epidemic_.world();
  const bool apart = isolation.flags != nullptr;
  kernels::transmission_slopes(
      world.exec(),
      {.agents = world.agents(),
       .lanes = epidemic_.width(),
       .state = state,
       .profile = world.profile(),
       .now_days = static_cast<float>(epidemic_.schedule().calendar().record(state.step).now_days),
       .isolation = isolation,
       .onset = epidemic_.onset(slope.noise),
       .by_infected = by_infected_.data(),
       .by_time = by_time_.data(),
       .kept_outside = apart ? kept_outside_.data() : nullptr});
  kernels::transmission_tangent(
      world.exec(), {.agents = world.agents(),
                     .lanes = epidemic_.width(),
                     .columns = columns_,
                     .by_infected = by_infected_.data(),
                     .by_time = by_time_.data(),
                     .kept_outside = apart ? kept_outside_.data() : nullptr,
                     .infected_tangent = infected_tangent_.data(),
                     .infection_time_tangent = infection_time_tangent_.data(),
                     .transmission_tangent = transmission_tangent_.data(),
                     .transmission_outside_tangent = apart ? transmission_outside_tangent_.data() : nullptr});
}

void SampledTangents::infect(const EventState& state, bool apart) {
  const World<float>& world = epidemic_.world();
  kernels::infection_tangent(
      world.exec(),
      {.agents = world.agents(),
       .lanes = epidemic_.width(),
       .columns = columns_,
       .memberships = world.memberships(),
       .home_cells = world.home_cells(),
       .pressure_tangent = pressure_.pressure_tangent(),
       .home_slope = home_slope_.data(),
       .outside_slope = apart ? outside_slope_.data() : nullptr,
       .depletion_slope = depletion_slope_.data(),
       .state = state,
       .now_days = static_cast<float>(epidemic_.schedule().calendar().record(state.step).now_days),
       .infected_tangent = infected_tangent_.data(),
       .infection_time_tangent = infection_time_tangent_.data(),
       .case_tangent = transmission_tangent_.data()});
}

void SampledTangents::count(int step, const float* case_tangent) {
  counted_agents_.sum(step, case_tangent, columns_,
                      new_cases_tangent_.data() + std::int64_t{step} * epidemic_.counted_groups() * columns_);
}

}  // namespace starling
