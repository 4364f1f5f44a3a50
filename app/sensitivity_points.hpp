#pragma once

#include <optional>
#include <string>
#include <vector>

#include <starling/abm/epidemic_model_family.hpp>
#include <starling/app/configuration.hpp>
#include <starling/app/posterior_draws.hpp>
#include <starling/app/sensitivity_result.hpp>
#include <starling/inference/local_derivatives.hpp>
#include <starling/inference/parameter_map.hpp>
#include <starling/inference/prior.hpp>

namespace starling::app {

/// The parameters of an analysis, in the order of the map, with their configured values where `at` says so.
std::vector<SensitivityParameter> sensitivity_parameters(const ParameterMap& map,
                                                         const EpidemicModelFamily& model,
                                                         const std::string& at);

/// Where local derivatives are taken. At the configured values points are shifts from them, so that what a
/// tie moves together need not be equal; elsewhere points are values of the parameters.
class SensitivityPoints {
 public:
  /// `model` has the paths of the map as its first parameters. Throws InputError as read_posterior_draws()
  /// where sensitivity.at is a posterior.csv.
  SensitivityPoints(const Configuration& configuration, const ParameterMap& map,
                    const EpidemicModelFamily& model);

  /// A step for each parameter, and the range in which the model takes all that it sets as it is. Of a
  /// structural number the step is relative to its configured value.
  [[nodiscard]] const std::vector<DifferenceStep>& steps() const { return steps_; }
  /// One point for each replicate: no shift, quantiles of the prior at a low-discrepancy sequence, or rows of
  /// a posterior.csv, evenly picked. Coordinates outside the range are moved to its end, as the model does.
  /// [replicates][parameters]
  [[nodiscard]] std::vector<double> points(const Prior& prior, std::uint64_t seed) const;
  /// The draws that points come from, where they come from a posterior.csv.
  [[nodiscard]] const std::optional<PosteriorDraws>& draws() const { return draws_; }
  /// The inputs of the model at these points, inside their ranges. [rows][paths]
  [[nodiscard]] std::vector<double> path_values(std::span<const double> points) const;

 private:
  const SensitivitySection& section_;
  const ParameterMap& map_;
  std::optional<PosteriorDraws> draws_;
  std::vector<double> origin_;          // [paths]
  std::vector<DifferenceStep> ranges_;  // [paths]
  std::vector<DifferenceStep> steps_;   // [parameters]
};

}  // namespace starling::app
