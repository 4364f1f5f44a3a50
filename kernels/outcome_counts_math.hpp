#pragma once

#include <starling/core/lanes.hpp>
#include <starling/kernels/agent_state.hpp>
#include <starling/kernels/disease_course_math.hpp>
#include <starling/kernels/outcome_counts.hpp>

namespace starling {

/// `Add` is add(std::int64_t* to): an increment by one that other threads may race for.
template <class Add>
struct OutcomeCountsBody {
  OutcomeCountsArgs args;
  Add add;

  /// The first record of `first` … steps at or after a time, or steps + 1.
  STARLING_HD int record_of(float time_days, int first) const {
    int low = first;
    int high = args.steps + 1;
    while (low < high) {
      const int middle = low + (high - low) / 2;
      if (args.step_time_days[middle] < time_days) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /// Where one infected agent of one lane is counted.
  struct Place {
    int infection;
    std::int64_t cell;
    int lane;
  };

  STARLING_HD void count(const Place& place, DiseaseEvent event, float days) const {
    const int record = record_of(args.step_time_days[place.infection] + days, place.infection);
    if (record > args.steps) return;
    const std::int64_t row = static_cast<std::int64_t>(event) * (args.steps + 1) + record;
    add(args.counts + (row * args.cells + place.cell) * args.lanes + place.lane);
  }

  STARLING_HD void count_course(const Place& place, const DiseaseCourse& course) const {
    const float never = DiseaseCourse::kNever;
    if (!(course.symptomatic_days < never)) return;
    count(place, DiseaseEvent::symptom_onset, course.symptomatic_days);
    DiseaseEvent recovery = DiseaseEvent::recovery_from_symptomatic;
    if (course.severe_days < never) {
      count(place, DiseaseEvent::admission, course.severe_days);
      recovery = DiseaseEvent::recovery_from_severe;
    }
    if (course.critical_days < never) {
      count(place, DiseaseEvent::intensive_care, course.critical_days);
      recovery = DiseaseEvent::recovery_from_critical;
    }
    const bool dead = course.dead_days < never;
    count(place, dead ? DiseaseEvent::death : recovery, dead ? course.dead_days : course.recovered_days);
  }

  template <int width>
  STARLING_HD void operator()(std::int64_t agent, int first, LaneWidth<width>) const {
    const std::int64_t cell = args.cell[agent];
    if (cell >= args.cells) return;
    const std::int16_t* infection_step = args.infection_step + agent * args.lanes;
    const ReachProbabilities* reach = args.reach + std::int64_t{args.age_class[agent]} * args.lanes;
    for (int l = first; l < first + width; ++l) {
      if (infection_step[l] == kNeverInfected) continue;
      const float* symptoms_left = args.symptoms.row(agent, infection_step[l], args.lanes);
      count_course({infection_step[l], cell, l},
                   disease_course(args.seed, args.lane_sample[l], static_cast<std::uint32_t>(agent),
                                  reach_left(reach[l], symptoms_left, l), args.delays));
    }
  }
};

}  // namespace starling
