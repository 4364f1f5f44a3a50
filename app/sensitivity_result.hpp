#pragma once

#include <optional>
#include <string>
#include <vector>

#include <starling/app/contact_restriction.hpp>
#include <starling/app/epidemic_outcomes.hpp>
#include <starling/app/plots.hpp>
#include <starling/inference/derivative_bounds.hpp>
#include <starling/inference/elementary_effects.hpp>
#include <starling/inference/first_order_variance.hpp>
#include <starling/inference/local_derivatives.hpp>
#include <starling/inference/sobol_indices.hpp>

namespace starling::app {

/// One parameter of an analysis.
struct SensitivityParameter {
  std::string name;
  bool is_log10 = false;        // whether all it sets are decadic logarithms
  std::optional<double> value;  // where derivatives were taken, unless over a distribution
};

/// How uncertain outcomes are over a posterior, and which parameters it comes from to first order.
struct PosteriorUncertainty {
  std::vector<double> covariance;                        // [parameters][parameters] of all draws
  std::vector<VarianceOfRuns> runs;                      // [outcomes]
  std::vector<std::vector<VarianceContribution>> parts;  // [outcomes][parameters]

  /// First-order variance of an outcome: the sum of its parts.
  [[nodiscard]] double first_order(int outcome) const;
};

/// Everything `starling sensitivity` found; methods that were not asked for are absent.
struct SensitivityResult {
  std::vector<SensitivityParameter> parameters;
  std::vector<EpidemicOutcome> outcomes;
  /// Of the outcomes, then of the cumulative cases at each of the dates.
  std::optional<LocalDerivatives> local;
  std::vector<std::string> dates;
  std::optional<PosteriorUncertainty> uncertainty;  // where local derivatives are over a posterior
  std::optional<RestrictionEffects> restriction;
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
/// outcome,parameter,parameter_sd,derivative,derivative_se,variance_alone,variance_with_covariances,share,
/// first_order_variance,posterior_variance,posterior_variance_se,noise_variance,noise_variance_se: what the
/// uncertainty of a parameter adds to the variance of the expected outcome over the posterior.
std::string posterior_uncertainty_csv(const SensitivityResult& result);
/// outcome,rank,network,mean,mean_se,one_percent,one_percent_se,double_step,double_step_se,steps_agree,
/// ten_percent,ten_percent_se,twenty_percent,twenty_percent_se: changes of the outcome by so many per cent
/// fewer contacts, the network with the largest change by 1 % first.
std::string policy_csv(const SensitivityResult& result);
/// outcome,input,first,first_low,first_high,total,total_low,total_high; the input "noise" is the simulator's
/// own.
std::string sobol_csv(const SensitivityResult& result);
/// outcome,parameter,mu,mu_se,mu_star,mu_star_se,sigma
std::string morris_csv(const SensitivityResult& result);
/// outcome,parameter,mean_square,mean_square_se,total_bound,total_bound_se
std::string dgsm_csv(const SensitivityResult& result);

/// How many derivatives of outcomes disagree with those of half the step.
int disagreements(const SensitivityResult& result);

/// A tornado of the outcomes of everyone, a map of log derivatives of all outcomes and one over time, bars of
/// the Sobol indices, of the effects of fewer contacts and of the parameters' shares in the uncertainty.
std::vector<PlotScript> sensitivity_plots(const SensitivityResult& result, const PlotDates& dates);

}  // namespace starling::app
