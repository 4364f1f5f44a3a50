#include <algorithm>
#include <span>
#include <utility>

#include <starling/abm/common_noise_differences.hpp>

namespace starling {

DifferencePoints points_within(const ParameterRange& range, double value, double step) {
  if (value < range.low || value > range.high) return {value, value, 0.0};
  const double high = std::min(value + step, range.high);
  const double low = std::max(value - step, range.low);
  return {high, low, high - low};
}

RunJacobians common_noise_differences(const DifferencedRuns& runs, ParameterRows theta,
                                      const RunNoise& noise) {
  const auto dimensions = static_cast<std::size_t>(runs.dimensions);
  const std::size_t outputs = runs.outputs;
  const LaneRuns centres = lane_runs(theta, dimensions, noise);
  const std::size_t variants = 1 + 2 * dimensions;
  LaneRuns all{centres.seed, {}};
  std::vector<double> distances;  // [runs][dimensions]
  for (const LaneRun& run : centres.lanes) {
    all.lanes.push_back(run);
    for (std::size_t d = 0; d < dimensions; ++d) {
      const DifferencePoints points = runs.points(d, run.theta[d]);
      all.lanes.push_back(run);
      all.lanes.back().theta[d] = points.high;
      all.lanes.push_back(run);
      all.lanes.back().theta[d] = points.low;
      distances.push_back(points.distance);
    }
  }
  const std::vector<double> observed = runs.observe(all);
  RunJacobians result;
  for (std::size_t run = 0; run < centres.lanes.size(); ++run) {
    const auto row = [&](std::size_t variant) {
      return std::span(observed).subspan((run * variants + variant) * outputs, outputs);
    };
    result.observations.insert(result.observations.end(), row(0).begin(), row(0).end());
    for (std::size_t d = 0; d < dimensions; ++d) {
      const double distance = distances[run * dimensions + d];
      for (std::size_t o = 0; o < outputs; ++o)
        result.jacobians.push_back(distance == 0.0 ? 0.0
                                                   : (row(1 + 2 * d)[o] - row(2 + 2 * d)[o]) / distance);
    }
  }
  return result;
}

JacobianRuns differenced(DifferencedRuns runs) {
  const int dimensions = runs.dimensions;
  const std::size_t outputs = runs.outputs;
  return {dimensions, outputs, [runs = std::move(runs)](ParameterRows theta, const RunNoise& noise) {
            return common_noise_differences(runs, theta, noise);
          }};
}

}  // namespace starling
