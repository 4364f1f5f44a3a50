#pragma once

#include <starling/core/lanes.hpp>
#include <starling/kernels/transmission_chains.hpp>

namespace starling {

struct SharedGenerationsBody {
  SharedGenerationsArgs args;

  template <int width>
  STARLING_HD void operator()(std::int64_t agent, int first, LaneWidth<width>) const {
    for (int l = first; l < first + width; ++l) {
      const std::int64_t index = agent * args.lanes + l;
      if (args.infection_step[index] > args.last_step) continue;
      for (int c = 0; c < args.chains.contacts[index]; ++c) {
        const std::int64_t place = (agent * kKeptContacts + c) * args.lanes + l;
        args.chains.shared_generation[place] =
            shared(static_cast<std::int32_t>(agent), args.chains.contact_source[place], l);
      }
    }
  }

 private:
  STARLING_HD std::int16_t generation(std::int32_t agent, int lane) const {
    return args.chains.generation[std::int64_t{agent} * args.lanes + lane];
  }
  STARLING_HD std::int32_t infector(std::int32_t agent, int lane) const {
    return args.chains.infector[std::int64_t{agent} * args.lanes + lane];
  }

  /// Generation of the latest common ancestor; an agent is its own.
  STARLING_HD std::int16_t shared(std::int32_t one, std::int32_t other, int lane) const {
    while (other != kNobody && one != other) {
      const bool climb_one = generation(one, lane) >= generation(other, lane);
      const bool climb_other = generation(other, lane) >= generation(one, lane);
      if (climb_one) one = infector(one, lane);
      if (climb_other) other = infector(other, lane);
      if (one == kNobody) return -1;
    }
    return other == kNobody ? std::int16_t{-1} : generation(one, lane);
  }
};

struct ChainDelaysBody {
  ChainDelaysArgs args;

  template <int width>
  STARLING_HD void operator()(std::int64_t agent, int first, LaneWidth<width>) const {
    for (int l = first; l < first + width; ++l)
      if (args.infection_step[agent * args.lanes + l] == args.step) find(agent, l);
  }

 private:
  STARLING_HD std::int64_t place(std::int64_t agent, int generation, int lane) const {
    return (agent * args.generations + generation) * args.lanes + lane;
  }

  STARLING_HD void find(std::int64_t agent, int lane) const {
    const std::int64_t index = agent * args.lanes + lane;
    const int own = args.chains.generation[index];
    for (int g = 0; g <= own; ++g) {
      int delay = kNeverLate;
      if (g < own) delay = args.delay[place(args.chains.infector[index], g, lane)];
      for (int c = 0; c < args.chains.contacts[index]; ++c) {
        const int late = without(agent, c, g, lane);
        delay = late < delay ? late : delay;
      }
      args.delay[place(agent, g, lane)] = static_cast<std::int16_t>(delay);
    }
  }

  /// How late contact c infects the agent without the infection of its ancestor in generation g.
  STARLING_HD int without(std::int64_t agent, int c, int g, int lane) const {
    const std::int64_t contact = (agent * kKeptContacts + c) * args.lanes + lane;
    const int late = args.chains.contact_step[contact] - args.step;
    if (g > args.chains.shared_generation[contact]) return late;
    const std::int64_t source = args.chains.contact_source[contact];
    const bool done = args.infection_step[source * args.lanes + lane] < args.step;
    const std::int16_t* delays = done ? args.delay : args.before;
    if (delays == nullptr) return kNeverLate;
    return late + delays[place(source, g, lane)];
  }
};

/// `Add` is add(std::int64_t* to, std::int64_t amount), which other threads may race for.
template <class Add>
struct ChainValuesBody {
  ChainValuesArgs args;
  Add add;

  template <int width>
  STARLING_HD void operator()(std::int64_t agent, int first, LaneWidth<width>) const {
    for (int l = first; l < first + width; ++l) {
      const int step = args.infection_step[agent * args.lanes + l];
      if (step <= args.last_step) credit(agent, l, step);
    }
  }

 private:
  STARLING_HD double case_adj(std::int64_t agent, int step, int lane) const {
    if (step > args.last_step) return 0.0;
    return static_cast<double>(
        args.case_adj[step * args.step_cells + args.counted.of(agent, step) * args.lanes + lane]);
  }

  STARLING_HD void credit(std::int64_t agent, int lane, int step) const {
    const std::int64_t index = agent * args.lanes + lane;
    const double counted = case_adj(agent, step, lane);
    std::int64_t ancestor = agent;
    for (int g = args.chains.generation[index]; g >= 0; --g) {
      const int delay = args.delay[(agent * args.generations + g) * args.lanes + lane];
      const double kept = case_adj(agent, step + delay, lane);
      const double lost = (ancestor == agent ? 0.0 : counted) - kept;
      const auto amount = static_cast<std::int64_t>(args.scale[lane] * lost);
      if (amount != 0) add(args.values + ancestor * args.lanes + lane, amount);
      ancestor = args.chains.infector[ancestor * args.lanes + lane];
    }
  }
};

struct UnscaledValuesBody {
  UnscaledValuesArgs args;

  template <int width>
  STARLING_HD void operator()(std::int64_t agent, int first, LaneWidth<width>) const {
    for (int l = first; l < first + width; ++l) {
      const double scale = args.scale[l];
      const std::int64_t index = agent * args.lanes + l;
      args.real[index] =
          scale > 0.0 ? static_cast<float>(static_cast<double>(args.values[index]) / scale) : 0.0F;
    }
  }
};

}  // namespace starling
