#include <algorithm>
#include <memory>
#include <span>
#include <utility>

#include <fmt/format.h>

#include <starling/abm/jacobian_node.hpp>
#include <starling/core/check.hpp>

namespace starling {

namespace {

/// What the node keeps between its forward and its reverse pass.
class JacobianNode {
 public:
  JacobianNode(JacobianRuns runs, const RunNoise& noise) : runs_(std::move(runs)), noise_(noise) {}

  void forward(ParameterRows theta, std::span<double> observations) {
    RunJacobians estimated = runs_.estimate(theta, noise_);
    check_equal_size("epidemic", "observations", static_cast<std::int64_t>(estimated.observations.size()),
                     static_cast<std::int64_t>(observations.size()));
    std::ranges::copy(estimated.observations, observations.begin());
    jacobians_ = std::move(estimated.jacobians);
  }

  void adjoint(std::span<const double> observations_adj, std::span<double> theta_adj) const {
    const auto dimensions = static_cast<std::size_t>(runs_.dimensions);
    const auto replicates = static_cast<std::size_t>(noise_.replicates);
    const std::size_t runs = observations_adj.size() / runs_.outputs;
    for (std::size_t run = 0; run < runs; ++run) {
      for (std::size_t d = 0; d < dimensions; ++d) {
        const double* slopes = jacobians_.data() + (run * dimensions + d) * runs_.outputs;
        double sum = 0.0;
        for (std::size_t o = 0; o < runs_.outputs; ++o)
          sum += slopes[o] * observations_adj[run * runs_.outputs + o];
        theta_adj[run / replicates * dimensions + d] += sum;
      }
    }
  }

 private:
  JacobianRuns runs_;
  RunNoise noise_;
  std::vector<double> jacobians_;  // [runs][dimensions][outputs]
};

}  // namespace

void check_epidemic_node(const Tape<double>& tape, const Var<double>& theta, int dimensions) {
  check_that(tape.exec().backend() == Backend::cpu, "EpidemicModel::observe",
             "parameters and observations are small and live on the host: record them on a CPU tape");
  check_that(theta.shape().rank() == 2 && theta.shape().last() == dimensions, "EpidemicModel::observe",
             fmt::format("theta must have shape [draws][{}]", dimensions));
}

Var<double> observe_with_jacobians(Tape<double>& tape, Var<double> theta, const RunNoise& noise,
                                   JacobianRuns runs) {
  check_epidemic_node(tape, theta, runs.dimensions);
  const std::int64_t rows = theta.shape().extent(0) * noise.replicates;
  const auto outputs = static_cast<std::int64_t>(runs.outputs);
  const auto observations = static_cast<std::size_t>(rows * outputs);
  const auto parameters = static_cast<std::size_t>(theta.size());
  const auto node = std::make_shared<JacobianNode>(std::move(runs), noise);
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
