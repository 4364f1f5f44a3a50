#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <starling/app/csv_writer.hpp>
#include <starling/app/target_result.hpp>
#include <starling/inference/summary.hpp>

namespace starling::app {

namespace {

constexpr double kProbabilities[] = {0.05, 0.25, 0.5, 0.75, 0.95};
constexpr std::size_t kMostPanels = 12;
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

nlohmann::ordered_json to_json(const Coverage& coverage) {
  nlohmann::ordered_json json = {{"observed", coverage.observed}, {"inside_90", coverage.inside_90}};
  if (coverage.observed > 0)
    json["coverage_90"] = static_cast<double>(coverage.inside_90) / coverage.observed;
  return json;
}

double observed_total(const TargetResult& result, std::size_t row) {
  double sum = 0.0;
  for (int point = 0; point < result.points.size(); ++point) {
    const double value = result.observed[result.place(row, point)];
    if (!std::isnan(value)) sum += value;
  }
  return sum;
}

std::vector<std::size_t> shown_rows(const TargetResult& result) {
  std::vector<std::size_t> rows(result.labels.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  if (rows.size() <= kMostPanels) return rows;
  std::ranges::stable_sort(rows, [&](std::size_t a, std::size_t b) {
    return observed_total(result, a) > observed_total(result, b);
  });
  rows.resize(kMostPanels);
  return rows;
}

/// A composition says nothing of a point whose total nobody observed.
void leave_out_points_without_total(TargetResult& result) {
  for (int point = 0; point < result.points.size(); ++point) {
    bool has_total = false;
    for (std::size_t row = 0; row < result.labels.size(); ++row)
      has_total = has_total || !std::isnan(result.observed[result.place(row, point)]);
    if (has_total) continue;
    for (std::vector<double>& quantile : result.quantiles)
      for (std::size_t row = 0; row < result.labels.size(); ++row)
        quantile[result.place(row, point)] = kMissing;
  }
}

/// "deaths a week".
std::string axis_of(const SeriesTarget& target) {
  std::string name = quantity_name(target.key.quantity);
  std::ranges::replace(name, '_', ' ');
  if (is_prevalence(target.key.quantity)) return name;
  switch (target.form) {
    case SeriesForm::daily:
      return name + " a day";
    case SeriesForm::weekly:
      return name + " a week";
    case SeriesForm::cumulative:
      break;
  }
  return name + ", cumulative";
}

std::string title_of(const TargetResult& result, std::size_t row) {
  const std::string& label = result.labels[row];
  if (label.empty()) return "Everyone";
  if (result.settings.series.key.by != kByAge) return label;
  return row == 0 ? fmt::format("Below {} years", label)
                  : age_bin_title(std::stoi(result.labels[row - 1]), std::stoi(label));
}

/// Between the last point before the window and its first, and at its end, where there are points beyond.
std::vector<double> window_ends(const SeriesPoints& points) {
  std::vector<double> ends;
  const auto before = [&](int point) {
    return points.days()[static_cast<std::size_t>(point)] - 0.5 * points.days_each();
  };
  if (points.first_inside() > 0) ends.push_back(before(points.first_inside()));
  const int after = points.first_inside() + points.inside();
  if (after < points.size()) ends.push_back(before(after));
  return ends;
}

PredictiveSeries panel_of(const TargetResult& result, std::size_t row) {
  const auto points = static_cast<std::size_t>(result.points.size());
  const auto own = [&](const std::vector<double>& values) {
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(row * points);
    return std::vector<double>(first, first + static_cast<std::ptrdiff_t>(points));
  };
  PredictiveSeries panel;
  panel.title = title_of(result, row);
  if (result.settings.weight > 0.0) panel.marks_days = window_ends(result.points);
  panel.axis = axis_of(result.settings.series);
  panel.days = result.points.days();
  panel.observed = own(result.observed);
  panel.held_out = panel.observed;
  for (std::size_t point = 0; point < points; ++point)
    (result.is_fitted(static_cast<int>(point)) ? panel.held_out : panel.observed)[point] = kMissing;
  panel.low_90 = own(result.quantiles[0]);
  panel.low_50 = own(result.quantiles[1]);
  panel.median = own(result.quantiles[2]);
  panel.high_50 = own(result.quantiles[3]);
  panel.high_90 = own(result.quantiles[4]);
  return panel;
}

}  // namespace

Coverage TargetResult::coverage(bool fitted) const {
  Coverage result;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    for (int point = 0; point < points.size(); ++point) {
      const double value = observed[place(row, point)];
      if (std::isnan(value) || is_fitted(point) != fitted) continue;
      ++result.observed;
      if (value >= quantiles.front()[place(row, point)] && value <= quantiles.back()[place(row, point)])
        ++result.inside_90;
    }
  }
  return result;
}

TargetResult make_target_result(const TargetSettings& settings, const std::vector<std::string>& labels,
                                const SeriesPoints& points, const std::vector<double>& observed,
                                std::span<const double> predicted) {
  TargetResult result{
      settings, labels, points, observed,
      pointwise_quantiles(predicted, static_cast<std::int64_t>(observed.size()), kProbabilities)};
  if (settings.composition) leave_out_points_without_total(result);
  return result;
}

std::string target_predictive_csv(const std::vector<TargetResult>& results) {
  CsvWriter csv(std::vector<std::string>{"series", "step", "date", "observed", "q05", "q25", "q50", "q75",
                                         "q95", "fitted"});
  for (const TargetResult& result : results) {
    for (std::size_t row = 0; row < result.labels.size(); ++row) {
      const std::string name =
          result.settings.name + (result.labels[row].empty() ? "" : "_" + result.labels[row]);
      for (int point = 0; point < result.points.size(); ++point) {
        csv.cell(name).cell(std::int64_t{point}).cell(result.points.dates()[static_cast<std::size_t>(point)]);
        csv.cell_or_empty(result.observed[result.place(row, point)]);
        for (const std::vector<double>& quantile : result.quantiles)
          csv.cell_or_empty(quantile[result.place(row, point)]);
        csv.cell(std::int64_t{result.is_fitted(point) ? 1 : 0});
        csv.end_row();
      }
    }
  }
  return csv.text();
}

nlohmann::ordered_json target_diagnostics(const std::vector<TargetResult>& results) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const TargetResult& result : results) {
    list.push_back({{"name", result.settings.name},
                    {"fitted", to_json(result.coverage(true))},
                    {"held_out", to_json(result.coverage(false))}});
  }
  return list;
}

