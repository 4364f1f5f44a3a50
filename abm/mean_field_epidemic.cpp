#include <algorithm>
#include <cmath>
#include <numbers>

#include <starling/abm/mean_field_epidemic.hpp>
#include <starling/core/check.hpp>
#include <starling/core/lanes.hpp>
#include <starling/kernels/transmission.hpp>

namespace starling {

namespace {

std::vector<std::uint16_t> groups_of_agents(const World<double>& world) {
  std::vector<std::uint16_t> group(static_cast<std::size_t>(world.agents()));
  world.exec().copy_to_host(group.data(), world.group(),
                            world.agents() * static_cast<std::int64_t>(sizeof(std::uint16_t)));
  return group;
}

}  // namespace

MeanFieldEpidemic::MeanFieldEpidemic(std::shared_ptr<const World<double>> world,
                                     std::shared_ptr<const Schedule> schedule, int lanes,
                                     PressureLimits<double> limits)
    : world_(std::move(world)),
      schedule_(std::move(schedule)),
      width_(lane_width(lanes)),
      limits_(limits),
      field_(*world_, width_),
      transmission_(world_->exec(), world_->agents() * width_),
      raw_adj_(world_->exec(), world_->agents() * width_),
      rates_(world_->exec(), std::int64_t{schedule_->steps() + 1} * world_->networks() * width_),
      log_rate_adj_(world_->exec(), rates_.size()),
      parameters_(schedule_->configured(width_)) {
  check_equal_size("MeanFieldEpidemic", "networks of the world", world_->networks(), schedule_->networks());
  check_that(schedule_->policies().quarantines().empty() && schedule_->policies().vaccinations().empty(),
             "MeanFieldEpidemic",
             "knows no quarantine and no vaccination: who is ill is a matter of sampled runs");
  for (int k = 0; k <= schedule_->steps(); ++k)
    states_.emplace_back(world_->exec(), world_->agents() * width_);
}

const double* MeanFieldEpidemic::rates(int step) const {
  return rates_.data() + std::int64_t{step} * world_->networks() * width_;
}

void MeanFieldEpidemic::set_initial_state(std::span<const double> infected) {
  const auto agents = static_cast<std::size_t>(world_->agents());
  const auto width = static_cast<std::size_t>(width_);
  seeded_by_fraction_ = infected.empty();
  if (!seeded_by_fraction_)
    check_equal_size("MeanFieldEpidemic::run", "infected", static_cast<std::int64_t>(infected.size()),
                     world_->agents());
  std::vector<double> value(agents * width, 0.0);
  for (std::size_t i = 0; i < agents; ++i) {
    for (int lane = 0; lane < parameters_.lanes; ++lane)
      value[i * width + static_cast<std::size_t>(lane)] =
          seeded_by_fraction_ ? std::pow(10.0, parameters_.seed(lane)) : infected[i];
  }
  State& state = states_.front();
  state.infected.upload(value);
  std::ranges::transform(value, value.begin(), [](double x) { return std::max(0.0, 1.0 - x); });
  state.susceptibility.upload(value);
  state.infection_time_days.fill_zero();
}

void MeanFieldEpidemic::compute_pressure(int step) {
  kernels::transmission<MeanFieldState<double>>(world_->exec(),
                                                {.agents = world_->agents(),
                                                 .lanes = width_,
                                                 .state = states_[index(step - 1)].view(),
                                                 .profile = world_->profile(),
                                                 .now_days = schedule_->calendar().record(step).now_days,
                                                 .transmission = transmission_.data()});
  field_.compute(*world_, schedule_->meetings(step), {transmission_.data(), transmission_.data()},
                 rates(step));
}

std::vector<double> MeanFieldEpidemic::run(const LaneParameters& parameters,
                                           std::span<const double> infected) {
  check_in_range("MeanFieldEpidemic::run", "lanes", parameters.lanes, 1, width_);
  parameters_ = parameters;
  rates_.upload(schedule_->rates<double>(parameters, width_));
  set_initial_state(infected);
  for (int step = 1; step <= schedule_->steps(); ++step) {
    compute_pressure(step);
    const Step& record = schedule_->calendar().record(step);
    State& after = states_[index(step)];
    kernels::mean_field_infection<double>(world_->exec(),
                                          {.agents = world_->agents(),
                                           .lanes = width_,
                                           .memberships = world_->memberships(),
                                           .pressure = field_.pressure(),
                                           .duration_days = record.duration_days,
                                           .now_days = record.now_days,
                                           .limits = limits_,
                                           .before = states_[index(step - 1)].view(),
                                           .susceptibility = after.susceptibility.data(),
                                           .infected = after.infected.data(),
                                           .infection_time_days = after.infection_time_days.data()});
  }
  return count_new_cases();
}

std::vector<double> MeanFieldEpidemic::count_new_cases() const {
  const auto groups = static_cast<std::size_t>(world_->groups());
  const auto width = static_cast<std::size_t>(width_);
  const std::vector<std::uint16_t> group = groups_of_agents(*world_);
  std::vector<double> result(states_.size() * groups * width, 0.0);
  std::vector<double> before(group.size() * width, 0.0);
  for (std::size_t k = 0; k < states_.size(); ++k) {
    const std::vector<double> after = states_[k].infected.download();
    for (std::size_t i = 0; i < after.size(); ++i)
      result[(k * groups + group[i / width]) * width + i % width] += after[i] - before[i];
    before = after;
  }
  return result;
}

void MeanFieldEpidemic::reverse_step(int step, const Buffer<double>& case_adj, State& adj) {
  compute_pressure(step);
  const Step& record = schedule_->calendar().record(step);
  const MeanFieldState<double> state = states_[index(step - 1)].view();
  kernels::infection_adjoint<MeanFieldState<double>>(
      world_->exec(), {.agents = world_->agents(),
                       .lanes = width_,
                       .memberships = world_->memberships(),
                       .pressure = field_.pressure(),
                       .duration_days = record.duration_days,
                       .now_days = record.now_days,
                       .limits = limits_,
                       .slope = {},
                       .state = state,
                       .counted = {world_->group()},
                       .case_adj = case_adj.data() + std::int64_t{step} * world_->groups() * width_,
                       .adj = adj.adjoint_view(),
                       .raw_adj = raw_adj_.data(),
                       .isolation = {},
                       .vaccination = {}});
  field_.adjoint(*world_, schedule_->meetings(step), {raw_adj_.data(), raw_adj_.data()}, rates(step),
                 log_rate_adj_.data() + std::int64_t{step} * world_->networks() * width_);
  kernels::transmission_adjoint<MeanFieldState<double>>(world_->exec(), {.agents = world_->agents(),
                                                                         .lanes = width_,
                                                                         .state = state,
                                                                         .profile = world_->profile(),
                                                                         .now_days = record.now_days,
                                                                         .memberships = world_->memberships(),
                                                                         .venue_adj = field_.cell_adj(),
                                                                         .adj = adj.adjoint_view()});
}

LaneParameters MeanFieldEpidemic::adjoint(std::span<const double> new_cases_adj) {
  check_equal_size("MeanFieldEpidemic::adjoint", "new_cases_adj",
                   static_cast<std::int64_t>(new_cases_adj.size()),
                   static_cast<std::int64_t>(states_.size()) * world_->groups() * width_);
  const Buffer<double> case_adj(world_->exec(),
                                std::vector<double>(new_cases_adj.begin(), new_cases_adj.end()));
  State adj(world_->exec(), world_->agents() * width_);
  for (auto* buffer : {&adj.susceptibility, &adj.infected, &adj.infection_time_days}) buffer->fill_zero();
  for (int step = schedule_->steps(); step >= 1; --step) reverse_step(step, case_adj, adj);
  return collect(
      new_cases_adj.first(static_cast<std::size_t>(world_->groups()) * static_cast<std::size_t>(width_)),
      adj);
}

LaneParameters MeanFieldEpidemic::collect(std::span<const double> first_case_adj, const State& adj) const {
  const std::vector<double> infected_adj = adj.infected.download();
  const std::vector<double> susceptibility_adj = adj.susceptibility.download();
  const std::vector<std::uint16_t> group = groups_of_agents(*world_);
  const auto width = static_cast<std::size_t>(width_);
  LaneParameters result(world_->networks(), parameters_.lanes,
                        static_cast<int>(schedule_->policies().values().size()));
  schedule_->rates_adjoint(parameters_, width_, log_rate_adj_.download(), result);
  if (!seeded_by_fraction_) return result;
  for (int lane = 0; lane < parameters_.lanes; ++lane) {
    const auto l = static_cast<std::size_t>(lane);
    const double scale = std::numbers::ln10 * std::pow(10.0, parameters_.seed(lane));
    for (std::size_t i = 0; i < group.size(); ++i)
      result.seed(lane) += scale * (first_case_adj[group[i] * width + l] + infected_adj[i * width + l] -
                                    susceptibility_adj[i * width + l]);
  }
  return result;
}

}  // namespace starling
