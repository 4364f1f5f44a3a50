#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <starling/inference/prior.hpp>
#include <starling/inference/summary.hpp>
#include <starling/inference/variational.hpp>

namespace starling::examples {

/// A model with what is needed to calibrate it against a run of its own.
struct Problem {
  std::vector<std::string> parameters;
  std::vector<double> truth;  // [parameters]
  Prior prior;
  /// What is compared with the observation: theta [draws][parameters] -> outputs [draws][outputs].
  std::function<Var<double>(Var<double> theta, std::uint64_t seed)> simulate;
  /// - log likelihood [draws] of observed outputs [outputs], for models that know it. Empty: outputs are
  /// compared by a Gaussian likelihood with the model's own noise, measured by repeated runs.
  std::function<Var<double>(Var<double> theta, Var<double> observed)> negative_log_likelihood;
};

struct CalibrationOptions {
  std::uint64_t seed = 1;
  std::int64_t epochs = 400;
  int samples = 8;     // parameter draws per epoch
  int replicates = 2;  // runs of each draw
  double learning_rate = 1e-2;
  int noise_runs = 1024;
  int kl_samples = 1000;
};

struct Calibration {
  std::vector<double> observed;
  VariationalState state;
  PosteriorDraws posterior;
  std::vector<MarginalSummary> marginals;  // [parameters]
  double seconds = 0.0;
};

/// Simulates an observation at the truth, then fits a flow to the posterior of the parameters.
Calibration calibrate(const Problem& problem, const CalibrationOptions& options, const Exec& exec);

}  // namespace starling::examples
