#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <starling/core/check.hpp>
#include <starling/flows/flow.hpp>
#include <starling/inference/pilot.hpp>

namespace starling {

namespace {

// Elites of a round are closer together than the posterior is wide; without this the search freezes early.
constexpr double kWidening = 1.2;
constexpr double kSmallestSd = 0.01;

std::vector<std::size_t> smallest(std::vector<double> distances, std::size_t count) {
  for (double& distance : distances) {
    if (!std::isfinite(distance)) distance = std::numeric_limits<double>::infinity();
  }
  std::vector<std::size_t> order(distances.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return distances[a] < distances[b]; });
  order.resize(count);
  return order;
}

SearchRegion region_of(const std::vector<double>& theta, std::size_t dimensions,
                       const std::vector<std::size_t>& rows) {
  SearchRegion region{std::vector<double>(dimensions, 0.0), std::vector<double>(dimensions, 0.0)};
  const auto count = static_cast<double>(rows.size());
  for (std::size_t d = 0; d < dimensions; ++d) {
    for (const std::size_t row : rows) region.mean[d] += theta[row * dimensions + d] / count;
    for (const std::size_t row : rows)
      region.sd[d] += std::pow(theta[row * dimensions + d] - region.mean[d], 2) / count;
    region.sd[d] = std::max(kSmallestSd, kWidening * std::sqrt(region.sd[d]));
  }
  return region;
}

}  // namespace

SearchRegion search(SearchRegion start, const SearchSettings& settings, std::uint64_t seed,
                    const DistanceFunction& distance) {
  check_in_range("search", "elites", settings.elites, 1, settings.draws);
  const std::size_t dimensions = start.mean.size();
  check_equal_size("search", "sd", static_cast<std::int64_t>(start.sd.size()),
                   static_cast<std::int64_t>(dimensions));
  SearchRegion region = std::move(start);
  for (int round = 0; round < settings.rounds; ++round) {
    std::vector<double> theta = standard_normal_draws(seed, Draw::pilot, static_cast<std::uint32_t>(round),
                                                      settings.draws, static_cast<int>(dimensions));
    for (std::size_t i = 0; i < theta.size(); ++i)
      theta[i] = region.mean[i % dimensions] + region.sd[i % dimensions] * theta[i];
    const std::vector<double> distances = distance(theta, round);
    check_equal_size("search", "distances", static_cast<std::int64_t>(distances.size()), settings.draws);
    region = region_of(theta, dimensions, smallest(distances, static_cast<std::size_t>(settings.elites)));
  }
  return region;
}

}  // namespace starling
