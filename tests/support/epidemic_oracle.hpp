#pragma once

#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include <starling/abm/population.hpp>
#include <starling/abm/profile.hpp>
#include <starling/abm/schedule.hpp>

#include "dual.hpp"

namespace starling::test {

/// What an epidemic knows beyond who meets whom when. The defaults leave all of it out.
struct OracleRules {
  using OfAgent = std::function<double(int step, std::size_t agent)>;

  std::vector<bool> at_home{};          // [networks] where quarantine does not keep people away
  OfAgent kept_outside{};               // share of contacts kept in the other networks
  OfAgent vaccinated_susceptibility{};  // what a vaccine leaves
  double floor = 0.0;                   // bounds on the pressure; no derivative where they act
  double cap = std::numeric_limits<double>::infinity();
  double tie_slope = 1.0;  // derivative of max(0, S - y) where S = y
  /// Infectiousness as the convolution of new infections with the profile, not from the state: the same
  /// numbers, but derivatives value each infection at its own time.
  bool convolved = false;
};

/// One epidemic, sequential and in double, written from the formulas of the model and sharing no arithmetic
/// with the kernels. Templated on the scalar: Dual gives exact derivatives.
template <class Scalar>
struct EpidemicOracle {
  const Population& population;
  const InfectiousnessProfiles& profiles;
  const Schedule& schedule;
  std::vector<Scalar> log10_beta;  // [networks]
  OracleRules rules{};

  /// y of an agent at a step, given its infection probability; the step 0 call gets the seed fraction.
  using Decide = std::function<Scalar(int step, std::size_t agent, const Scalar& probability)>;

  /// New infections per step and agent. [steps + 1][agents]
  std::vector<std::vector<Scalar>> run(const Scalar& seed_fraction, const Decide& decide) const {
    using std::exp;
    using std::log;
    const std::size_t agents = population.age_years.size();
    std::vector<Scalar> susceptibility(agents, Scalar(1.0)), infected(agents, Scalar(0.0));
    std::vector<Scalar> infection_time(agents, Scalar(0.0));
    std::vector<std::vector<Scalar>> new_cases(static_cast<std::size_t>(schedule.steps()) + 1);
    for (std::size_t i = 0; i < agents; ++i) {
      const Scalar y = decide(0, i, seed_fraction);
      new_cases[0].push_back(y);
      susceptibility[i] = susceptibility[i] - y;
      infected[i] = y;
    }
    for (int step = 1; step <= schedule.steps(); ++step) {
      const double now = schedule.calendar().record(step).now_days;
      const double duration = schedule.calendar().record(step).duration_days;
      std::vector<Scalar> transmission(agents, Scalar(0.0));
      for (std::size_t j = 0; j < agents; ++j)
        transmission[j] = rules.convolved ? convolved(j, step, new_cases)
                                          : infected[j] * profile(j, Scalar(now) - infection_time[j]);
      const std::vector<Scalar> pressure = venue_pressures(step, transmission);
      for (std::size_t i = 0; i < agents; ++i) {
        const Scalar felt = limited(susceptibility[i] * exposure(step, i, pressure));
        const Scalar escape = exp(Scalar(0.0) - felt * Scalar(duration));
        const Scalar y = decide(step, i, Scalar(1.0) - escape);
        new_cases[static_cast<std::size_t>(step)].push_back(y);
        susceptibility[i] = left_of(susceptibility[i] - y);
        infection_time[i] = infection_time[i] + y * (Scalar(now) - infection_time[i]);
        infected[i] = infected[i] + y;
      }
    }
    return new_cases;
  }

 private:
  Scalar profile(std::size_t agent, const Scalar& days_since_infection) const {
    using std::exp;
    using std::log;
    const Scalar d = days_since_infection - Scalar(profiles.shift_days[agent]);
    if (!(value_of(d) > 0.0)) return Scalar(0.0);
    return exp(Scalar(profiles.log_scale[agent]) + Scalar(profiles.shape_minus_one[agent]) * log(d) -
               Scalar(profiles.rate_per_day[agent]) * d);
  }

  Scalar convolved(std::size_t agent, int step, const std::vector<std::vector<Scalar>>& new_cases) const {
    const auto time = [&](int k) { return schedule.calendar().record(k).now_days; };
    Scalar sum(0.0);
    for (int k = 0; k < step; ++k)
      sum =
          sum + new_cases[static_cast<std::size_t>(k)][agent] * profile(agent, Scalar(time(step) - time(k)));
    return sum;
  }

  Scalar limited(const Scalar& pressure) const {
    if (value_of(pressure) < rules.floor) return Scalar(rules.floor);
    return value_of(pressure) > rules.cap ? Scalar(rules.cap) : pressure;
  }

  // max(0, S - y)
  Scalar left_of(const Scalar& difference) const {
    if (value_of(difference) < 0.0) return Scalar(0.0);
    return value_of(difference) > 0.0 ? difference : Scalar(rules.tie_slope) * difference;
  }

  double kept(int step, std::size_t agent, std::size_t network) const {
    const bool home = network < rules.at_home.size() && rules.at_home[network];
    return home || !rules.kept_outside ? 1.0 : rules.kept_outside(step, agent);
  }

  std::size_t network_of(std::int64_t venue) const {
    std::size_t network = 0;
    while (population.venue_type_offsets[network + 1] <= venue) ++network;
    return network;
  }

  Scalar exposure(int step, std::size_t agent, const std::vector<Scalar>& pressure) const {
    Scalar raw(0.0);
    for (auto k = population.memberships.offsets[agent]; k < population.memberships.offsets[agent + 1]; ++k) {
      const std::int64_t venue = population.memberships.indices[static_cast<std::size_t>(k)];
      raw = raw + Scalar(kept(step, agent, network_of(venue))) * pressure[static_cast<std::size_t>(venue)];
    }
    if (rules.vaccinated_susceptibility) raw = Scalar(rules.vaccinated_susceptibility(step, agent)) * raw;
    return raw;
  }

  std::vector<Scalar> venue_pressures(int step, const std::vector<Scalar>& transmission) const {
    using std::exp;
    std::vector<Scalar> pressure(population.people.size(), Scalar(0.0));
    for (std::size_t n = 0; n + 1 < population.venue_type_offsets.size(); ++n) {
      if (!schedule.meetings(step).active[n]) continue;
      const Scalar beta = exp(Scalar(std::log(10.0)) * log10_beta[n]);
      for (auto v = static_cast<std::size_t>(population.venue_type_offsets[n]);
           v < static_cast<std::size_t>(population.venue_type_offsets[n + 1]); ++v) {
        const int people = population.people[v];
        const double contact = people <= 2 ? 1.0 : 1.0 / (people - 1.0);
        Scalar sum(0.0);
        for (auto k = population.members.offsets[v]; k < population.members.offsets[v + 1]; ++k) {
          const auto j = static_cast<std::size_t>(population.members.indices[static_cast<std::size_t>(k)]);
          sum = sum + Scalar(kept(step, j, n)) * transmission[j];
        }
        pressure[v] = beta * Scalar(contact) * sum;
      }
    }
    return pressure;
  }
};

}  // namespace starling::test
