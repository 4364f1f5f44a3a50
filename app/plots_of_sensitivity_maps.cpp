#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <starling/app/plot_style.hpp>
#include <starling/app/sensitivity_titles.hpp>

namespace starling::app {
namespace {

constexpr const char* kPaleOrange = "#efc7a6";

/// A map of values [rows][columns], columns of a width on the x axis, from the top down.
struct ColorMap {
  std::vector<std::string> rows;
  std::vector<double> x;  // [columns] middles
  double half_width = 0.5;
  std::vector<double> values;
  bool with_numbers = false;
};

std::string draw_map(const ColorMap& map) {
  std::vector<double> x, y, value;
  double largest = 0.0;
  for (std::size_t i = 0; i < map.values.size(); ++i) {
    if (!std::isfinite(map.values[i])) continue;
    x.push_back(map.x[i % map.x.size()]);
    y.push_back(static_cast<double>(map.rows.size() - i / map.x.size()));
    value.push_back(map.values[i]);
    largest = std::max(largest, std::abs(map.values[i]));
  }
  largest = std::max(largest, 1e-9);
  std::string text = data_block("map", {x, y, value}) + names_axis(map.rows);
  text += fmt::format(
      "unset grid\nset palette defined (-1 '{}', -0.5 '{}', 0 '#f7f7f5', 0.5 '{}', 1 '{}')\n"
      "set cbrange [{}:{}]\nset cbtics format '%g' textcolor rgb '{}'\n",
      kBlue, kMidBlue, kPaleOrange, kOrange, -largest, largest, kInk);
  text += fmt::format(
      "plot $map using 1:2:($1-{0}):($1+{0}):($2-0.5):($2+0.5):3 with boxxyerror fillstyle solid noborder "
      "linecolor palette",
      map.half_width);
  if (map.with_numbers)
    text +=
        fmt::format(", $map using 1:2:(sprintf('%.2f', $3)) with labels textcolor rgb '{}' font ',10'", kInk);
  return text + "\n";
}

std::string line(const char* color) {
  return fmt::format("lines linewidth 6 linecolor rgb '{}'", color);
}

std::vector<LegendEntry> map_legend() {
  return {{"rises", line(kOrange)}, {"falls", line(kBlue)}};
}

}  // namespace

PlotScript plot_outcome_map(const SensitivityResult& result) {
  ColorMap map;
  map.with_numbers = true;
  std::string tics;
  for (int input = 0; input < result.parameter_count(); ++input) {
    map.x.push_back(input + 1.0);
    tics += fmt::format("{}{} {}", input == 0 ? "" : ", ",
                        gnuplot_quote(gnuplot_text(input_title(result, input))), input + 1);
  }
  for (int outcome = 0; outcome < result.outcome_count(); ++outcome) {
    map.rows.push_back(outcome_title(result, outcome));
    for (int input = 0; input < result.parameter_count(); ++input)
      map.values.push_back(shown_derivative(result, input, outcome).mean);
  }
  PanelGrid grid;
  grid.left_px = names_px(map.rows);
  grid.right_px = 110;
  grid.bottom_px = 40 + names_px(input_titles(result, result.parameter_count())) / 2;
  grid.fit(std::max(240, 76 * result.parameter_count()), 26 * std::max(2, result.outcome_count()));
  std::string text = start_panels(grid, map_legend()) + grid.place(0, 0);
  text += fmt::format("set xrange [0.5:{}]\nset xtics nomirror rotate by -30 ({})\n",
                      result.parameter_count() + 0.5, tics);
  return {"sensitivity_map", "Every outcome and parameter: " + shown_in_words(result) + ".", grid.width_px,
          grid.height_px, text + draw_map(map) + "unset multiplot\n"};
}

PlotScript plot_over_time(const SensitivityResult& result, const PlotDates& dates) {
  ColorMap map;
  for (std::size_t day = 0; day < result.dates.size(); ++day) map.x.push_back(static_cast<double>(day));
  for (int input = 0; input < result.parameter_count(); ++input) {
    map.rows.push_back(input_title(result, input));
    for (int day = 0; day < static_cast<int>(result.dates.size()); ++day)
      map.values.push_back(shown_derivative(result, input, result.outcome_count() + day).mean);
  }
  PanelGrid grid;
  grid.left_px = std::max(110, names_px(map.rows));
  grid.right_px = 110;
  grid.fit(560, 34 * std::max(2, result.parameter_count()));
  const PlotDates days{dates.start, 24};
  std::string text = start_panels(grid, map_legend()) + grid.place(0, 0);
  text += date_axis(days, result.dates.size()) + draw_map(map);
  return {"sensitivity_over_time", "Cumulative infections by day: " + shown_in_words(result) + ".",
          grid.width_px, grid.height_px, text + "unset multiplot\n"};
}

}  // namespace starling::app
