#include <cmath>

#include <starling/abm/schedule.hpp>
#include <starling/core/check.hpp>

namespace starling {

Schedule::Schedule(const EpidemicSettings& settings, const Population& population) : calendar_(settings) {
  const auto networks = static_cast<std::size_t>(population.type_count());
  active_.assign(static_cast<std::size_t>(calendar_.steps()) + 1, ActiveNetworks(networks, false));
  std::vector<bool> configured(networks, false);
  for (const NetworkSettings& network : settings.networks) {
    const auto index = static_cast<std::size_t>(population.venue_type(network.name));
    check_that(!configured[index], "networks." + network.name, "is configured twice");
    configured[index] = true;
    for (int step = 1; step <= calendar_.steps(); ++step)
      active_[static_cast<std::size_t>(step)][index] = calendar_.active(network, step);
  }
}

template <class Real>
std::vector<Real> Schedule::rates(const LaneParameters& parameters, int width) const {
  const std::size_t networks = active_.front().size();
  const auto lanes = static_cast<std::size_t>(width);
  std::vector<Real> result(active_.size() * networks * lanes, Real(0));
  for (std::size_t n = 0; n < networks; ++n) {
    for (int lane = 0; lane < parameters.lanes; ++lane) {
      const auto rate = static_cast<Real>(std::pow(10.0, parameters.beta(static_cast<int>(n), lane)));
      for (std::size_t step = 1; step < active_.size(); ++step) {
        if (active_[step][n]) result[(step * networks + n) * lanes + static_cast<std::size_t>(lane)] = rate;
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
