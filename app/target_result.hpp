#pragma once

#include <span>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include <starling/abm/series_points.hpp>
#include <starling/app/plots.hpp>
#include <starling/inference/target_settings.hpp>

namespace starling::app {

/// How many observed values lie inside the 90 % band of the prediction.
struct Coverage {
  int observed = 0;
  int inside_90 = 0;
};

/// One target beside what the posterior predicts, with the noise of its likelihood.
struct TargetResult {
  TargetSettings settings;
  std::vector<std::string> labels;  // [rows]
  SeriesPoints points;
  std::vector<double> observed;  // [rows][points], NaN where nothing was
  /// 5, 25, 50, 75 and 95 %, each [rows][points]; NaN at points of a composition without a total
  std::vector<std::vector<double>> quantiles;

  [[nodiscard]] std::size_t place(std::size_t row, int point) const {
    return row * static_cast<std::size_t>(points.size()) + static_cast<std::size_t>(point);
  }
  [[nodiscard]] bool is_fitted(int point) const { return settings.weight > 0.0 && points.is_inside(point); }
  /// Of what was fitted, or of all else that was observed.
  [[nodiscard]] Coverage coverage(bool fitted) const;
};

/// `predicted` is [runs][rows][points].
TargetResult make_target_result(const TargetSettings& settings, const std::vector<std::string>& labels,
                                const SeriesPoints& points, const std::vector<double>& observed,
                                std::span<const double> predicted);

/// series,step,date,observed,q05,q25,q50,q75,q95,fitted for each row of each target: `step` counts its
/// points, `date` is the first day of the point, and `fitted` is 1 in the window.
std::string target_predictive_csv(const std::vector<TargetResult>& results);

/// For diagnostics.json: coverage of the fitted and of the held-out part of each target.
nlohmann::ordered_json target_diagnostics(const std::vector<TargetResult>& results);

/// One picture for each target. At most twelve panels, those with the most observed first.
std::vector<PlotScript> target_plots(const std::vector<TargetResult>& results, const std::string& start);

/// Sentences for the report.
std::vector<std::string> target_notes(const std::vector<TargetResult>& results);

}  // namespace starling::app
