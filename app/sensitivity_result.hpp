#pragma once

#include <optional>
#include <string>
#include <vector>

#include <starling/app/epidemic_outcomes.hpp>
#include <starling/app/plots.hpp>
#include <starling/inference/derivative_bounds.hpp>
#include <starling/inference/elementary_effects.hpp>
#include <starling/inference/local_derivatives.hpp>
#include <starling/inference/sobol_indices.hpp>

namespace starling::app {

/// One parameter of an analysis.
struct SensitivityParameter {
  std::string name;
  bool is_log10 = false;        // whether all it sets are decadic logarithms
  std::optional<double> value;  // where derivatives were taken, unless over a distribution
};

/// Everything `starling sensitivity` found; methods that were not asked for are absent.
struct SensitivityResult {
  std::vector<SensitivityParameter> parameters;
  std::vector<EpidemicOutcome> outcomes;
  /// Of the outcomes, then of the cumulative cases at each of the dates.
  std::optional<LocalDerivatives> local;
  std::vector<std::string> dates;
  std::optional<SobolIndices> sobol;  // the last input is noise
  std::optional<ElementaryEffects> morris;
  std::optional<DerivativeBounds> bounds;

  [[nodiscard]] int parameter_count() const { return static_cast<int>(parameters.size()); }
  [[nodiscard]] int outcome_count() const { return static_cast<int>(outcomes.size()); }
};

/// d log E[outcome] / d log(parameter): of a decadic logarithm the derivative by the logged quantity, else
/// times the parameter's value; NaN where it has none.
MeanEstimate elasticity(const SensitivityParameter& parameter, const LocalDerivative& derivative);

/// One row per outcome and parameter: mean, derivative, the same with half the step, whether both agree
/// within three standard errors, log derivative and elasticity, each with its standard error; NaN is an empty
/// cell.
std::string sensitivity_csv(const SensitivityResult& result);
/// date,parameter,cases_cumulative,derivative,derivative_se,log_derivative,log_derivative_se
std::string sensitivity_over_time_csv(const SensitivityResult& result);
/// outcome,input,first,first_low,first_high,total,total_low,total_high; the input "noise" is the simulator's
/// own.
std::string sobol_csv(const SensitivityResult& result);
/// outcome,parameter,mu,mu_se,mu_star,mu_star_se,sigma
std::string morris_csv(const SensitivityResult& result);
/// outcome,parameter,mean_square,mean_square_se,total_bound,total_bound_se
std::string dgsm_csv(const SensitivityResult& result);

/// How many derivatives of outcomes disagree with those of half the step.
int disagreements(const SensitivityResult& result);

/// A tornado of the outcomes of everyone, a map of log derivatives of all outcomes and one over time, and
/// bars of the Sobol indices.
std::vector<PlotScript> sensitivity_plots(const SensitivityResult& result, const PlotDates& dates);

}  // namespace starling::app
