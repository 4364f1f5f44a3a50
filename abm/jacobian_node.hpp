#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include <starling/abm/lane_runs.hpp>
#include <starling/autodiff/tape.hpp>

namespace starling {

/// Observations of some runs and an estimate, of each run, of the derivatives of their expectation.
struct RunJacobians {
  std::vector<double> observations;  // [runs][outputs]
  std::vector<double> jacobians;     // [runs][dimensions][outputs]
};

/// An epidemic whose derivatives are estimated while it runs, for all outputs at once.
struct JacobianRuns {
  int dimensions = 0;
  std::size_t outputs = 0;  // numbers that one run yields
  /// Runs draw after draw and replicate after replicate.
  std::function<RunJacobians(ParameterRows theta, const RunNoise& noise)> estimate;
};

/// One tape node for the runs of all draws: theta [draws][dimensions] -> [draws * replicates][outputs]. What
/// `runs` refers to must outlive the node. Throws InputError for a tape that is not of the host and for theta
/// of another shape.
Var<double> observe_with_jacobians(Tape<double>& tape, Var<double> theta, const RunNoise& noise,
                                   JacobianRuns runs);

/// Throws InputError unless an epidemic of so many parameters can be recorded on the tape.
void check_epidemic_node(const Tape<double>& tape, const Var<double>& theta, int dimensions);

}  // namespace starling
