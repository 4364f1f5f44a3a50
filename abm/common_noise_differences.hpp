#pragma once

#include <cstddef>
#include <functional>
#include <limits>
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

/// Values of a parameter that make a difference.
struct ParameterRange {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};

/// value + step and value - step, or the end of the range where one lies beyond it: next to the end the
/// difference is one-sided. Beyond the range nothing changes any more, and the points do not differ.
DifferencePoints points_within(const ParameterRange& range, double value, double step);

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
