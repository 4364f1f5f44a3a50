#pragma once

#include <optional>
#include <string>
#include <vector>

#include <starling/app/gnuplot.hpp>
#include <starling/inference/marginal_prior.hpp>

namespace starling::app {

/// The objective over the epochs: total = loss + weighted_kl.
struct LossHistory {
  std::vector<double> total;        // [epochs]
  std::vector<double> loss;         // [epochs]
  std::vector<double> weighted_kl;  // [epochs]
};

/// Posterior draws of one parameter.
struct ParameterDraws {
  std::string path;           // "networks.household.log10_beta"
  std::vector<double> draws;  // [draws]
  MarginalPrior prior;
  std::optional<double> truth;
};

/// What the posterior predicts for one series, beside what was observed.
struct PredictiveSeries {
  std::string title;                           // "All ages", "0 to 17 years"
  std::string axis = "cumulative infections";  // of the values
  std::vector<double> days;        // [records] since the start; by the dates of the records when empty
  std::vector<double> marks_days;  // dashed lines, where the fitted window begins and ends
  std::vector<double> observed;    // [records], NaN where nothing was
  std::vector<double> held_out;    // [records] observed but not fitted, NaN elsewhere; may be empty
  std::vector<double> low_90, low_50, median, high_50, high_90;  // [records]
};

/// Dates of the records: record k lies k * step_hours after the start.
struct PlotDates {
  std::string start = "2020-03-01";  // ISO
  int step_hours = 24;
};

/// Counts of each simulated epidemic.
struct SimulatedRuns {
  std::vector<std::vector<double>> cases_cumulative;  // [samples][records]
  std::vector<std::vector<double>> cases_daily;       // [samples][records]
};

/// Mean over runs, and the range of nine tenths of them; NaN where no run has a value.
struct RunInterval {
  double mean = 0.0;
  double low_90 = 0.0;
  double high_90 = 0.0;
};

struct ShareOfInfections {
  std::string name;  // of the network
  RunInterval share;
};

/// Reproduction number by day, NaN where it is not given.
struct ReproductionBand {
  std::vector<std::string> dates;               // [days]
  std::vector<double> days;                     // [days] since the start
  std::vector<double> median, low_90, high_90;  // [days]
  std::vector<double> week_median;              // [days] of the week up to each
};

/// Logarithmic where all values are positive; else linear, over the range of the last three quarters of the
/// epochs.
PlotScript plot_loss(const LossHistory& history);
PlotScript plot_marginals(const std::vector<ParameterDraws>& parameters);
/// Marginals on the diagonal, draws below it. At most the first eight parameters.
PlotScript plot_pairs(const std::vector<ParameterDraws>& parameters);
PlotScript plot_predictive(const std::vector<PredictiveSeries>& series, const PlotDates& dates);
PlotScript plot_simulation(const SimulatedRuns& runs, const PlotDates& dates);
PlotScript plot_network_shares(const std::vector<ShareOfInfections>& networks);
PlotScript plot_reproduction(const ReproductionBand& band, const PlotDates& dates);

/// "household log₁₀ β (per day)" for an axis; other paths as they are.
std::string parameter_title(const std::string& path);
/// "0 to 17 years" for the bin [low, high).
std::string age_bin_title(int low_years, int high_years);

}  // namespace starling::app
