#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <starling/app/csv_writer.hpp>
#include <starling/app/gradient_comparison.hpp>

namespace starling::app {
namespace {

// A derivative is right within this part of the true value or this many standard errors.
constexpr double kRightPart = 0.1;
constexpr double kRightErrors = 2.0;

/// A number for people: three digits, or a dash where there is none.
std::string short_number(double value) {
  if (!std::isfinite(value)) return "—";
  if (std::abs(value) >= 1e5) return fmt::format("{:.1e}", value);
  return fmt::format("{:.2g}", value);
}

/// Of the parameter with the largest error: the error, then bias and standard deviation over the true value;
/// and the number of parameters whose derivative is not right.
std::string worst_cell(const GradientComparison& comparison, const EstimatorFigures& figures,
                       std::size_t outcome) {
  double worst = -1.0;
  std::size_t at = 0;
  int wrong = 0;
  for (std::size_t parameter = 0; parameter < comparison.parameters.size(); ++parameter) {
    const EstimatorError& error = figures.errors[comparison.place(outcome, parameter)];
    const double relative = relative_error(comparison, figures, error);
    if (!error.is_right(kRightPart, kRightErrors)) ++wrong;
    // Of what a parameter cannot change there is no relative error.
    if (error.truth.mean == 0.0 || !(relative > worst)) continue;
    worst = relative;
    at = comparison.place(outcome, parameter);
  }
  if (worst < 0.0) return "—";
  const EstimatorError& error = figures.errors[at];
  const double size = std::abs(error.truth.mean);
  return fmt::format("{} ({}; {}){}", short_number(worst), short_number(error.bias() / size),
                     short_number(error.sd / size), wrong > 0 ? fmt::format(" ✗{}", wrong) : "");
}

std::string header_of(const GradientComparison& comparison) {
  std::string text = "| estimator | runs |";
  for (const std::string& outcome : comparison.outcomes) text += fmt::format(" {} |", outcome);
  text += "\n|---|---|";
  for (std::size_t outcome = 0; outcome < comparison.outcomes.size(); ++outcome) text += "---|";
  return text;
}

}  // namespace

double price_in_runs(const GradientComparison& comparison, const EstimatorFigures& figures) {
  return figures.seconds / comparison.run_seconds;
}

double relative_error(const GradientComparison& comparison, const EstimatorFigures& figures,
                      const EstimatorError& error) {
  const double estimates = kPriceRuns / price_in_runs(comparison, figures);
  return std::sqrt(error.mean_squared_error(estimates)) / std::abs(error.truth.mean);
}

WholeGradientError whole_gradient_error(const GradientComparison& comparison, const EstimatorFigures& figures,
                                        std::size_t outcome) {
  const double estimates = kPriceRuns / price_in_runs(comparison, figures);
  double truth = 0.0, squares = 0.0, biases = 0.0;
  for (std::size_t parameter = 0; parameter < comparison.parameters.size(); ++parameter) {
    const EstimatorError& error = figures.errors[comparison.place(outcome, parameter)];
    truth += std::pow(error.truth.mean, 2) - std::pow(error.truth.standard_error, 2);
    squares += error.mean_squared_error(estimates);
    biases += std::pow(error.bias(), 2) - std::pow(error.bias_standard_error(), 2);
  }
  return {std::sqrt(squares / truth), std::sqrt(std::max(0.0, biases) / truth)};
}

std::string gradient_truth_csv(const GradientComparison& comparison) {
  CsvWriter csv(std::vector<std::string>{"outcome", "parameter", "mean", "derivative", "derivative_se"});
  for (std::size_t outcome = 0; outcome < comparison.outcomes.size(); ++outcome) {
    for (std::size_t parameter = 0; parameter < comparison.parameters.size(); ++parameter) {
      const MeanEstimate& truth = comparison.truth[comparison.place(outcome, parameter)];
      csv.row(comparison.outcomes[outcome], comparison.parameters[parameter], comparison.means[outcome],
              truth.mean, truth.standard_error);
    }
  }
  return csv.text();
}

std::string gradient_estimators_csv(const GradientComparison& comparison) {
  CsvWriter csv(std::vector<std::string>{"estimator", "outcome", "parameter", "runs", "seconds", "mean",
                                         "mean_se", "sd", "bias", "bias_se", "is_right", "relative_error"});
  for (const EstimatorFigures& figures : comparison.estimators) {
    for (std::size_t place = 0; place < figures.errors.size(); ++place) {
      const EstimatorError& error = figures.errors[place];
      csv.cell(figures.estimator).cell(comparison.outcomes[place / comparison.parameters.size()]);
      csv.cell(comparison.parameters[place % comparison.parameters.size()]);
      for (const double value :
           {price_in_runs(comparison, figures), figures.seconds, error.estimate.mean,
            error.estimate.standard_error, error.sd, error.bias(), error.bias_standard_error()})
        csv.cell_or_empty(value);
      csv.cell(error.is_right(kRightPart, kRightErrors) ? "yes" : "no");
      csv.cell_or_empty(relative_error(comparison, figures, error));
      csv.end_row();
    }
  }
  return csv.text();
}

std::string gradient_estimators_table(const GradientComparison& comparison) {
  std::string parameters = header_of(comparison);
  std::string whole = header_of(comparison);
  for (const EstimatorFigures& figures : comparison.estimators) {
    if (!figures.refusal.empty()) continue;
    const std::string begin =
        fmt::format("\n| {} | {:.1f} |", figures.estimator, price_in_runs(comparison, figures));
    parameters += begin;
    whole += begin;
    for (std::size_t outcome = 0; outcome < comparison.outcomes.size(); ++outcome) {
      parameters += fmt::format(" {} |", worst_cell(comparison, figures, outcome));
      const WholeGradientError error = whole_gradient_error(comparison, figures, outcome);
      whole += fmt::format(" {} ({}) |", short_number(error.error), short_number(error.bias));
    }
  }
  return parameters + "\n\nWhole gradient:\n\n" + whole + "\n";
}

}  // namespace starling::app
