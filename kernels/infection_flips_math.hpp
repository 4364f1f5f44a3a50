#pragma once

#include <starling/core/macros.hpp>
#include <starling/kernels/infection_flips.hpp>

namespace starling {

struct InfectionFlipsBody {
  InfectionFlipsArgs args;

  STARLING_HD void operator()(std::int64_t i) const {
    const InfectionFlip& flip = args.flip[i];
    std::int16_t& infection_step = args.infection_step[flip.agent * args.lanes + flip.lane];
    const auto step = static_cast<std::int16_t>(args.step);
    if (infection_step == step)
      infection_step = kNeverInfected;
    else if (infection_step == kNeverInfected)
      infection_step = step;
  }
};

}  // namespace starling
