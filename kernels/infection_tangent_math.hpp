#pragma once

#include <starling/core/lanes.hpp>
#include <starling/kernels/exposure_math.hpp>
#include <starling/kernels/infection_math.hpp>
#include <starling/kernels/infection_tangent.hpp>
#include <starling/kernels/tangent_columns.hpp>

namespace starling {

struct InfectionTangentBody {
  InfectionTangentArgs args;

  template <int width>
  STARLING_HD void operator()(std::int64_t agent, int first, LaneWidth<width>) const {
    const std::int64_t lane_base = agent * args.lanes;
    float y_tangent[width];
    gather_exposure(agent, first, y_tangent);
    const std::int64_t base = agent * args.columns + first;
    float days_infected[width];
    float time_kept[width];
    for (int c = 0; c < width; ++c) {
      const std::int64_t k = lane_base + lane_of_column(first + c, args.lanes);
      days_infected[c] = args.now_days - args.state.load(k).infection_time_days;
      time_kept[c] = args.state.infection_step[k] == args.state.step ? 0.0F : 1.0F;
      // An explosion keeps finite, as in the reverse sweep.
      y_tangent[c] =
          bounded_adjoint(y_tangent[c] - args.depletion_slope[k] * args.infected_tangent[base + c]);
    }
    for (int c = 0; c < width; ++c) args.infected_tangent[base + c] += y_tangent[c];
    for (int c = 0; c < width; ++c)
      args.infection_time_tangent[base + c] =
          time_kept[c] * args.infection_time_tangent[base + c] + y_tangent[c] * days_infected[c];
    for (int c = 0; c < width; ++c) args.case_tangent[base + c] = y_tangent[c];
  }

 private:
  // The part of y_tangent that comes from the agent's cells.
  template <int width>
  STARLING_HD void gather_exposure(std::int64_t agent, int first, float (&y_tangent)[width]) const {
    const float* home_slope = args.home_slope + agent * args.lanes;
    if (args.outside_slope == nullptr) {
      gather_pressure(args.memberships, args.pressure_tangent, args.columns, agent, first, y_tangent);
      for (int c = 0; c < width; ++c) y_tangent[c] *= home_slope[lane_of_column(first + c, args.lanes)];
      return;
    }
    const float* outside_slope = args.outside_slope + agent * args.lanes;
    float home[width] = {};
    float outside[width] = {};
    for (std::int64_t k = args.memberships.offsets[agent]; k < args.memberships.offsets[agent + 1]; ++k) {
      const std::int64_t cell = args.memberships.indices[k];
      const float* row = args.pressure_tangent + cell * args.columns + first;
      // Both sums take every row, one of them as zero: a choice of array would put both into local memory.
      const bool at_home = cell < args.home_cells;
      for (int c = 0; c < width; ++c) {
        home[c] += at_home ? row[c] : 0.0F;
        outside[c] += at_home ? 0.0F : row[c];
      }
    }
    for (int c = 0; c < width; ++c) {
      const int lane = lane_of_column(first + c, args.lanes);
      y_tangent[c] = home_slope[lane] * home[c] + outside_slope[lane] * outside[c];
    }
  }
};

struct SeedingTangentBody {
  SeedingTangentArgs args;

  template <int width>
  STARLING_HD void operator()(std::int64_t agent, int first, LaneWidth<width>) const {
    const std::int64_t base = agent * args.columns + first;
    for (int c = 0; c < width; ++c) {
      args.infected_tangent[base + c] =
          args.slope[agent * args.lanes + lane_of_column(first + c, args.lanes)] *
          args.fraction_tangent[first + c];
      args.infection_time_tangent[base + c] = 0.0F;
    }
  }
};

}  // namespace starling
