#include <algorithm>
#include <cmath>
#include <numeric>

#include <starling/abm/controlled_flips.hpp>

namespace starling {

std::vector<RemovedInfection> choose_infections(std::span<const std::int16_t> infection_step, int width,
                                                int lane, int steps, std::uint32_t sample, int flips,
                                                std::uint64_t seed) {
  std::vector<std::vector<std::int64_t>> infected(static_cast<std::size_t>(steps) + 1);
  for (auto k = static_cast<std::size_t>(lane); k < infection_step.size();
       k += static_cast<std::size_t>(width))
    if (infection_step[k] <= steps)
      infected[static_cast<std::size_t>(infection_step[k])].push_back(static_cast<std::int64_t>(k) / width);
  FlipLane own{lane, sample, {}, {}};
  for (const std::vector<std::int64_t>& agents : infected)
    own.cases.push_back(static_cast<double>(agents.size()));
  own.probabilities = own.cases;  // each infection of a step is as likely as any other
  std::vector<RemovedInfection> removed;
  for (const FlipChoice& choice : choose_flips(own, flips, seed)) {
    const std::vector<std::int64_t>& agents = infected[static_cast<std::size_t>(choice.place.step)];
    const auto at = std::min(static_cast<std::size_t>(choice.place.target), agents.size() - 1);
    removed.push_back({{lane, choice.place.step, agents[at]}, 1.0 / (flips * choice.chance)});
  }
  return removed;
}

std::vector<double> correction_terms(const InfectionEvent& event, double change, double value) {
  if (event.drawn.step == 0) return {change - value};
  const double exposure = std::accumulate(event.exposure.begin(), event.exposure.end(), 0.0);
  const double corrected = exposure / std::expm1(exposure) * change - value;
  std::vector<double> terms;
  for (std::size_t n = 0; n + 1 < event.exposure.size(); ++n)
    terms.push_back(event.exposure[n] / exposure * corrected);
  return terms;
}

}  // namespace starling
