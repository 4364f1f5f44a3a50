#include <algorithm>
#include <cmath>
#include <numeric>

#include <starling/abm/event_flips.hpp>
#include <starling/core/random.hpp>

namespace starling {

namespace {

// In (0, 1), resolved finely enough for one of a billion events.
double fine_uniform(const RandomWords& words) {
  return (static_cast<double>(words.word[0]) + uniform_double(words.word[1])) * 0x1p-32;
}

// Cases up to and including each step, at least as many of the step as are expected.
std::vector<double> cases_at(const FlipLane& lane) {
  std::vector<double> result;
  double before = 0.0;
  for (std::size_t step = 0; step < lane.cases.size(); ++step) {
    result.push_back(before + std::max(lane.cases[step], lane.probabilities[step]));
    before += lane.cases[step];
  }
  return result;
}

}  // namespace

std::vector<FlipChoice> choose_flips(const FlipLane& lane, int flips, std::uint64_t seed) {
  const std::vector<double> cases = cases_at(lane);
  std::vector<double> weight;
  for (std::size_t step = 0; step < cases.size(); ++step)
    weight.push_back(lane.probabilities[step] > 0.0 ? lane.probabilities[step] / cases[step] : 0.0);
  const double total = std::accumulate(weight.begin(), weight.end(), 0.0);
  std::vector<FlipChoice> choices;
  if (!(total > 0.0)) return choices;
  std::size_t step = 0;
  double before = 0.0;  // weight of the steps before
  for (int k = 0; k < flips; ++k) {
    const double u =
        fine_uniform(random_words(seed, lane.sample, static_cast<std::uint32_t>(k), 0, Draw::flip));
    const double at = (k + u) / flips * total;
    while (step + 1 < weight.size() && at >= before + weight[step]) before += weight[step++];
    while (!(weight[step] > 0.0)) before -= weight[--step];  // rounding beyond the last step with events
    const double share = std::clamp((at - before) / weight[step], 0.0, 1.0);
    choices.push_back(
        {{lane.lane, static_cast<int>(step), share * lane.probabilities[step]}, 1.0 / (cases[step] * total)});
  }
  return choices;
}

std::vector<double> log_rate_slopes(const InfectionEvent& event) {
  const double exposure = std::accumulate(event.exposure.begin(), event.exposure.end(), 0.0);
  std::vector<double> slopes;
  for (std::size_t n = 0; n + 1 < event.exposure.size(); ++n)
    slopes.push_back(event.exposure[n] * std::exp(-exposure));
  return slopes;
}

}  // namespace starling
