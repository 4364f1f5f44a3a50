#pragma once

#include <starling/core/lanes.hpp>
#include <starling/kernels/tangent_columns.hpp>
#include <starling/kernels/transmission_math.hpp>
#include <starling/kernels/transmission_tangent.hpp>

namespace starling {

struct TransmissionSlopesBody {
  TransmissionSlopesArgs args;

  template <int width>
  STARLING_HD void operator()(std::int64_t agent, int first, LaneWidth<width>) const {
    const auto profile = AgentProfile<float>::load(args.profile, agent);
    const std::int64_t base = agent * args.lanes + first;
    float infected[width];
    float days_since_shift[width];
    load_profile_days(args, profile, agent, first, infected, days_since_shift);
    float by_infected[width];
    float by_time[width];
    for (int l = 0; l < width; ++l) {
      by_infected[l] = profile.infectiousness(days_since_shift[l]);
      by_time[l] = -(infected[l] * profile.log_slope(days_since_shift[l]) * by_infected[l]);
    }
    for (int l = 0; l < width; ++l) args.by_infected[base + l] = by_infected[l];
    for (int l = 0; l < width; ++l) args.by_time[base + l] = by_time[l];
    if (args.kept_outside == nullptr) return;
    for (int l = 0; l < width; ++l)
      args.kept_outside[base + l] = args.isolation.kept(base + l, args.lanes, first + l);
  }
};

struct TransmissionTangentBody {
  TransmissionTangentArgs args;

  template <int width>
  STARLING_HD void operator()(std::int64_t agent, int first, LaneWidth<width>) const {
    const std::int64_t lane_base = agent * args.lanes;
    const std::int64_t base = agent * args.columns + first;
    float by_infected[width];
    float by_time[width];
    for (int c = 0; c < width; ++c) {
      const int lane = lane_of_column(first + c, args.lanes);
      by_infected[c] = args.by_infected[lane_base + lane];
      by_time[c] = args.by_time[lane_base + lane];
    }
    float tangent[width];
    for (int c = 0; c < width; ++c)
      tangent[c] = by_infected[c] * args.infected_tangent[base + c] +
                   by_time[c] * args.infection_time_tangent[base + c];
    for (int c = 0; c < width; ++c) args.transmission_tangent[base + c] = tangent[c];
    if (args.transmission_outside_tangent == nullptr) return;
    for (int c = 0; c < width; ++c)
      args.transmission_outside_tangent[base + c] =
          args.kept_outside[lane_base + lane_of_column(first + c, args.lanes)] * tangent[c];
  }
};

}  // namespace starling
