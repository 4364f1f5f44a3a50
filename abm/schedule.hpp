#pragma once

#include <vector>

#include <starling/abm/calendar.hpp>
#include <starling/abm/epidemic_settings.hpp>
#include <starling/abm/lane_parameters.hpp>
#include <starling/abm/policies.hpp>
#include <starling/abm/pressure_field.hpp>

namespace starling {

/// When which network meets and what scales its contact rate: calendar, networks and policies, joined.
class Schedule {
 public:
  /// Throws InputError for calendars and policies that are not valid.
  explicit Schedule(const EpidemicSettings& settings);

  [[nodiscard]] const Calendar& calendar() const { return calendar_; }
  [[nodiscard]] const Policies& policies() const { return policies_; }
  [[nodiscard]] int steps() const { return calendar_.steps(); }
  [[nodiscard]] int networks() const { return networks_; }
  [[nodiscard]] const Meetings& meetings(int step) const {
    return meetings_.at(static_cast<std::size_t>(step));
  }

  /// Parameters at their configured values in `lanes` lanes.
  [[nodiscard]] LaneParameters configured(int lanes) const;

  /// Contact rate of each network, step and lane: 10^log10_beta times the factors of the policies in force on
  /// steps when the network meets, else 0. [steps + 1][networks][width], with zeros in the lanes beyond
  /// parameters.lanes.
  template <class Real>
  [[nodiscard]] std::vector<Real> rates(const LaneParameters& parameters, int width) const;
  /// Adds the adjoint of `parameters` given d / d(ln rate), [steps + 1][networks][width]. A factor of 0 gets
  /// no derivative: the logarithm has none there.
  void rates_adjoint(const LaneParameters& parameters, int width, const std::vector<double>& log_rate_adj,
                     LaneParameters& parameters_adj) const;

  /// d(ln rate) along a direction of the parameters, with the same lanes; the transpose of rates_adjoint.
  /// [steps + 1][networks][lanes], 0 on steps when a network does not meet.
  [[nodiscard]] std::vector<double> log_rate_tangent(const LaneParameters& parameters,
                                                     const LaneParameters& direction) const;

  /// End of each record in days. [steps + 1]
  template <class Real>
  [[nodiscard]] std::vector<Real> times() const;

 private:
  [[nodiscard]] bool meets(int step, int network) const {
    return meetings(step).active[static_cast<std::size_t>(network)];
  }

  Calendar calendar_;
  Policies policies_;
  int networks_;
  std::vector<double> log10_beta_;  // [networks] configured
  double log10_seed_fraction_;
  std::vector<Meetings> meetings_;  // [steps + 1]
};

}  // namespace starling
