#pragma once

#include <starling/core/lanes.hpp>
#include <starling/kernels/agent_state.hpp>
#include <starling/kernels/case_counts.hpp>

namespace starling {

/// `Add` is add(std::int64_t* to): an increment by one that other threads may race for.
template <class Add>
struct CaseCountsBody {
  CaseCountsArgs args;
  Add add;

  template <int width>
  STARLING_HD void operator()(std::int64_t agent, int first, LaneWidth<width>) const {
    const std::int16_t* infection_step = args.infection_step + agent * args.lanes;
    for (int l = first; l < first + width; ++l) {
      const int step = infection_step[l];
      if (step < args.first_step || step > args.last_step) continue;
      const std::int64_t row = std::int64_t{step - args.first_step} * args.groups;
      add(args.counts + (row + args.counted.of(agent, step)) * args.lanes + l);
    }
  }
};

}  // namespace starling
