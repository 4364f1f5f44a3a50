#include <fmt/format.h>

#include <starling/abm/lane_runs.hpp>
#include <starling/core/check.hpp>

namespace starling {

LaneRuns lane_runs(ParameterRows theta, std::size_t dimensions, const RunNoise& noise) {
  check_positive("EpidemicModel", "replicates", noise.replicates);
  check_that(dimensions == 0 ? theta.empty() : theta.size() % dimensions == 0, "EpidemicModel",
             fmt::format("theta has {} elements, expected a multiple of {}", theta.size(), dimensions));
  const std::size_t draws = dimensions == 0 ? 1 : theta.size() / dimensions;
  LaneRuns runs{noise.seed, {}};
  for (std::size_t draw = 0; draw < draws; ++draw) {
    const auto row = theta.subspan(draw * dimensions, dimensions);
    for (int replicate = 0; replicate < noise.replicates; ++replicate)
      runs.lanes.push_back({{row.begin(), row.end()}, static_cast<std::uint32_t>(runs.lanes.size())});
  }
  return runs;
}

}  // namespace starling
