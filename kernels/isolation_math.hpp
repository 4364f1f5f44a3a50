#pragma once

#include <starling/core/lanes.hpp>
#include <starling/kernels/agent_state.hpp>
#include <starling/kernels/disease_course_math.hpp>
#include <starling/kernels/isolation.hpp>

namespace starling {

struct IsolationBody {
  IsolationArgs args;

  STARLING_HD std::uint8_t policies_of(DiseaseStage stage) const {
    unsigned result = 0;
    if (stage == DiseaseStage::dead) return 0;
    for (unsigned p = 0; p < kMostQuarantines; ++p)
      if ((args.in_force >> p & 1U) != 0 && stage >= args.from_stage[p]) result |= 1U << p;
    return static_cast<std::uint8_t>(result);
  }

  template <int width>
  STARLING_HD void operator()(std::int64_t agent, int first, LaneWidth<width>) const {
    const std::int64_t base = agent * args.lanes;
    for (int l = first; l < first + width; ++l) {
      const std::int16_t infection = args.infection_step[base + l];
      if (infection >= args.step) {
        args.flags[base + l] = 0;
        continue;
      }
      const float* symptoms_left = args.symptoms.row(agent, infection, args.lanes);
      const DiseaseCourse course = disease_course(
          args.seed, args.lane_sample[l], static_cast<std::uint32_t>(agent),
          reach_left(args.reach[args.class_of_group[args.group[agent]]], symptoms_left, l), args.delays);
      args.flags[base + l] = policies_of(stage_at(course, args.now_days - args.step_time_days[infection]));
    }
  }
};

struct HomeIsolationBody {
  HomeIsolationArgs args;

  template <int width>
  STARLING_HD void operator()(std::int64_t home, int first, LaneWidth<width>) const {
    unsigned flags[width] = {};
    for (std::int64_t k = args.members.offsets[home]; k < args.members.offsets[home + 1]; ++k) {
      const std::uint8_t* row = args.flags + std::int64_t{args.members.indices[k]} * args.lanes + first;
      for (int l = 0; l < width; ++l) flags[l] |= row[l];
    }
    std::uint8_t* home_flags = args.home_flags + home * args.lanes + first;
    for (int l = 0; l < width; ++l) home_flags[l] = static_cast<std::uint8_t>(flags[l] & args.household);
  }
};

struct JoinedIsolationBody {
  JoinedIsolationArgs args;

  template <int width>
  STARLING_HD void operator()(std::int64_t agent, int first, LaneWidth<width>) const {
    std::uint8_t* flags = args.flags + agent * args.lanes + first;
    for (std::int64_t k = args.memberships.offsets[agent]; k < args.memberships.offsets[agent + 1]; ++k) {
      const std::int64_t home = args.memberships.indices[k];
      if (home >= args.homes) return;
      const std::uint8_t* row = args.home_flags + home * args.lanes + first;
      for (int l = 0; l < width; ++l) flags[l] = static_cast<std::uint8_t>(flags[l] | row[l]);
    }
  }
};

}  // namespace starling
