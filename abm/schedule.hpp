#pragma once

#include <vector>

#include <starling/abm/calendar.hpp>
#include <starling/abm/epidemic_settings.hpp>
#include <starling/abm/lane_parameters.hpp>
#include <starling/abm/population.hpp>
#include <starling/abm/pressure_field.hpp>

namespace starling {

/// When which network of a population meets: the calendar and the settings of the networks, joined.
class Schedule {
 public:
  /// Throws InputError when a configured network is not one of the population's, or is configured twice.
  /// Networks of the population that are not configured never meet.
  Schedule(const EpidemicSettings& settings, const Population& population);

  [[nodiscard]] const Calendar& calendar() const { return calendar_; }
  [[nodiscard]] int steps() const { return calendar_.steps(); }
  [[nodiscard]] const ActiveNetworks& active(int step) const {
    return active_.at(static_cast<std::size_t>(step));
  }

  /// Contact rate of each network, step and lane: 10^log10_beta on steps when the network meets, else 0.
  /// [steps + 1][networks][width], with zeros in the lanes beyond parameters.lanes.
  template <class Real>
  [[nodiscard]] std::vector<Real> rates(const LaneParameters& parameters, int width) const;
  /// End of each record in days. [steps + 1]
  template <class Real>
  [[nodiscard]] std::vector<Real> times() const;

 private:
  Calendar calendar_;
  std::vector<ActiveNetworks> active_;  // [steps + 1][networks]
};

}  // namespace starling
