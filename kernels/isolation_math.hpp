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

  STARLING_HD void remember_end(std::int64_t index, const DiseaseCourse& course) const {
    if (args.free_after == nullptr) return;
    const float over = course.dead_days < course.recovered_days ? course.dead_days : course.recovered_days;
    const float free = stage_days(course, args.earliest_stage) < over ? over : 0.0F;
    // Up to a day later than need be: a bound, not the time itself.
    const unsigned whole_days = free < 253.0F ? static_cast<unsigned>(free) + 1 : kUnbounded - 1;
    args.free_after[index] = static_cast<std::uint8_t>(1 + whole_days);
  }

  STARLING_HD std::uint8_t draw_flags(std::int64_t agent, int lane) const {
    const std::int64_t index = agent * args.lanes + lane;
    const std::int16_t infection = args.infection_step[index];
    const float* symptoms_left = args.symptoms.row(agent, infection, args.lanes);
    const DiseaseCourse course = disease_course(
        args.seed, args.lane_sample[lane], static_cast<std::uint32_t>(agent),
        reach_left(args.reach[args.class_of_group[args.group[agent]]], symptoms_left, lane), args.delays);
    remember_end(index, course);
    return policies_of(stage_at(course, args.now_days - args.step_time_days[infection]));
  }

  template <int width>
  STARLING_HD void operator()(std::int64_t agent, int first, LaneWidth<width>) const {
    std::uint8_t* flags = args.flags + agent * args.lanes + first;
    for (int l = 0; l < width; ++l) flags[l] = 0;
    const std::uint32_t lasting = lasting_lanes<width>(agent, first);
    if (lasting == 0) return;
    for (int l = 0; l < width; ++l)
      if ((lasting >> static_cast<unsigned>(l) & 1U) != 0) flags[l] = draw_flags(agent, first + l);
  }

 private:
  static constexpr unsigned kUnbounded = 255;

  /// Bits of the lanes that have a course not known to be over: loops without a branch, as most rows have
  /// none.
  template <int width>
  STARLING_HD std::uint32_t lasting_lanes(std::int64_t agent, int first) const {
    static_assert(width <= 32);
    const std::int64_t base = agent * args.lanes + first;
    unsigned free_after[width] = {};
    if (args.free_after != nullptr)
      for (int l = 0; l < width; ++l) free_after[l] = args.free_after[base + l];
    std::uint32_t lasting = 0;
    for (int l = 0; l < width; ++l) {
      const std::int16_t infection = args.infection_step[base + l];
      const bool infected = infection < args.step;
      const float days = args.now_days - args.step_time_days[infected ? infection : 0];
      const float bound = static_cast<float>(static_cast<int>(free_after[l]) - 1);
      const bool bounded = free_after[l] - 1U < kUnbounded - 1U;  // neither 0 nor kUnbounded
      const bool lasts = infected & !(bounded & (days >= bound));
      lasting |= static_cast<std::uint32_t>(lasts) << static_cast<unsigned>(l);
    }
    return lasting;
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
