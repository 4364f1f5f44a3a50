#pragma once

#include <type_traits>

#include <starling/core/lanes.hpp>
#include <starling/core/reproducible_math.hpp>
#include <starling/kernels/disease_course_math.hpp>
#include <starling/kernels/exposure_math.hpp>
#include <starling/kernels/transmission.hpp>

namespace starling {

/// Bodies load a row into local arrays, compute, and store: local arrays alias nothing, so the loops
/// vectorise.

/// The gamma profile of one agent and its slope in time.
template <class Real>
struct AgentProfile {
  Real log_scale, shape_minus_one, rate_per_day, shift_days;

  STARLING_HD static AgentProfile load(const ProfileView<Real>& view, std::int64_t agent) {
    return {view.log_scale[agent], view.shape_minus_one[agent], view.rate_per_day[agent],
            view.shift_days[agent]};
  }
  /// g(d), 0 for d <= 0. Branch-free: the logarithm is taken of 1 where d is not positive.
  STARLING_HD Real infectiousness(Real days_since_shift) const {
    const bool started = days_since_shift > Real(0);
    const Real d = started ? days_since_shift : Real(1);
    const Real value = reproducible_exp(log_scale + shape_minus_one * reproducible_log(d) - rate_per_day * d);
    return started ? value : Real(0);
  }
  /// g'(d) / g(d)
  STARLING_HD Real log_slope(Real days_since_shift) const {
    const Real d = days_since_shift > Real(0) ? days_since_shift : Real(1);
    return shape_minus_one / d - rate_per_day;
  }
};

/// Days from infection to where the shift of a profile is counted from.
template <class Real>
STARLING_HD inline Real onset_days(const OnsetView& onset, std::int64_t agent, int lane) {
  if (!onset.linked) return Real(0);
  return static_cast<Real>(symptom_onset_days(onset.seed, onset.lane_sample[lane],
                                              static_cast<std::uint32_t>(agent), onset.latent,
                                              onset.presymptomatic));
}

STARLING_HD inline void store_transmission(Quanta* to, float value) {
  *to = quantise(value);
}
STARLING_HD inline void store_transmission(double* to, double value) {
  *to = value;
}

template <class State>
struct TransmissionBody {
  using Real = typename State::Real;
  TransmissionArgs<State> args;

  template <int width>
  STARLING_HD void operator()(std::int64_t agent, int first, LaneWidth<width>) const {
    const std::int64_t base = agent * args.lanes + first;
    if constexpr (std::is_same_v<State, EventState>) {
      int ever_infected = 0;
      for (int l = 0; l < width; ++l)
        ever_infected += args.state.infection_step[base + l] != kNeverInfected ? 1 : 0;
      if (ever_infected == 0) return;
    }
    const auto profile = AgentProfile<Real>::load(args.profile, agent);
    Real infected[width];
    Real value[width];
    for (int l = 0; l < width; ++l) {
      const AgentState<Real> state = args.state.load(base + l);
      infected[l] = state.infected;
      value[l] = args.now_days - state.infection_time_days - profile.shift_days;
    }
    if (args.onset.linked) {
      for (int l = 0; l < width; ++l)
        if (infected[l] > Real(0)) value[l] -= onset_days<Real>(args.onset, agent, first + l);
    }
    for (int l = 0; l < width; ++l) value[l] = infected[l] * profile.infectiousness(value[l]);
    for (int l = 0; l < width; ++l) store_transmission(args.transmission + base + l, value[l]);
    if (args.transmission_outside == nullptr) return;
    Real kept[width];
    args.isolation.load_kept(agent, args.lanes, first, kept);
    for (int l = 0; l < width; ++l)
      store_transmission(args.transmission_outside + base + l, kept[l] * value[l]);
  }
};

/// Of each lane, whether the agent was infected and how far its profile has run, for `args` with the state,
/// the time and the onset.
template <int width, class Args, class Real>
STARLING_HD inline void load_profile_days(const Args& args, const AgentProfile<Real>& profile,
                                          std::int64_t agent, int first, Real (&infected)[width],
                                          Real (&days_since_shift)[width]) {
  for (int l = 0; l < width; ++l) {
    const AgentState<Real> state = args.state.load(agent * args.lanes + first + l);
    infected[l] = state.infected;
    days_since_shift[l] = args.now_days - state.infection_time_days - profile.shift_days;
  }
  if (!args.onset.linked) return;
  for (int l = 0; l < width; ++l) days_since_shift[l] -= onset_days<Real>(args.onset, agent, first + l);
}

template <class State>
struct TransmissionAdjointBody {
  using Real = typename State::Real;
  TransmissionAdjointArgs<State> args;

  template <int width>
  STARLING_HD void operator()(std::int64_t agent, int first, LaneWidth<width>) const {
    Real transmission_adj[width];
    gather_exposure(args.memberships, args.venue_adj, args.lanes, agent, first, 0, args.isolation,
                    VaccinationView<Real>{}, ImportView<Real>{}, transmission_adj);
    const auto profile = AgentProfile<Real>::load(args.profile, agent);
    const std::int64_t base = agent * args.lanes + first;
    Real infected[width];
    Real days_since_shift[width];
    load_profile_days(args, profile, agent, first, infected, days_since_shift);
    Real infected_adj[width];
    Real time_adj[width];
    for (int l = 0; l < width; ++l) {
      infected_adj[l] = profile.infectiousness(days_since_shift[l]) * transmission_adj[l];
      time_adj[l] = infected[l] * profile.log_slope(days_since_shift[l]) * infected_adj[l];
    }
    for (int l = 0; l < width; ++l) args.adj.infected[base + l] += infected_adj[l];
    for (int l = 0; l < width; ++l) args.adj.infection_time_days[base + l] -= time_adj[l];
  }
};

}  // namespace starling
