#include <cmath>
#include <numbers>

#include <starling/abm/schedule.hpp>
#include <starling/core/check.hpp>

namespace starling {

Schedule::Schedule(const EpidemicSettings& settings)
    : calendar_(settings),
      policies_(settings.policies, calendar_, settings.networks),
      networks_(static_cast<int>(settings.networks.size())),
      log10_seed_fraction_(settings.log10_seed_fraction),
      meetings_(static_cast<std::size_t>(calendar_.steps()) + 1) {
  for (const NetworkSettings& network : settings.networks) log10_beta_.push_back(network.log10_beta);
  meetings_.front().active.assign(settings.networks.size(), false);
  for (int step = 1; step <= calendar_.steps(); ++step) {
    Meetings& meetings = meetings_[static_cast<std::size_t>(step)];
    meetings.day_type = calendar_.record(step).day_type;
    for (int n = 0; n < networks_; ++n)
      meetings.active.push_back(calendar_.active(settings.networks[static_cast<std::size_t>(n)], step) &&
                                !policies_.closed(step, n));
  }
}

LaneParameters Schedule::configured(int lanes) const {
  const auto values = static_cast<int>(policies_.values().size());
  LaneParameters result(networks_, lanes, values);
  for (int lane = 0; lane < lanes; ++lane) {
    for (int n = 0; n < networks_; ++n) result.beta(n, lane) = log10_beta_[static_cast<std::size_t>(n)];
    for (int v = 0; v < values; ++v)
      result.policy(v, lane) = policies_.values()[static_cast<std::size_t>(v)].configured;
    result.seed(lane) = log10_seed_fraction_;
  }
  return result;
}

template <class Real>
std::vector<Real> Schedule::rates(const LaneParameters& parameters, int width) const {
  const auto networks = static_cast<std::size_t>(networks_);
  const auto lanes = static_cast<std::size_t>(width);
  std::vector<Real> result(meetings_.size() * networks * lanes, Real(0));
  for (int lane = 0; lane < parameters.lanes; ++lane) {
    for (int n = 0; n < networks_; ++n) {
      const double free_rate = std::pow(10.0, parameters.beta(n, lane));
      for (int step = 1; step <= steps(); ++step) {
        if (!meets(step, n)) continue;
        double rate = free_rate;
        for (const int value : policies_.factors(step, n)) rate *= parameters.policy(value, lane);
        result[(static_cast<std::size_t>(step) * networks + static_cast<std::size_t>(n)) * lanes +
               static_cast<std::size_t>(lane)] = static_cast<Real>(rate);
      }
    }
  }
  return result;
}

void Schedule::rates_adjoint(const LaneParameters& parameters, int width,
                             const std::vector<double>& log_rate_adj, LaneParameters& parameters_adj) const {
  check_equal_size("Schedule::rates_adjoint", "log_rate_adj", static_cast<std::int64_t>(log_rate_adj.size()),
                   std::int64_t{steps() + 1} * networks_ * width);
  for (int lane = 0; lane < parameters.lanes; ++lane) {
    for (int step = 1; step <= steps(); ++step) {
      for (int n = 0; n < networks_; ++n) {
        const double adj =
            log_rate_adj[static_cast<std::size_t>((std::int64_t{step} * networks_ + n) * width + lane)];
        parameters_adj.beta(n, lane) += std::numbers::ln10 * adj;
        if (!meets(step, n)) continue;
        for (const int value : policies_.factors(step, n)) {
          const double factor = parameters.policy(value, lane);
          if (factor > 0.0) parameters_adj.policy(value, lane) += adj / factor;
        }
      }
    }
  }
}

std::vector<double> Schedule::log_rate_tangent(const LaneParameters& parameters,
                                               const LaneParameters& direction) const {
  check_equal_size("Schedule::log_rate_tangent", "lanes of the direction", direction.lanes, parameters.lanes);
  std::vector<double> result;
  result.reserve(meetings_.size() * static_cast<std::size_t>(networks_ * parameters.lanes));
  for (int step = 0; step <= steps(); ++step) {
    for (int n = 0; n < networks_; ++n) {
      for (int lane = 0; lane < parameters.lanes; ++lane) {
        double tangent = 0.0;
        if (meets(step, n)) {
          tangent = std::numbers::ln10 * direction.beta(n, lane);
          for (const int value : policies_.factors(step, n)) {
            const double factor = parameters.policy(value, lane);
            if (factor > 0.0) tangent += direction.policy(value, lane) / factor;
          }
        }
        result.push_back(tangent);
      }
    }
  }
  return result;
}

template <class Real>
std::vector<Real> Schedule::times() const {
  std::vector<Real> result;
  for (int k = 0; k <= steps(); ++k) result.push_back(static_cast<Real>(calendar_.record(k).now_days));
  return result;
}

template std::vector<float> Schedule::rates<float>(const LaneParameters&, int) const;
template std::vector<double> Schedule::rates<double>(const LaneParameters&, int) const;
template std::vector<float> Schedule::times<float>() const;
template std::vector<double> Schedule::times<double>() const;

}  // namespace starling
