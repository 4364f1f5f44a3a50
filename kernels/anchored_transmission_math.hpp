#pragma once

#include <starling/core/lanes.hpp>
#include <starling/kernels/anchored_transmission.hpp>
#include <starling/kernels/infection_math.hpp>
#include <starling/kernels/transmission_math.hpp>

namespace starling {

struct AnchoredTransmissionAdjointBody {
  AnchoredTransmissionAdjointArgs args;

  template <int width>
  STARLING_HD void operator()(std::int64_t agent, int first, LaneWidth<width>) const {
    float transmission_adj[width];
    gather_exposure(args.memberships, args.venue_adj, args.lanes, agent, first, 0, args.isolation,
                    VaccinationView<float>{}, ImportView<float>{}, transmission_adj);
    float* newest = row(agent, args.step) + first;
    for (int l = 0; l < width; ++l) newest[l] = transmission_adj[l];
    float onset[width] = {};
    if (args.onset.linked)
      for (int l = 0; l < width; ++l) onset[l] = onset_days<float>(args.onset, agent, first + l);
    const auto profile = AgentProfile<float>::load(args.profile, agent);
    float value[width] = {};
    const int ahead = args.last_step - args.step + 1;
    for (int k = 0; k < (ahead < args.window ? ahead : args.window); ++k)
      add_step(profile, agent, first, args.step + k, onset, value);
    for (int l = 0; l < width; ++l) args.value[agent * args.lanes + first + l] = bounded_adjoint(value[l]);
  }

 private:
  STARLING_HD float* row(std::int64_t agent, int step) const {
    return args.kept + (agent * args.window + step % args.window) * args.lanes;
  }

  template <int width>
  STARLING_HD void add_step(const AgentProfile<float>& profile, std::int64_t agent, int first, int later,
                            const float (&onset)[width], float (&value)[width]) const {
    const float* transmission_adj = row(agent, later) + first;
    const float days = args.step_time_days[later] - args.step_time_days[args.step - 1] - profile.shift_days;
    if (args.onset.linked) {
      for (int l = 0; l < width; ++l)
        value[l] += profile.infectiousness(days - onset[l]) * transmission_adj[l];
      return;
    }
    // One profile serves all lanes.
    const float infectiousness = profile.infectiousness(days);
    for (int l = 0; l < width; ++l) value[l] += infectiousness * transmission_adj[l];
  }
};

}  // namespace starling
