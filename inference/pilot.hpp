#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace starling {

/// A normal region of parameter space that a search narrows down.
struct SearchRegion {
  std::vector<double> mean;
  std::vector<double> sd;
};

struct SearchSettings {
  int draws = 128;  // per round
  int elites = 16;  // best draws of a round, which shape the next
  int rounds = 6;
};

/// Distances of parameter rows [draws][dimensions]; round numbers keep noise of rounds apart.
using DistanceFunction = std::function<std::vector<double>(std::span<const double> theta, int round)>;

/// Cross-entropy search (Rubinstein 1999): each round draws from a normal region and moves it to the draws of
/// smallest distance. Needs no gradient, so it also starts where there is none. Distances that are not finite
/// count as infinitely large. Throws InputError for settings that leave no elites.
SearchRegion search(SearchRegion start, const SearchSettings& settings, std::uint64_t seed,
                    const DistanceFunction& distance);

}  // namespace starling
