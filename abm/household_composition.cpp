#include <algorithm>
#include <array>
#include <cmath>

#include <starling/abm/apportion.hpp>
#include <starling/abm/household_composition.hpp>
#include <starling/core/check.hpp>

namespace starling {

namespace {

constexpr std::size_t kSizes = kHouseholdSizes + 1;
using BySize = std::array<std::int64_t, kSizes>;                     // [people] households
using ChildShares = std::array<std::array<double, kSizes>, kSizes>;  // [people][children]
using ChildCounts = std::array<std::array<std::int64_t, kSizes>, kSizes>;

BySize count_sizes(const HouseholdFigures& figures, std::int64_t residents) {
  double households = 0.0;
  double people = 0.0;
  for (std::size_t size = 1; size < kSizes; ++size) {
    households += figures.size_share[size];
    people += figures.size_share[size] * static_cast<double>(size);
  }
  check_positive("household_sizes.csv", "mean household size", people / households);
  const double number = static_cast<double>(residents) * households / people;
  const auto counts = apportion(figures.size_share, std::max<std::int64_t>(1, std::llround(number)));
  BySize result{};
  std::copy(counts.begin(), counts.end(), result.begin());
  std::int64_t missing = residents;
  for (std::size_t size = 1; size < kSizes; ++size) missing -= result[size] * static_cast<std::int64_t>(size);
  // Rounding leaves a few people over or short: they go to the most frequent sizes.
  for (; missing > 0; missing -= std::min<std::int64_t>(missing, 2))
    ++result[static_cast<std::size_t>(std::min<std::int64_t>(missing, 2))];
  for (; missing < 0; ++missing) {
    const auto largest = std::max_element(result.begin() + 2, result.end());
    --*largest;
    ++*(largest - 1);
  }
  return result;
}

// The census table ends at the largest size it knows. In larger households each person beyond that is a child
// or an adult with equal probability.
ChildShares shares_by_size(const HouseholdFigures& figures) {
  ChildShares shares{};
  for (std::size_t size = 1; size < kSizes; ++size) {
    double known = 0.0;
    for (std::size_t children = 0; children < size; ++children)
      known += shares[size][children] = figures.composition[children][size - children];
    if (known > 0.0) continue;
    for (std::size_t children = 0; children + 1 < size; ++children) {
      shares[size][children] += 0.5 * shares[size - 1][children];
      shares[size][children + 1] += 0.5 * shares[size - 1][children];
    }
  }
  return shares;
}

ChildShares tilt(const ChildShares& shares, double factor) {
  ChildShares tilted = shares;
  for (std::size_t size = 1; size < kSizes; ++size) {
    double power = 1.0;
    double sum = 0.0;
    for (double& share : tilted[size]) {
      share *= power;
      sum += share;
      power *= factor;
    }
    for (double& share : tilted[size]) share = sum > 0.0 ? share / sum : 0.0;
  }
  return tilted;
}

double expected_children(const ChildShares& shares, const BySize& sizes) {
  double children = 0.0;
  for (std::size_t size = 1; size < kSizes; ++size)
    for (std::size_t k = 0; k < kSizes; ++k)
      children += static_cast<double>(sizes[size]) * shares[size][k] * static_cast<double>(k);
  return children;
}

ChildShares fit_tilt(const ChildShares& shares, const BySize& sizes, std::int64_t children) {
  // The factor is x / (1 - x): bisection covers 0 to infinity and needs no logarithm.
  double low = 0.0;
  double high = 1.0;
  for (int step = 0; step < 60; ++step) {
    const double x = 0.5 * (low + high);
    const double expected = expected_children(tilt(shares, x / (1.0 - x)), sizes);
    (expected < static_cast<double>(children) ? low : high) = x;
  }
  const double x = std::min(0.5 * (low + high), 0.999999);
  return tilt(shares, x / (1.0 - x));
}

// Moves one household of some size to one child more (step = 1) or fewer (step = -1), where the rounded
// counts are farthest on that side of the shares.
void move_one_child(const ChildShares& shares, const BySize& sizes, int step, ChildCounts& counts) {
  double best = -1e300;
  std::size_t best_size = 0;
  std::size_t best_children = 0;
  for (std::size_t size = 2; size < kSizes; ++size) {
    for (std::size_t k = step > 0 ? 0 : 1; k + (step > 0 ? 1 : 0) < size; ++k) {
      const std::size_t to = step > 0 ? k + 1 : k - 1;
      if (counts[size][k] == 0) continue;
      const auto excess = [&](std::size_t c) {
        return static_cast<double>(counts[size][c]) - static_cast<double>(sizes[size]) * shares[size][c];
      };
      const double gain = excess(k) - excess(to);
      if (gain <= best) continue;
      best = gain;
      best_size = size;
      best_children = k;
    }
  }
  check_that(best_size > 0, "synthesise",
             "the area has too few adults to house its children, expected a larger scale");
  --counts[best_size][best_children];
  ++counts[best_size][step > 0 ? best_children + 1 : best_children - 1];
}

}  // namespace

std::vector<HouseholdComposition> compose_households(const HouseholdFigures& figures, std::int64_t residents,
                                                     std::int64_t children) {
  const BySize sizes = count_sizes(figures, residents);
  const ChildShares shares = fit_tilt(shares_by_size(figures), sizes, children);
  ChildCounts counts{};
  std::int64_t missing = children;
  for (std::size_t size = 1; size < kSizes; ++size) {
    const auto rounded = apportion(shares[size], sizes[size]);
    std::copy(rounded.begin(), rounded.end(), counts[size].begin());
    for (std::size_t k = 0; k < kSizes; ++k) missing -= counts[size][k] * static_cast<std::int64_t>(k);
  }
  for (; missing > 0; --missing) move_one_child(shares, sizes, 1, counts);
  for (; missing < 0; ++missing) move_one_child(shares, sizes, -1, counts);
  std::vector<HouseholdComposition> result;
  for (std::size_t size = 1; size < kSizes; ++size)
    for (std::size_t k = 0; k < size; ++k)
      if (counts[size][k] > 0)
        result.push_back({static_cast<int>(k), static_cast<int>(size - k), counts[size][k]});
  return result;
}

}  // namespace starling
