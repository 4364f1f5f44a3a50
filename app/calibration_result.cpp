#include <algorithm>

#include <nlohmann/json.hpp>

#include <starling/app/calibration_result.hpp>
#include <starling/app/csv_writer.hpp>

namespace starling::app {

namespace {

constexpr double kProbabilities[] = {0.05, 0.25, 0.5, 0.75, 0.95};

nlohmann::ordered_json gradient_diagnostics(const CalibrationResult& result) {
  const GradientRecord& record = result.gradient;
  const std::vector<std::size_t> wrong = record.wrong();
  auto rows = nlohmann::ordered_json::array();
  for (std::size_t p = 0; p < record.theta.size(); ++p) {
    nlohmann::ordered_json row{{"parameter", result.parameters[p]},
                               {"at", record.theta[p]},
                               {"mean", record.gradient[p].mean},
                               {"standard_error", record.gradient[p].standard_error},
                               {"sd_of_a_draw", record.sd[p]}};
    if (!record.differences.empty()) {
      row["differences"] = record.differences[p].mean;
      row["differences_standard_error"] = record.differences[p].standard_error;
      row["agrees"] = std::ranges::count(wrong, p) == 0;
    }
    rows.push_back(row);
  }
  return rows;
}

}  // namespace

PredictiveBand predictive_band(const CalibrationResult& result, const CaseSeries& predicted, int bin) {
  const int records = predicted.records();
  PredictiveBand band{std::vector<double>(static_cast<std::size_t>(records), 0.0),
                      pointwise_quantiles(predicted.all_runs(bin), records, kProbabilities)};
  for (int own = 0; own < predicted.age_bins(); ++own) {
    if (bin != own && bin != predicted.age_bins()) continue;
    for (int record = 0; record < records; ++record)
      band.observed[static_cast<std::size_t>(record)] +=
          result.observed_cumulative[static_cast<std::size_t>(std::int64_t{own} * records + record)];
  }
  return band;
}

std::string posterior_csv(const CalibrationResult& result) {
  std::vector<std::string> columns = result.parameters;
  columns.emplace_back("log_q");
  CsvWriter csv(columns);
  const std::size_t dimensions = result.parameters.size();
  for (std::size_t draw = 0; draw < result.draws.log_q.size(); ++draw) {
    for (std::size_t d = 0; d < dimensions; ++d) csv.cell(result.draws.theta[draw * dimensions + d]);
    csv.cell(result.draws.log_q[draw]);
    csv.end_row();
  }
  return csv.text();
}

std::string loss_csv(const VariationalState& state) {
  CsvWriter csv(std::vector<std::string>{"epoch", "total", "loss", "kl", "gradient_norm"});
  for (std::size_t epoch = 0; epoch < state.history.size(); ++epoch) {
    const EpochRecord& record = state.history[epoch];
    csv.row(static_cast<std::int64_t>(epoch), record.total, record.loss, record.kl, record.gradient_norm);
  }
  return csv.text();
}

std::string predictive_csv(const CalibrationResult& result, const Configuration& configuration,
                           const Calendar& calendar) {
  if (!result.targets.empty()) return target_predictive_csv(result.targets);
  CsvWriter csv(
      std::vector<std::string>{"series", "step", "date", "observed", "q05", "q25", "q50", "q75", "q95"});
  std::vector<std::string> names = age_series_names(configuration.epidemic.age_bin_edges);
  names.emplace_back("cases_cumulative");
  const int records = calendar.steps() + 1;
  const auto bins = static_cast<int>(names.size()) - 1;
  const CaseSeries series(result.predicted, records, bins);
  for (int bin = 0; bin <= bins; ++bin) {
    const PredictiveBand band = predictive_band(result, series, bin);
    for (int record = 0; record < records; ++record) {
      const auto r = static_cast<std::size_t>(record);
      csv.cell(names[static_cast<std::size_t>(bin)])
          .cell(std::int64_t{record})
          .cell(calendar.record(record).date);
      csv.cell(band.observed[r]);
      for (const std::vector<double>& quantile : band.quantiles) csv.cell(quantile[r]);
      csv.end_row();
    }
  }
  return csv.text();
}

std::string diagnostics_json(const CalibrationResult& result) {
  nlohmann::ordered_json json;
  for (std::size_t d = 0; d < result.parameters.size(); ++d) {
    const MarginalSummary& marginal = result.marginals[d];
    nlohmann::ordered_json entry = {{"name", result.parameters[d]},
                                    {"mean", marginal.mean},
                                    {"sd", marginal.sd},
                                    {"lower_95", marginal.lower},
                                    {"upper_95", marginal.upper},
                                    {"prior", result.priors[d].text()},
                                    {"sd_over_prior_sd", marginal.sd / result.priors[d].sd()}};
    if (result.truth[d]) {
      const double truth = *result.truth[d];
      entry["truth"] = truth;
      entry["truth_inside_95"] = truth >= marginal.lower && truth <= marginal.upper;
    }
    if (!result.pilot.empty()) entry["noise_measured_at"] = result.pilot[d];
    json["parameters"].push_back(entry);
  }
  json["epochs"] = result.state.history.size();
  json["clipped_epochs"] = result.state.clipped;
  json["first_temper"] = result.state.first_temper;
  json["noise_sd"] = result.noise_sd;
  json["gradient"] = gradient_diagnostics(result);
  if (!result.targets.empty()) json["targets"] = target_diagnostics(result.targets);
  add_diagnostics(result.summary, json);
  return json.dump(1) + "\n";
}

}  // namespace starling::app
