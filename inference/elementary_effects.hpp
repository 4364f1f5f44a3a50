#pragma once

#include <cstdint>
#include <vector>

#include <starling/inference/mean_estimate.hpp>
#include <starling/inference/noisy_function.hpp>

namespace starling {

struct ElementaryEffectSettings {
  int trajectories = 32;   // at least 2
  int levels = 8;          // of the grid in each coordinate; even
  std::uint64_t seed = 1;  // of trajectories and noise
};

/// Morris' measures of each input's influence, in units of the output for a change of the input's probability
/// from 0 to 1.
struct ElementaryEffects {
  int inputs = 0;
  int outputs = 0;
  std::vector<MeanEstimate> effect;           // mu, [inputs][outputs]
  std::vector<MeanEstimate> absolute_effect;  // mu*, [inputs][outputs]: how much an input matters
  std::vector<double> sd;                     // sigma, [inputs][outputs]: how much it depends on the others

  [[nodiscard]] std::size_t place(int input, int output) const {
    return static_cast<std::size_t>(input) * static_cast<std::size_t>(outputs) +
           static_cast<std::size_t>(output);
  }
};

/// Elementary effects (Morris 1991; mu* after Campolongo, Cariboni and Saltelli 2007) of inputs on the unit
/// cube. Each trajectory starts at a random point of the grid (k + 1/2) / levels and moves each coordinate
/// once, in random order, by half the grid; the grid has no point at 0 and 1, where quantiles of a prior can
/// be infinite. The function is called for trajectories x (dimensions + 1) points. All points of a trajectory
/// share their noise, which therefore cancels from effects except where it changes them; sd includes that
/// part. Throws InputError for settings out of range, and as checked_outputs().
ElementaryEffects elementary_effects(const NoisyFunction& function, int dimensions,
                                     const ElementaryEffectSettings& settings);

/// The same for inputs with a prior.
ElementaryEffects elementary_effects(const NoisyFunction& function, const Prior& prior,
                                     const ElementaryEffectSettings& settings);

}  // namespace starling
