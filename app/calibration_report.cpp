#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <starling/app/calibration_gradient.hpp>
#include <starling/app/calibration_result.hpp>
#include <starling/app/plots.hpp>

namespace starling::app {

namespace {

std::vector<double> column(const CalibrationResult& result, std::size_t d) {
  std::vector<double> values;
  for (std::size_t i = d; i < result.draws.theta.size(); i += result.parameters.size())
    values.push_back(result.draws.theta[i]);
  return values;
}

bool is_biased(Estimator estimator) {
  switch (estimator) {
    case Estimator::common_noise_differences:
    case Estimator::transmission_chains:
    case Estimator::event_flips:
    case Estimator::controlled_flips:
    case Estimator::event_scores:
      return false;
    default:
      return true;
  }
}

LossHistory loss_history(const CalibrationResult& result, double weight) {
  LossHistory history;
  for (const EpochRecord& record : result.state.history) {
    history.total.push_back(record.total);
    history.loss.push_back(record.loss);
    history.weighted_kl.push_back(weight * record.kl);
  }
  return history;
}

std::vector<ParameterDraws> parameter_draws(const CalibrationResult& result) {
  std::vector<ParameterDraws> parameters;
  for (std::size_t d = 0; d < result.parameters.size(); ++d) {
    parameters.push_back({result.parameters[d], column(result, d), result.priors[d], result.truth[d]});
  }
  return parameters;
}

std::vector<PredictiveSeries> predictive_series(const CalibrationResult& result,
                                                const std::vector<int>& edges) {
  const auto bins = static_cast<int>(edges.size()) - 1;
  const auto records = static_cast<int>(result.observed_cumulative.size()) / bins;
  const CaseSeries series(result.predicted, records, bins);
  std::vector<PredictiveSeries> panels;
  for (int panel = 0; panel <= bins; ++panel) {
    const int bin = panel == 0 ? bins : panel - 1;  // the total comes first
    PredictiveSeries own;
    own.title = panel == 0 ? "All ages"
                           : age_bin_title(edges[static_cast<std::size_t>(bin)],
                                           edges[static_cast<std::size_t>(bin) + 1]);
    PredictiveBand band = predictive_band(result, series, bin);
    own.observed = std::move(band.observed);
    own.low_90 = std::move(band.quantiles[0]);
    own.low_50 = std::move(band.quantiles[1]);
    own.median = std::move(band.quantiles[2]);
    own.high_50 = std::move(band.quantiles[3]);
    own.high_90 = std::move(band.quantiles[4]);
    panels.push_back(std::move(own));
  }
  return panels;
}

std::vector<ParameterRow> parameter_rows(const CalibrationResult& result) {
  std::vector<ParameterRow> rows;
  for (std::size_t d = 0; d < result.parameters.size(); ++d) {
    const MarginalSummary& marginal = result.marginals[d];
    rows.push_back({result.parameters[d], result.priors[d].text(), marginal.mean, marginal.sd, marginal.lower,
                    marginal.upper, result.truth[d]});
  }
  return rows;
}

/// By the 95 % intervals: a standard deviation may be that of a long tail, or infinite.
bool about_as_wide(const MarginalSummary& posterior, const MarginalPrior& prior) {
  return posterior.upper - posterior.lower > 0.9 * (prior.quantile(0.975) - prior.quantile(0.025));
}

std::vector<std::string> notes_of(const CalibrationResult& result, const Configuration& configuration) {
  std::vector<std::string> notes = gradient_warnings(result.gradient, result.parameters);
  const std::vector<std::string> of_targets = target_notes(result.targets);
  notes.insert(notes.end(), of_targets.begin(), of_targets.end());
  if (!result.targets.empty())
    notes.emplace_back(
        "The bands contain the chance of the epidemic, the uncertainty of the parameters and the noise of "
        "the "
        "likelihoods of counts. Outcomes are expected numbers given the infections.");
  else if (configuration.calibrate.loss == LossKind::log_mse)
    notes.push_back(
        fmt::format("The loss is the reference's mean squared log10 difference with weight {:g}: the "
                    "width of the posterior follows that choice and not the noise of the data.",
                    configuration.calibrate.weight));
  else
    notes.push_back(
        fmt::format("The likelihood's covariance is the simulator's own, from {} runs at the values a "
                    "pilot search found.",
                    configuration.calibrate.noise_runs));
  notes.emplace_back(
      "The predictive band contains the chance of the first days. An observed epidemic that started slower "
      "or faster "
      "than average lies beside the median all along, also at the right rates.");
  if (is_biased(configuration.gradient.estimator))
    notes.emplace_back(
        "The gradient estimator is biased where the epidemic saturates (docs/gradients.md): check the "
        "width of the posterior against common_noise_differences.");
  for (std::size_t d = 0; d < result.parameters.size(); ++d) {
    const std::string& name = result.parameters[d];
    const auto tie = configuration.calibrate.ties.find(name);
    if (tie != configuration.calibrate.ties.end())
      notes.push_back(fmt::format("{} is one value for {}.", name, fmt::join(tie->second, ", ")));
    if (about_as_wide(result.marginals[d], result.priors[d]))
      notes.push_back(name + ": the posterior is about as wide as the prior; the data say little.");
  }
  return notes;
}

std::string subtitle_of(const CalibrationResult& result, const Configuration& configuration) {
  const auto kind = [](const std::string& observed) {
    return observed == "synthetic" ? "synthetic" : "observed";
  };
  if (result.targets.empty())
    return fmt::format("{} parameters fitted to {} cumulative cases by age", result.parameters.size(),
                       kind(configuration.calibrate.observed));
  std::vector<std::string> names;
  for (const TargetResult& target : result.targets)
    names.push_back(fmt::format("{} {}", kind(target.settings.observed), target.settings.name));
  return fmt::format("{} parameters fitted to {}", result.parameters.size(), fmt::join(names, ", "));
}

}  // namespace

std::vector<PlotScript> calibration_plots(const CalibrationResult& result,
                                          const Configuration& configuration) {
  const std::vector<ParameterDraws> parameters = parameter_draws(result);
  const PlotDates dates{configuration.epidemic.start, configuration.epidemic.step_hours};
  std::vector<PlotScript> plots = target_plots(result.targets, configuration.epidemic.start);
  if (plots.empty())
    plots.push_back(plot_predictive(predictive_series(result, configuration.epidemic.age_bin_edges), dates));
  for (PlotScript& plot : summary_plots(result.summary, dates)) plots.push_back(std::move(plot));
  plots.push_back(plot_marginals(parameters));
  plots.push_back(plot_pairs(parameters));
  plots.push_back(plot_loss(loss_history(result, configuration.calibrate.weight)));
  return plots;
}

CalibrationReport calibration_report(const CalibrationResult& result, const Configuration& configuration,
                                     const RunRecord& record, const std::string& device,
                                     std::vector<RenderedPlot> plots) {
  CalibrationReport report;
  report.title = fmt::format("{}, {} days from {}", configuration.population.areas.front(),
                             configuration.epidemic.days, configuration.epidemic.start);
  report.subtitle = subtitle_of(result, configuration);
  report.parameters = parameter_rows(result);
  report.tables = summary_tables(result.summary);
  report.notes = notes_of(result, configuration);
  report.facts = {
      {"agents", with_separators(record.agents)},
      {"memberships", with_separators(record.edges)},
      {"device", device},
      {"epochs", std::to_string(result.state.history.size())},
      {"epochs with a clipped gradient", std::to_string(result.state.clipped)},
      {"agent-steps per second while fitting",
       with_separators(static_cast<std::int64_t>(record.agent_steps_per_second))},
      {"peak memory", fmt::format("{:.0f} MB", static_cast<double>(record.host_peak_bytes) / 1e6)}};
  for (const auto& [phase, seconds] : record.seconds)
    report.facts.emplace_back("seconds, " + phase, fmt::format("{:.1f}", seconds));
  report.configuration = describe(configuration);
  report.plots = std::move(plots);
  return report;
}

}  // namespace starling::app
