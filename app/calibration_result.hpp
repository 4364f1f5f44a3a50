#pragma once

#include <optional>
#include <string>
#include <vector>

#include <starling/app/case_series.hpp>
#include <starling/app/command_line.hpp>
#include <starling/app/configuration.hpp>
#include <starling/app/epidemic_summary.hpp>
#include <starling/app/gnuplot.hpp>
#include <starling/app/output_folder.hpp>
#include <starling/app/report.hpp>
#include <starling/app/run_record.hpp>
#include <starling/app/target_result.hpp>
#include <starling/inference/comparison.hpp>
#include <starling/inference/gradient_record.hpp>
#include <starling/inference/marginal_prior.hpp>
#include <starling/inference/summary.hpp>
#include <starling/inference/variational.hpp>

namespace starling::app {

/// What a calibration found, as its output files and its report need it.
struct CalibrationResult {
  std::vector<std::string> parameters;  // configuration paths or names of ties
  std::vector<MarginalPrior> priors;    // [parameters]
  /// Of a synthetic observation; absent also where tied paths are configured with different values.
  std::vector<std::optional<double>> truth;  // [parameters]
  std::vector<double> observed_cumulative;   // [age bins][records]
  std::vector<double> pilot;
  std::vector<double> noise_sd;  // [age bins][records]; empty for the reference's loss
  VariationalState state;
  PosteriorDraws draws;
  GradientRecord gradient;  // of the loss, beside the posterior's middle
  std::vector<MarginalSummary> marginals;
  std::vector<std::int64_t> predicted;  // new cases at posterior draws [runs][records][age bins]
  EpidemicSummary summary;              // of the same runs
  std::vector<TargetResult> targets;    // of a calibration with targets, which has no observed_cumulative
                                        // and noise_sd
};

/// One series of the observation beside the quantiles of simulations at posterior draws.
struct PredictiveBand {
  std::vector<double> observed;                // [records] cumulative
  std::vector<std::vector<double>> quantiles;  // 5, 25, 50, 75 and 95 %, each [records]
};

/// The band of an age bin, or of the total for bin == predicted.age_bins(); `predicted` holds
/// result.predicted.
PredictiveBand predictive_band(const CalibrationResult& result, const CaseSeries& predicted, int bin);

std::string posterior_csv(const CalibrationResult& result);
std::string loss_csv(const VariationalState& state);
/// series,step,date,observed,q05,q25,q50,q75,q95 for each age bin and the total, or target_predictive_csv().
std::string predictive_csv(const CalibrationResult& result, const Configuration& configuration,
                           const Calendar& calendar);
std::string diagnostics_json(const CalibrationResult& result);

std::vector<PlotScript> calibration_plots(const CalibrationResult& result,
                                          const Configuration& configuration);
CalibrationReport calibration_report(const CalibrationResult& result, const Configuration& configuration,
                                     const RunRecord& record, const std::string& device,
                                     std::vector<RenderedPlot> plots);

}  // namespace starling::app
