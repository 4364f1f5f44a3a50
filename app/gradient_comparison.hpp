#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <starling/abm/population.hpp>
#include <starling/app/configuration.hpp>
#include <starling/app/plots.hpp>
#include <starling/core/exec.hpp>
#include <starling/inference/estimated_derivatives.hpp>

namespace starling::app {

/// One estimator of the derivatives of expected outcomes, held against the truth.
struct EstimatorFigures {
  std::string estimator;
  std::string refusal;                 // why it has no derivatives of this model; else empty
  double seconds = 0.0;                // of one gradient of one number, by itself
  std::vector<EstimatorError> errors;  // [outcomes][parameters]
};

/// All estimators at one point of one model.
struct GradientComparison {
  std::vector<std::string> parameters;
  std::vector<std::string> outcomes;  // cumulative cases on some days, then the loss
  std::vector<double> means;          // [outcomes] expected values
  std::vector<MeanEstimate> truth;    // [outcomes][parameters]
  double run_seconds = 0.0;           // of one simulated epidemic by itself
  std::vector<EstimatorFigures> estimators;

  [[nodiscard]] std::size_t place(std::size_t outcome, std::size_t parameter) const {
    return outcome * parameters.size() + parameter;
  }
};

/// What the comparison counts as a gradient's price: the seconds of so many runs, which estimators that need
/// less use for averages of several gradients.
inline constexpr double kPriceRuns = 100.0;

/// Compares all estimators of gradient.estimator at the configured values of calibrate.parameters. Outcomes
/// are the cumulative cases after 1, 3, 5, 10, 20, 30 and 60 days, as far as the epidemic lasts, and the
/// published loss against one epidemic whose parameters are lower by 0.1. The truth is the difference
/// quotient of runs with common noise, extrapolated from two steps, over gradient.check_runs runs; of each
/// estimator as many gradients with noise of their own are taken. Throws InputError without parameters.
GradientComparison compare_gradients(const Exec& exec, const Population& population,
                                     const Configuration& configuration, std::uint64_t seed,
                                     const std::function<void(std::string_view)>& on_estimator);

/// The price of a gradient of the estimator in seconds of a run.
double price_in_runs(const GradientComparison& comparison, const EstimatorFigures& figures);
/// Root of the mean squared error at the price of kPriceRuns runs over the true value.
double relative_error(const GradientComparison& comparison, const EstimatorFigures& figures,
                      const EstimatorError& error);

/// The gradient of an outcome by all parameters as one vector, over the length of the true one: what a fit by
/// many parameters goes by.
struct WholeGradientError {
  double error;  // root of the summed mean squared errors at the price of kPriceRuns runs
  double bias;   // root of the summed squared biases, less what the errors of the means explain
};
WholeGradientError whole_gradient_error(const GradientComparison& comparison, const EstimatorFigures& figures,
                                        std::size_t outcome);

/// outcome,parameter,mean,derivative,derivative_se
std::string gradient_truth_csv(const GradientComparison& comparison);
/// estimator,outcome,parameter,runs,seconds,mean,mean_se,sd,bias,bias_se,is_right,relative_error; `runs` is
/// the price of a gradient in seconds of a run, relative_error the root of the mean squared error at the
/// price of kPriceRuns runs over the true value.
std::string gradient_estimators_csv(const GradientComparison& comparison);
/// A table for people, a row for each estimator: its price, and for each outcome the largest relative error
/// of all parameters, with that parameter's bias and standard deviation over the true value in brackets, and
/// how many parameters' derivatives are off by more than a tenth and two standard errors.
std::string gradient_estimators_table(const GradientComparison& comparison);
/// Relative errors at equal seconds over the days, a panel for each parameter, or one of the whole gradient
/// where there are many.
PlotScript gradient_estimators_plot(const GradientComparison& comparison);

}  // namespace starling::app