std::vector<PlotScript> target_plots(const std::vector<TargetResult>& results, const std::string& start) {
  std::vector<PlotScript> plots;
  for (const TargetResult& result : results) {
    std::vector<PredictiveSeries> panels;
    for (const std::size_t row : shown_rows(result)) panels.push_back(panel_of(result, row));
    PlotScript plot = plot_predictive(panels, {start, 24});
    plot.name = "target_" + result.settings.name;
    for (char& letter : plot.name) {
      if (std::isalnum(static_cast<unsigned char>(letter)) == 0) letter = '_';
    }
    plot.caption = fmt::format(
        "Target {}: what was observed, fitted (filled) and held out (open, beyond the dashed "
        "lines), and the range of observations that the posterior predicts.",
        result.settings.name);
    plots.push_back(std::move(plot));
  }
  return plots;
}

std::vector<std::string> target_notes(const std::vector<TargetResult>& results) {
  std::vector<std::string> notes;
  for (const TargetResult& result : results) {
    const Coverage fitted = result.coverage(true);
    const Coverage held_out = result.coverage(false);
    std::vector<std::string> parts;
    if (fitted.observed > 0)
      parts.push_back(fmt::format("{} of {} fitted", fitted.inside_90, fitted.observed));
    if (held_out.observed > 0)
      parts.push_back(fmt::format("{} of {} held out", held_out.inside_90, held_out.observed));
    notes.push_back(
        fmt::format("{}: values inside the 90 % band of the prediction: {}.", result.settings.name,
                    parts.empty() ? "none was observed" : fmt::format("{}", fmt::join(parts, ", "))));
  }
  return notes;
}

}  // namespace starling::app
