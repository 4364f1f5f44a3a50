#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include <starling/abm/jacobian_node.hpp>
#include <starling/abm/lane_runs.hpp>

namespace starling {

/// Two values of a parameter whose runs are compared, and how far apart they lie. At a distance of 0 the
/// derivative counts as 0.
struct DifferencePoints {
  double high = 0.0;
  double low = 0.0;
  double distance = 0.0;
};

/// value + step and value - step.
DifferencePoints central_points(double value, double step);

/// Something that runs lanes and can be differentiated by comparing them.
struct DifferencedRuns {
  int dimensions = 0;
  std::size_t outputs = 0;  // numbers that one run yields
  /// Where the runs that give the derivative by a dimension lie.
  std::function<DifferencePoints(std::size_t dimension, double value)> points;
  /// Observations of all lanes. [lanes][outputs]
  std::function<std::vector<double>(const LaneRuns&)> observe;
};

/// The derivative by a dimension is (f(high) - f(low)) / distance of two further lanes with the noise of the
/// run; all lanes are observed together.
RunJacobians common_noise_differences(const DifferencedRuns& runs, ParameterRows theta,
                                      const RunNoise& noise);

/// The same as runs of a tape node.
JacobianRuns differenced(DifferencedRuns runs);

}  // namespace starling
