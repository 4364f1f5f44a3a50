#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <starling/abm/epidemic_settings.hpp>
#include <starling/inference/marginal_prior.hpp>
#include <starling/inference/target_settings.hpp>

namespace starling {

/// What the generalised posterior exp(-loss / weight) prior compares.
enum class LossKind {
  measured_noise,  // Gaussian likelihood with the simulator's own covariance, measured by repeated runs
  log_mse,         // the reference's sum over age bins of the mean squared log10 difference
};

struct PriorSettings {
  double mean = 0.0;
  double sd = 1.0;
};

struct FlowSizes {
  int layers = 4;
  int hidden = 32;
  int blocks = 1;
};

struct CalibrationSettings {
  std::vector<std::string> parameters;  // configuration paths, e.g. "networks.household.log10_beta", or ties
  std::map<std::string, std::vector<std::string>> ties;  // a name for several paths that share one value
  PriorSettings prior;                                   // normal, of each parameter without one of its own
  std::map<std::string, MarginalPrior> priors;           // by path or tie
  LossKind loss = LossKind::measured_noise;
  double weight = 1.0;  // w: the objective is E[loss] + w KL(q || prior)
  int samples = 8;      // parameter draws per epoch, run as lanes of one pass
  int replicates = 2;   // independent simulations of each draw
  int epochs = 600;
  int kl_samples = 10000;
  double learning_rate = 1e-2;
  int warm_up_epochs = 50;
  double weight_decay = 1e-4;
  double clip_norm = 1000.0;
  int noise_runs = 1024;  // repeated runs that measure the simulator's noise
  int posterior_samples = 4000;
  int predictive_runs = 256;
  bool gradcheck = false;              // compare the gradient with differences when the fit is done
  std::string observed = "synthetic";  // or the path of a CSV file with the columns of timeseries.csv
  std::optional<std::uint64_t>
      truth_seed;  // of the synthetic observation; derived from the run's seed when absent
  FlowSizes flow;
  /// Series to explain; without any, the cumulative cases by age of `observed` with `loss`.
  std::vector<TargetSettings> targets;
};

}  // namespace starling
