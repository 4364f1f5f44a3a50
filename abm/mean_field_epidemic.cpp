#include <algorithm>
#include <cmath>
#include <numbers>

#include <starling/abm/mean_field_epidemic.hpp>
#include <starling/core/check.hpp>
#include <starling/core/lanes.hpp>
#include <starling/kernels/transmission.hpp>

namespace starling {

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
      parameters_(world_->networks(), width_) {
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
  field_.compute(*world_, schedule_->active(step), transmission_.data(), rates(step));
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
  const auto bins = static_cast<std::size_t>(world_->age_bins());
  const auto width = static_cast<std::size_t>(width_);
  std::vector<std::uint8_t> age_bin(static_cast<std::size_t>(world_->agents()));
  world_->exec().copy_to_host(age_bin.data(), world_->age_bin(), world_->agents());
  std::vector<double> result(states_.size() * bins * width, 0.0);
  std::vector<double> before(age_bin.size() * width, 0.0);
  for (std::size_t k = 0; k < states_.size(); ++k) {
    const std::vector<double> after = states_[k].infected.download();
    for (std::size_t i = 0; i < after.size(); ++i) {
      const std::size_t bin = age_bin[i / width];
      if (bin < bins) result[(k * bins + bin) * width + i % width] += after[i] - before[i];
    }
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
                       .age_bin = world_->age_bin(),
                       .case_adj = case_adj.data() + std::int64_t{step} * world_->kernel_age_bins() * width_,
                       .adj = adj.adjoint_view(),
                       .raw_adj = raw_adj_.data()});
  field_.adjoint(*world_, schedule_->active(step), raw_adj_.data(), rates(step),
                 log_rate_adj_.data() + std::int64_t{step} * world_->networks() * width_);
  kernels::transmission_adjoint<MeanFieldState<double>>(world_->exec(), {.agents = world_->agents(),
                                                                         .lanes = width_,
                                                                         .state = state,
                                                                         .profile = world_->profile(),
                                                                         .now_days = record.now_days,
                                                                         .memberships = world_->memberships(),
                                                                         .venue_adj = field_.venue_adj(),
                                                                         .adj = adj.adjoint_view()});
}

LaneParameters MeanFieldEpidemic::adjoint(std::span<const double> new_cases_adj) {
  const auto bins = static_cast<std::size_t>(world_->age_bins());
  const auto width = static_cast<std::size_t>(width_);
  check_equal_size("MeanFieldEpidemic::adjoint", "new_cases_adj",
                   static_cast<std::int64_t>(new_cases_adj.size()),
                   static_cast<std::int64_t>(states_.size() * bins * width));
  std::vector<double> with_unreported(states_.size() * (bins + 1) * width, 0.0);
  for (std::size_t k = 0; k < states_.size(); ++k)
    std::ranges::copy(new_cases_adj.subspan(k * bins * width, bins * width),
                      with_unreported.begin() + static_cast<std::ptrdiff_t>(k * (bins + 1) * width));
  const Buffer<double> case_adj(world_->exec(), with_unreported);
  State adj(world_->exec(), world_->agents() * width_);
  for (auto* buffer : {&adj.susceptibility, &adj.infected, &adj.infection_time_days}) buffer->fill_zero();
  for (int step = schedule_->steps(); step >= 1; --step) reverse_step(step, case_adj, adj);
  with_unreported.resize((bins + 1) * width);
  return collect(with_unreported, adj);
}

LaneParameters MeanFieldEpidemic::collect(const std::vector<double>& first_case_adj, const State& adj) const {
  const std::vector<double> log_rate_adj = log_rate_adj_.download();
  const std::vector<double> infected_adj = adj.infected.download();
  const std::vector<double> susceptibility_adj = adj.susceptibility.download();
  std::vector<std::uint8_t> age_bin(static_cast<std::size_t>(world_->agents()));
  world_->exec().copy_to_host(age_bin.data(), world_->age_bin(), world_->agents());
  const auto width = static_cast<std::size_t>(width_);
  const int networks = world_->networks();
  LaneParameters result(networks, parameters_.lanes);
  for (int lane = 0; lane < parameters_.lanes; ++lane) {
    const auto l = static_cast<std::size_t>(lane);
    for (int step = 1; step <= schedule_->steps(); ++step) {
      for (int n = 0; n < networks; ++n)
        result.beta(n, lane) +=
            std::numbers::ln10 * log_rate_adj[static_cast<std::size_t>(step * networks + n) * width + l];
    }
    if (!seeded_by_fraction_) continue;
    const double scale = std::numbers::ln10 * std::pow(10.0, parameters_.seed(lane));
    for (std::size_t i = 0; i < age_bin.size(); ++i)
      result.seed(lane) += scale * (first_case_adj[age_bin[i] * width + l] + infected_adj[i * width + l] -
                                    susceptibility_adj[i * width + l]);
  }
  return result;
}

}  // namespace starling
