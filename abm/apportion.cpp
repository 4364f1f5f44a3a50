#include <algorithm>
#include <cmath>
#include <numeric>

#include <starling/abm/apportion.hpp>
#include <starling/core/check.hpp>

namespace starling {

std::vector<std::int64_t> apportion(std::span<const double> weights, std::int64_t total) {
  std::vector<std::int64_t> counts(weights.size(), 0);
  if (total == 0) return counts;
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  check_positive("apportion", "sum of weights", sum);
  std::vector<double> remainders(weights.size());
  std::int64_t left = total;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double exact = weights[i] * static_cast<double>(total) / sum;
    counts[i] = std::min(left, static_cast<std::int64_t>(std::floor(exact)));
    remainders[i] = exact - std::floor(exact);
    left -= counts[i];
  }
  std::vector<std::size_t> order(weights.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
  for (std::size_t k = 0; left > 0; k = (k + 1) % order.size()) {
    if (weights[order[k]] <= 0.0) continue;
    ++counts[order[k]];
    --left;
  }
  return counts;
}

std::vector<std::int64_t> apportion_in_order(std::span<const double> weights, std::int64_t total) {
  std::vector<std::int64_t> counts(weights.size(), 0);
  if (total == 0) return counts;
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  check_positive("apportion", "sum of weights", sum);
  double cumulative = 0.0;
  std::int64_t given = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    cumulative += weights[i];
    counts[i] = std::llround(cumulative * static_cast<double>(total) / sum) - given;
    given += counts[i];
  }
  return counts;
}

AgeCounts apportion_ages(const AgeCounts& people, const AgeWeights& shares) {
  AgeCounts counts{};
  double cumulative = 0.0;
  std::int64_t given = 0;
  for (std::size_t age = 0; age < counts.size(); ++age) {
    cumulative += shares[age] * static_cast<double>(people[age]);
    counts[age] = std::min<std::int64_t>(people[age], std::llround(cumulative) - given);
    given += counts[age];
  }
  return counts;
}

}  // namespace starling
