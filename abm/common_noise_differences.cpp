#include <algorithm>
#include <memory>
#include <span>
#include <utility>

#include <fmt/format.h>

#include <starling/abm/common_noise_differences.hpp>
#include <starling/core/check.hpp>

namespace starling {

namespace {

/// What the node keeps between its forward and its reverse pass.
class DifferenceNode {
 public:
  DifferenceNode(DifferencedRuns runs, const RunNoise& noise) : runs_(std::move(runs)), noise_(noise) {}

  void forward(ParameterRows theta, std::span<double> observations);
  void adjoint(std::span<const double> observations_adj, std::span<double> theta_adj) const;

 private:
  [[nodiscard]] std::size_t dimensions() const { return static_cast<std::size_t>(runs_.dimensions); }
  [[nodiscard]] double& slope(std::size_t run, std::size_t dimension, std::size_t output) {
    return jacobian_[(run * dimensions() + dimension) * runs_.outputs + output];
  }

  DifferencedRuns runs_;
  RunNoise noise_;
  std::vector<double> jacobian_;  // [runs][dimensions][outputs]
};

void DifferenceNode::forward(ParameterRows theta, std::span<double> observations) {
  const LaneRuns centres = lane_runs(theta, dimensions(), noise_);
  const std::size_t variants = 1 + 2 * dimensions();
  LaneRuns all{centres.seed, {}};
  std::vector<double> distances;  // [runs][dimensions]
  for (const LaneRun& run : centres.lanes) {
    all.lanes.push_back(run);
    for (std::size_t d = 0; d < dimensions(); ++d) {
      const DifferencePoints points = runs_.points(d, run.theta[d]);
      all.lanes.push_back(run);
      all.lanes.back().theta[d] = points.high;
      all.lanes.push_back(run);
      all.lanes.back().theta[d] = points.low;
      distances.push_back(points.distance);
    }
  }
  const std::vector<double> observed = runs_.observe(all);
  jacobian_.resize(centres.lanes.size() * dimensions() * runs_.outputs);
  for (std::size_t run = 0; run < centres.lanes.size(); ++run) {
    const auto row = [&](std::size_t variant) {
      return std::span(observed).subspan((run * variants + variant) * runs_.outputs, runs_.outputs);
    };
    std::ranges::copy(row(0), observations.begin() + static_cast<std::ptrdiff_t>(run * runs_.outputs));
    for (std::size_t d = 0; d < dimensions(); ++d) {
      const double distance = distances[run * dimensions() + d];
      for (std::size_t o = 0; o < runs_.outputs; ++o)
        slope(run, d, o) = distance == 0.0 ? 0.0 : (row(1 + 2 * d)[o] - row(2 + 2 * d)[o]) / distance;
    }
  }
}

void DifferenceNode::adjoint(std::span<const double> observations_adj, std::span<double> theta_adj) const {
  const auto replicates = static_cast<std::size_t>(noise_.replicates);
  const std::size_t runs = observations_adj.size() / runs_.outputs;
  for (std::size_t run = 0; run < runs; ++run) {
    for (std::size_t d = 0; d < dimensions(); ++d) {
      const double* slopes = jacobian_.data() + (run * dimensions() + d) * runs_.outputs;
      double sum = 0.0;
      for (std::size_t o = 0; o < runs_.outputs; ++o)
        sum += slopes[o] * observations_adj[run * runs_.outputs + o];
      theta_adj[run / replicates * dimensions() + d] += sum;
    }
  }
}

}  // namespace

DifferencePoints central_points(double value, double step) {
  return {value + step, value - step, 2.0 * step};
}

void check_epidemic_node(const Tape<double>& tape, const Var<double>& theta, int dimensions) {
  check_that(tape.exec().backend() == Backend::cpu, "EpidemicModel::observe",
             "parameters and observations are small and live on the host: record them on a CPU tape");
  check_that(theta.shape().rank() == 2 && theta.shape().last() == dimensions, "EpidemicModel::observe",
             fmt::format("theta must have shape [draws][{}]", dimensions));
}

Var<double> observe_with_differences(Tape<double>& tape, Var<double> theta, const RunNoise& noise,
                                     DifferencedRuns runs) {
  check_epidemic_node(tape, theta, runs.dimensions);
  const std::int64_t rows = theta.shape().extent(0) * noise.replicates;
  const auto outputs = static_cast<std::int64_t>(runs.outputs);
  const auto observations = static_cast<std::size_t>(rows * outputs);
  const auto parameters = static_cast<std::size_t>(theta.size());
  const auto node = std::make_shared<DifferenceNode>(std::move(runs), noise);
  CustomOperation<double> operation;
  operation.forward = [=](const Exec&, std::span<const double* const> inputs, double* output) {
    node->forward({inputs[0], parameters}, {output, observations});
  };
  operation.adjoint = [=](const Exec&, std::span<const double* const>, const double*,
                          const double* output_adj, std::span<double* const> inputs_adj) {
    if (inputs_adj[0] != nullptr) node->adjoint({output_adj, observations}, {inputs_adj[0], parameters});
  };
  return tape.custom("epidemic", {theta}, {rows, outputs}, std::move(operation));
}

}  // namespace starling
