#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include <starling/app/plot_style.hpp>
#include <starling/app/sensitivity_result.hpp>

namespace starling::app {
namespace {

constexpr double k95 = 1.96;  // standard errors on each side of a 95 % interval
constexpr const char* kPaleOrange = "#efc7a6";

/// What all panels of a picture share.
struct BarStyle {
  std::string axis;   // below each panel
  std::string other;  // how the second value is drawn
};

/// A bar with its interval and a second value beside it.
struct Bar {
  std::string name;
  double value = 0.0;
  double low = 0.0;
  double high = 0.0;
  double other = 0.0;
};

/// Whether pictures can show elasticities; else they show log derivatives.
bool has_elasticities(const SensitivityResult& result) {
  return std::ranges::all_of(result.parameters, [](const SensitivityParameter& parameter) {
    return parameter.is_log10 || parameter.value.has_value();
  });
}

/// What pictures show of a derivative.
MeanEstimate shown(const SensitivityResult& result, int input, int output) {
  const LocalDerivative& derivative = result.local->at(input, output);
  if (!has_elasticities(result)) return derivative.log_derivative;
  return elasticity(result.parameters[static_cast<std::size_t>(input)], derivative);
}

std::string shown_in_words(const SensitivityResult& result) {
  return has_elasticities(result)
             ? "change in % when the parameter, or what it is the logarithm of, grows by 1 %"
             : "change of the logarithm per unit of the parameter";
}

/// "household" of "networks.household.log10_beta"; "seed fraction"; other names as they are.
std::string short_title(const std::string& name) {
  constexpr std::string_view kPrefix = "networks.";
  constexpr std::string_view kSuffix = ".log10_beta";
  if (name == "epidemic.log10_seed_fraction") return "seed fraction";
  if (name.starts_with(kPrefix) && name.ends_with(kSuffix) && name.size() > kPrefix.size() + kSuffix.size())
    return gnuplot_text(name.substr(kPrefix.size(), name.size() - kPrefix.size() - kSuffix.size()));
  return gnuplot_text(name);
}

std::string outcome_title(const SensitivityResult& result, int outcome) {
  return gnuplot_text(result.outcomes[static_cast<std::size_t>(outcome)].title);
}

std::string input_title(const SensitivityResult& result, int input) {
  const auto place = static_cast<std::size_t>(input);
  return place < result.parameters.size() ? short_title(result.parameters[place].name) : "noise";
}

/// "set ytics" with names from the top down.
std::string names_axis(const std::vector<std::string>& names) {
  std::string tics;
  for (std::size_t i = 0; i < names.size(); ++i)
    tics += fmt::format("{}{} {}", i == 0 ? "" : ", ", gnuplot_quote(names[i]), names.size() - i);
  return fmt::format("set yrange [0.4:{}]\nset ytics nomirror ({})\n",
                     static_cast<double>(names.size()) + 0.6, tics);
}

/// About four round tics over the bars, their intervals and 0.
std::string bars_axis(const std::vector<Bar>& bars) {
  double low = 0.0;
  double high = 0.0;
  for (const Bar& bar : bars) {
    for (const double value : {bar.low, bar.high, bar.other, bar.value}) {
      if (!std::isfinite(value)) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  const double width = std::max(high - low, 1e-9);
  const double power = std::pow(10.0, std::floor(std::log10(width / 3.0)));
  const double mantissa = width / 3.0 / power;
  const double increment = power * (mantissa < 1.5   ? 1.0
                                    : mantissa < 3.5 ? 2.0
                                    : mantissa < 7.5 ? 5.0
                                                     : 10.0);
  return fmt::format("set xrange [{}:{}]\nset xtics nomirror {}\n", low < 0.0 ? low - 0.06 * width : 0.0,
                     high > 0.0 ? high + 0.06 * width : 0.0, increment);
}

/// A panel of horizontal bars around 0, the largest on top.
std::string bars_panel(std::vector<Bar> bars, const std::string& name, const std::string& title,
                       const BarStyle& style) {
  std::ranges::stable_sort(bars, std::greater<>(), [](const Bar& bar) { return std::abs(bar.value); });
  std::vector<double> place, value, low, high, other;
  std::vector<std::string> names;
  for (const Bar& bar : bars) {
    place.push_back(static_cast<double>(bars.size() - place.size()));
    value.push_back(bar.value);
    low.push_back(bar.low);
    high.push_back(bar.high);
    other.push_back(bar.other);
    names.push_back(bar.name);
  }
  std::string text = data_block(name, {place, value, low, high, other}) + names_axis(names) + bars_axis(bars);
  text += fmt::format(
      "set title {}\nset xlabel {}\nset arrow 1 from 0, graph 0 to 0, graph 1 nohead linecolor rgb '{}'\n",
      gnuplot_quote(title), gnuplot_quote(style.axis), kInk);
  return text +
         fmt::format(
             "plot ${0} using (0):1:($2<0?$2:0):($2>0?$2:0):($1-0.3):($1+0.3) with boxxyerror fillstyle "
             "solid noborder linecolor rgb '{1}', ${0} using 2:1:3:4 with xerrorbars pointtype 7 pointsize "
             "0.01 linewidth 1.6 linecolor rgb '{2}', ${0} using 5:1 with {3}\n",
             name, kMidBlue, kBlue, style.other);
}

PanelGrid grid_of(int panels, std::size_t bars) {
  PanelGrid grid;
  grid.columns = panels == 4 ? 2 : std::clamp(panels, 1, 3);
  grid.rows = (panels + grid.columns - 1) / grid.columns;
  grid.left_px = 150;
  grid.between_columns_px = 150;
  grid.top_px = 76;
  grid.fit(210, 30 * std::max(2, static_cast<int>(bars)));
  return grid;
}

/// The outcomes of everyone; those of parts have a picture of their own.
std::vector<int> tornado_outcomes(const SensitivityResult& result) {
  std::vector<int> chosen;
  for (int outcome = 0; outcome < result.outcome_count(); ++outcome) {
    if (result.outcomes[static_cast<std::size_t>(outcome)].group.empty()) chosen.push_back(outcome);
  }
  // The attack rate is the cases over the people: the same bars.
  if (chosen.size() > 1)
    std::erase_if(chosen, [&](int outcome) {
      return result.outcomes[static_cast<std::size_t>(outcome)].name == "attack_rate";
    });
  return chosen;
}

/// Panels of bars for the outcomes of everyone.
template <class BarsOf>
PlotScript plot_bars(const SensitivityResult& result, int inputs, const std::vector<LegendEntry>& legend,
                     const BarStyle& style, const BarsOf& bar_of) {
  const std::vector<int> outcomes = tornado_outcomes(result);
  const PanelGrid grid = grid_of(static_cast<int>(outcomes.size()), static_cast<std::size_t>(inputs));
  std::string text = start_panels(grid, legend);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    std::vector<Bar> bars;
    for (int input = 0; input < inputs; ++input) bars.push_back(bar_of(input, outcomes[i]));
    text += grid.place(static_cast<int>(i) % grid.columns, static_cast<int>(i) / grid.columns);
    text += bars_panel(std::move(bars), fmt::format("bars{}", i), outcome_title(result, outcomes[i]), style);
  }
  return {"", "", grid.width_px, grid.height_px, text + "unset multiplot\n"};
}

std::string line(const char* color, double width) {
  return fmt::format("lines linewidth {} linecolor rgb '{}'", width, color);
}

PlotScript plot_tornado(const SensitivityResult& result) {
  const std::string mark = fmt::format("points pointtype 7 pointsize 0.5 linecolor rgb '{}'", kOrange);
  PlotScript script = plot_bars(
      result, result.parameter_count(),
      {{"derivative", line(kMidBlue, 6)}, {"95 % interval", line(kBlue, 1.6)}, {"with half the step", mark}},
      {has_elasticities(result) ? "elasticity" : "log derivative", mark}, [&](int input, int outcome) {
        const LocalDerivative& one = result.local->at(input, outcome);
        const MeanEstimate estimate = shown(result, input, outcome);
        const double reach = k95 * estimate.standard_error;
        const double half = one.half_step.mean / one.derivative.mean * estimate.mean;
        return Bar{input_title(result, input), estimate.mean, estimate.mean - reach, estimate.mean + reach,
                   half};
      });
  script.name = "tornado";
  script.caption = "Sensitivity of each outcome: " + shown_in_words(result) + ".";
  return script;
}

PlotScript plot_sobol(const SensitivityResult& result) {
  const SobolIndices& sobol = *result.sobol;
  const std::string mark = fmt::format("points pointtype 7 pointsize 0.5 linecolor rgb '{}'", kOrange);
  PlotScript script = plot_bars(
      result, sobol.inputs,
      {{"total", line(kMidBlue, 6)}, {"95 % interval", line(kBlue, 1.6)}, {"alone", mark}},
      {"share of variance", mark}, [&](int input, int outcome) {
        const std::size_t place = sobol.place(input, outcome);
        const IndexEstimate& total = sobol.total[place];
        return Bar{input_title(result, input), total.value, total.low, total.high, sobol.first[place].value};
      });
  script.name = "sobol";
  script.caption =
      "Share of each input in the variance of the outcome over the prior, with its interactions and alone.";
  return script;
}

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

std::vector<LegendEntry> map_legend() {
  return {{"rises", line(kOrange, 6)}, {"falls", line(kBlue, 6)}};
}

PlotScript plot_outcome_map(const SensitivityResult& result) {
  ColorMap map;
  map.with_numbers = true;
  std::string tics;
  for (int input = 0; input < result.parameter_count(); ++input) {
    map.x.push_back(input + 1.0);
    tics +=
        fmt::format("{}{} {}", input == 0 ? "" : ", ", gnuplot_quote(input_title(result, input)), input + 1);
  }
  for (int outcome = 0; outcome < result.outcome_count(); ++outcome) {
    map.rows.push_back(outcome_title(result, outcome));
    for (int input = 0; input < result.parameter_count(); ++input)
      map.values.push_back(shown(result, input, outcome).mean);
  }
  PanelGrid grid;
  grid.left_px = 210;
  grid.right_px = 110;
  grid.bottom_px = 90;
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
      map.values.push_back(shown(result, input, result.outcome_count() + day).mean);
  }
  PanelGrid grid;
  grid.left_px = 170;
  grid.right_px = 110;
  grid.fit(560, 34 * std::max(2, result.parameter_count()));
  const PlotDates days{dates.start, 24};
  std::string text = start_panels(grid, map_legend()) + grid.place(0, 0);
  text += date_axis(days, result.dates.size()) + draw_map(map);
  return {"sensitivity_over_time", "Cumulative infections by day: " + shown_in_words(result) + ".",
          grid.width_px, grid.height_px, text + "unset multiplot\n"};
}

}  // namespace

std::vector<PlotScript> sensitivity_plots(const SensitivityResult& result, const PlotDates& dates) {
  std::vector<PlotScript> scripts;
  if (result.local) {
    if (!tornado_outcomes(result).empty()) scripts.push_back(plot_tornado(result));
    scripts.push_back(plot_outcome_map(result));
    scripts.push_back(plot_over_time(result, dates));
  }
  if (result.sobol && !tornado_outcomes(result).empty()) scripts.push_back(plot_sobol(result));
  return scripts;
}

}  // namespace starling::app
