#pragma once

#include <starling/core/lanes.hpp>
#include <starling/core/macros.hpp>
#include <starling/core/reproducible_math.hpp>
#include <starling/kernels/exposure_math.hpp>
#include <starling/kernels/infection_events.hpp>
#include <starling/kernels/infection_shares_math.hpp>

namespace starling {

/// x[l] of the draws of one agent, by the same arithmetic as the draws themselves; 0 where there is none.
template <int width>
STARLING_HD inline void gather_event_exposure(const InfectionEventsArgs& args, std::int64_t agent, int first,
                                              float (&x)[width]) {
  gather_exposure(args.memberships, args.pressure, args.lanes, agent, first, args.state.step, args.isolation,
                  args.vaccination, args.imports, x);
  for (int l = 0; l < width; ++l) {
    const AgentState<float> state = args.state.load(agent * args.lanes + first + l);
    x[l] = state.susceptibility * x[l] * args.duration_days;
  }
}

struct InfectionProbabilityBody {
  InfectionProbabilityArgs args;

  template <int width>
  STARLING_HD void operator()(std::int64_t agent, int first, LaneWidth<width>) const {
    float x[width];
    gather_event_exposure(args.events, agent, first, x);
    float* probability = args.probability + agent * args.events.lanes + first;
    for (int l = 0; l < width; ++l) probability[l] = one_minus_exp_negative(x[l]);
  }
};

struct SeedingProbabilityBody {
  SeedingProbabilityArgs args;

  template <int width>
  STARLING_HD void operator()(std::int64_t agent, int first, LaneWidth<width>) const {
    const bool listed = args.listed != nullptr && args.listed[agent] != 0;
    float* probability = args.probability + agent * args.lanes + first;
    for (int l = 0; l < width; ++l) probability[l] = listed ? 0.0F : args.fraction[first + l];
  }
};

struct InfectionScoreBody {
  InfectionScoreArgs args;

  template <int width>
  STARLING_HD void operator()(std::int64_t agent, int first, LaneWidth<width>) const {
    const InfectionEventsArgs& events = args.events;
    float x[width];
    gather_event_exposure(events, agent, first, x);
    const std::int64_t base = agent * events.lanes + first;
    const float* vaccinated = events.vaccination.row(agent, events.state.step, events.lanes);
    for (int l = 0; l < width; ++l) {
      // d log P / d x, and d x / d raw = v dt.
      const float infected = reproducible_exp(-x[l]) / one_minus_exp_negative(x[l]);
      const bool infected_now = events.state.infection_step[base + l] == events.state.step;
      const float slope = x[l] > 0.0F ? (infected_now ? infected : -1.0F) : 0.0F;
      const float left = vaccinated != nullptr ? vaccinated[first + l] : 1.0F;
      const float score = slope * left * events.duration_days;
      args.score[base + l] = score;
      if (args.score_outside != nullptr)
        args.score_outside[base + l] = events.isolation.kept(base + l, events.lanes, first + l) * score;
    }
  }
};

/// Adds the parts of an exposure to their rows, times what scales all of them.
struct ScaledParts {
  double* parts;  // [networks + 1]
  double scale;
  STARLING_HD void operator()(int row, double part) { parts[row] += scale * part; }
};

struct EventChoiceBody {
  EventChoiceArgs args;

  /// The first row whose running sum exceeds the target, which loses what lies before it. Should rounding let
  /// the sum end below the target, the last row that has a share.
  template <class Value>
  STARLING_HD static std::int64_t row_at(const Value* values, std::int64_t begin, std::int64_t end, int lanes,
                                         double& target) {
    std::int64_t last = begin;
    double before_last = 0.0;
    double sum = 0.0;
    for (std::int64_t row = begin; row < end; ++row) {
      const auto value = static_cast<double>(values[row * lanes]);
      if (!(value > 0.0)) continue;
      last = row;
      before_last = sum;
      sum += value;
      if (target < sum) break;
    }
    target -= before_last;
    return last;
  }

  STARLING_HD std::int64_t agent_at(const EventTarget& place) const {
    double target = place.target;
    const std::int64_t chunk =
        row_at(args.partial + place.lane, 0, lane_sum_chunks(args.agents), args.lanes, target);
    const std::int64_t begin = chunk * kLaneSumChunk;
    const std::int64_t end = begin + kLaneSumChunk < args.agents ? begin + kLaneSumChunk : args.agents;
    return row_at(args.probability + place.lane, begin, end, args.lanes, target);
  }

  STARLING_HD void operator()(std::int64_t i) const {
    const EventTarget& place = args.target[i];
    const std::int64_t agent = agent_at(place);
    const std::int64_t index = agent * args.lanes + place.lane;
    args.chosen[i] = {agent, place.lane, args.probability[index],
                      args.infection_step[index] == args.step ? 1 : 0};
  }
};

struct EventExposureBody {
  EventExposureArgs args;

  STARLING_HD void operator()(std::int64_t i) const {
    const ChosenEvent& event = args.event[i];
    const float* vaccinated = args.vaccination.row(event.agent, args.step, args.exposure.lanes);
    const double left = vaccinated != nullptr ? static_cast<double>(vaccinated[event.lane]) : 1.0;
    ScaledParts parts{args.parts + i * (args.exposure.networks + 1),
                      left * static_cast<double>(args.duration_days)};
    for (int n = 0; n <= args.exposure.networks; ++n) parts.parts[n] = 0.0;
    ExposureParts{args.exposure}.visit_parts(event.agent, event.lane, parts);
  }
};

}  // namespace starling
