#pragma once

#include <starling/core/lanes.hpp>
#include <starling/core/random.hpp>
#include <starling/kernels/infection_math.hpp>
#include <starling/kernels/seeding.hpp>

namespace starling {

STARLING_HD inline std::uint32_t seeding_word(const InfectionNoise& noise, std::int64_t agent, int lane) {
  return random_word(noise.seed, static_cast<std::uint32_t>(agent), 0, noise.lane_sample[lane],
                     Draw::seeding);
}

struct SeedingBody {
  SeedingArgs args;

  template <int width>
  STARLING_HD void operator()(std::int64_t agent, int first, LaneWidth<width>) const {
    const bool listed = args.listed != nullptr && args.listed[agent] != 0;
    LaneWords words(args.noise, agent, 0, Draw::seeding);
    std::uint32_t word[width];
    for (int l = 0; l < width; ++l) word[l] = words(first + l);
    for (int l = 0; l < width; ++l) {
      const bool infected = listed || uniform_float(word[l]) < args.fraction[first + l];
      args.infection_step[agent * args.lanes + first + l] = infected ? std::int16_t{0} : kNeverInfected;
    }
  }
};

struct SeedingAdjointBody {
  SeedingAdjointArgs args;

  STARLING_HD float slope(std::int64_t agent, int lane) const {
    const float fraction = args.fraction[lane];
    if (!(fraction > 0.0F && fraction < 1.0F)) return 1.0F;
    const bool infected = args.infection_step[agent * args.lanes + lane] == 0;
    switch (args.slope.kind) {
      case InfectionSlope::smoothed_one_sided:
        return infected ? 0.0F : 1.0F / (1.0F - fraction);
      case InfectionSlope::smoothed_two_sided:
        return 0.5F / (infected ? fraction : 1.0F - fraction);
      case InfectionSlope::transmission_chains:
        return infected ? 1.0F / fraction : 0.0F;
      case InfectionSlope::gumbel_softmax:
        // p = 1 - exp(-x): the slope in x divided by dp/dx = 1 - p is the slope in p.
        return gumbel_softmax_slope(-reproducible_log(1.0F - fraction), 1.0F, args.slope.temperature,
                                    seeding_word(args.slope.noise, agent, lane)) /
               (1.0F - fraction);
      default:
        return 1.0F;
    }
  }

  template <int width>
  STARLING_HD void operator()(std::int64_t agent, int first, LaneWidth<width>) const {
    const bool listed = args.listed != nullptr && args.listed[agent] != 0;
    const float* case_adj = args.case_adj + args.counted.of(agent, 0) * args.lanes;
    for (int l = first; l < first + width; ++l) {
      const std::int64_t k = agent * args.lanes + l;
      const float y_adj = case_adj[l] + args.adj.infected[k] - args.adj.susceptibility[k];
      args.y_adj[k] = listed ? 0.0F : y_adj * slope(agent, l);
    }
  }
};

}  // namespace starling
