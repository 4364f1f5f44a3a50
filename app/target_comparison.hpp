#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <starling/abm/epidemic_model_family.hpp>
#include <starling/app/target_result.hpp>
#include <starling/inference/calibration_settings.hpp>
#include <starling/inference/comparison.hpp>
#include <starling/inference/parameter_map.hpp>
#include <starling/inference/weighted_losses.hpp>

namespace starling::app {

/// The targets of [calibrate.targets] as the model must observe them. Outcomes are expectations.
OutputSettings target_outputs(const CalibrationSettings& settings);

/// What was observed of every target, how simulations compare with it, and what they predict.
class TargetComparison {
 public:
  /// Reads the files; synthetic observations are one run at the configured values with the noise of the
  /// target's likelihood. `model` must outlive it.
  TargetComparison(EpidemicModelFamily& model, const CalibrationSettings& settings, std::uint64_t truth_seed);

  /// log k where it is calibrated and known: of synthetic observations.
  [[nodiscard]] std::vector<std::optional<double>> true_log_dispersions() const;
  /// Whether any observation is synthetic, so that the configured values are the truth.
  [[nodiscard]] bool is_synthetic() const;

  /// Loss of each draw: outputs [draws * replicates][outputs] of theta [draws][parameters] -> [draws].
  [[nodiscard]] Var<double> loss(Tape<double>& tape, Var<double> outputs, Var<double> theta,
                                 int replicates) const;
  /// Where simulations resemble the observations, with the dispersions in the middle of their priors.
  [[nodiscard]] SearchRegion find_start(const ParameterMap& map, const Prior& prior,
                                        std::uint64_t seed) const;
  /// Series of one run of each draw theta [draws][parameters], with the noise of the likelihoods; and the
  /// details of these runs.
  [[nodiscard]] std::vector<TargetResult> predict(const ParameterMap& map, std::span<const double> theta,
                                                  std::uint64_t seed, RunDetails& details) const;

 private:
  [[nodiscard]] std::vector<double> observe(std::size_t target, std::span<const double> synthetic,
                                            std::uint64_t seed) const;
  [[nodiscard]] const TargetObservation::Part& part(std::size_t target) const {
    return model_->targets()->parts()[target];
  }
  /// log k of each draw for one target; empty where it is not calibrated. theta [draws][parameters]
  [[nodiscard]] std::vector<double> log_dispersions(std::size_t target, std::span<const double> theta) const;

  EpidemicModelFamily* model_;
  const CalibrationSettings* settings_;
  std::size_t dispersions_ = 0;
  std::size_t parameters_ = 0;                 // with the dispersions, which come last
  std::vector<std::vector<double>> observed_;  // [targets] [rows][points], NaN where missing
  std::optional<WeightedLosses> losses_;
};

}  // namespace starling::app
