#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <starling/abm/epidemic_model_family.hpp>
#include <starling/abm/population.hpp>
#include <starling/app/configuration.hpp>
#include <starling/app/target_comparison.hpp>
#include <starling/autodiff/tape.hpp>
#include <starling/core/exec.hpp>
#include <starling/inference/comparison.hpp>
#include <starling/inference/parameter_map.hpp>
#include <starling/inference/prior.hpp>
#include <starling/inference/variational.hpp>

namespace starling::app {

/// What a configuration's calibration fits: the simulator, what was observed, and how the two compare.
class CalibrationProblem {
 public:
  /// Derivatives are those of `gradient`. `population` must outlive it.
  CalibrationProblem(const Exec& exec, const Population& population, const Configuration& configuration,
                     const GradientSettings& gradient, std::uint64_t seed);
  CalibrationProblem(const CalibrationProblem&) = delete;
  CalibrationProblem& operator=(const CalibrationProblem&) = delete;

  /// Reads or simulates the observation; where the loss is that of measured noise, measures it, which runs
  /// the model some thousand times. To be called before the rest.
  void observe();
  /// Where a flow starts, in the prior's unconstrained coordinate: found by a search where there are targets.
  [[nodiscard]] SearchRegion find_start();
  /// Where simulations resemble the observation, with the spread of the search's best draws.
  [[nodiscard]] SearchRegion find_region();

  /// Loss of each draw theta [draws][parameters] -> [draws], over calibrate.replicates runs of each.
  [[nodiscard]] Var<double> loss(Tape<double>& tape, Var<double> theta, std::uint64_t seed);
  /// The same without derivatives.
  [[nodiscard]] std::vector<double> loss_values(std::span<const double> theta, std::uint64_t seed);
  /// The calibration by a flow that starts in `start`. This problem must outlive it.
  [[nodiscard]] std::unique_ptr<Variational> variational(const SearchRegion& start);
  /// For Variational::initial_state().
  [[nodiscard]] std::uint64_t variational_seed() const;

  [[nodiscard]] EpidemicModelFamily& model() { return model_; }
  [[nodiscard]] const EpidemicModelFamily& model() const { return model_; }
  [[nodiscard]] const ParameterMap& map() const { return map_; }
  [[nodiscard]] const Prior& prior() const { return prior_; }
  /// Of every parameter, where it is known because the observation is synthetic.
  [[nodiscard]] std::vector<std::optional<double>> truth() const;
  /// Of a calibration with targets; else null.
  [[nodiscard]] const TargetComparison* targets() const { return targets_ ? &*targets_ : nullptr; }
  /// Of one without targets: how cases compare.
  [[nodiscard]] const std::optional<Comparison>& comparison() const { return comparison_; }
  [[nodiscard]] const std::vector<double>& observed_cumulative() const { return observed_cumulative_; }

 private:
  [[nodiscard]] OutputFunction outputs();
  void observe_cases();
  [[nodiscard]] std::uint64_t truth_seed() const;
  [[nodiscard]] Var<double> compare(Tape<double>& tape, Var<double> outputs, Var<double> theta) const;

  Exec exec_;
  const Configuration& configuration_;
  const CalibrationSettings& settings_;
  std::uint64_t seed_;
  ParameterMap map_;
  Prior prior_;
  EpidemicModelFamily model_;
  std::optional<Comparison> comparison_;
  std::optional<TargetComparison> targets_;
  std::vector<double> observed_cumulative_;  // [age bins][records]
};

}  // namespace starling::app
