#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>

#include <starling/app/plot_style.hpp>
#include <starling/app/sensitivity_titles.hpp>

namespace starling::app {
namespace {

constexpr double k95 = 1.96;  // standard errors on each side of a 95 % interval

/// What all panels of a picture share.
struct BarStyle {
  std::string axis;   // below each panel
  std::string other;  // how the second value is drawn
  bool with_intervals = true;
};

/// A bar with its interval and a second value beside it.
struct Bar {
  std::string name;
  double value = 0.0;
  double low = 0.0;
  double high = 0.0;
  double other = 0.0;
};

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
      gnuplot_quote(gnuplot_text(title)), gnuplot_quote(style.axis), kInk);
  text += fmt::format(
      "plot ${0} using (0):1:($2<0?$2:0):($2>0?$2:0):($1-0.3):($1+0.3) with boxxyerror fillstyle solid "
      "noborder linecolor rgb '{1}', ",
      name, kMidBlue);
  if (style.with_intervals)
    text += fmt::format(
        "${0} using 2:1:3:4 with xerrorbars pointtype 7 pointsize 0.01 linewidth 1.6 linecolor rgb '{1}', ",
        name, kBlue);
  return text + fmt::format("${0} using 5:1 with {1}\n", name, style.other);
}

PanelGrid grid_of(int panels, const std::vector<std::string>& bars) {
  PanelGrid grid;
  grid.columns = panels == 4 ? 2 : std::clamp(panels, 1, 3);
  grid.rows = (panels + grid.columns - 1) / grid.columns;
  grid.left_px = std::max(110, names_px(bars));
  grid.between_columns_px = grid.left_px + 10;
  grid.between_rows_px = 110;
  grid.top_px = 76;
  // Narrow pictures have no room for the legend in one line.
  grid.fit(grid.columns < 3 ? 280 : 210, 30 * std::max(2, static_cast<int>(bars.size())));
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
PlotScript plot_bars(const SensitivityResult& result, const std::vector<std::string>& names,
                     const std::vector<LegendEntry>& legend, const BarStyle& style, const BarsOf& bar_of) {
  const std::vector<int> outcomes = tornado_outcomes(result);
  const PanelGrid grid = grid_of(static_cast<int>(outcomes.size()), names);
  std::string text = start_panels(grid, legend);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    std::vector<Bar> bars;
    for (std::size_t input = 0; input < names.size(); ++input) {
      bars.push_back(bar_of(static_cast<int>(input), outcomes[i]));
      bars.back().name = names[input];
    }
    text += grid.place(static_cast<int>(i) % grid.columns, static_cast<int>(i) / grid.columns);
    text += bars_panel(std::move(bars), fmt::format("bars{}", i), outcome_title(result, outcomes[i]), style);
  }
  return {"", "", grid.width_px, grid.height_px, text + "unset multiplot\n"};
}

std::string line(const char* color, double width) {
  return fmt::format("lines linewidth {} linecolor rgb '{}'", width, color);
}

/// How the second value of a bar is drawn.
std::string second_value_mark() {
  return fmt::format("points pointtype 7 pointsize 0.5 linecolor rgb '{}'", kOrange);
}

PlotScript plot_tornado(const SensitivityResult& result) {
  const std::string mark = second_value_mark();
  PlotScript script = plot_bars(
      result, input_titles(result, result.parameter_count()),
      {{"derivative", line(kMidBlue, 6)}, {"95 % interval", line(kBlue, 1.6)}, {"with half the step", mark}},
      {has_elasticities(result) ? "elasticity" : "log derivative", mark}, [&](int input, int outcome) {
        const LocalDerivative& one = result.local->at(input, outcome);
        const MeanEstimate estimate = shown_derivative(result, input, outcome);
        const double reach = k95 * estimate.standard_error;
        const double half = one.half_step.mean / one.derivative.mean * estimate.mean;
        return Bar{"", estimate.mean, estimate.mean - reach, estimate.mean + reach, half};
      });
  script.name = "tornado";
  script.caption = "Sensitivity of each outcome: " + shown_in_words(result) + ".";
  return script;
}

PlotScript plot_sobol(const SensitivityResult& result) {
  const SobolIndices& sobol = *result.sobol;
  const std::string mark = second_value_mark();
  PlotScript script =
      plot_bars(result, input_titles(result, sobol.inputs),
                {{"total", line(kMidBlue, 6)}, {"95 % interval", line(kBlue, 1.6)}, {"alone", mark}},
                {"share of variance", mark}, [&](int input, int outcome) {
                  const std::size_t place = sobol.place(input, outcome);
                  const IndexEstimate& total = sobol.total[place];
                  return Bar{"", total.value, total.low, total.high, sobol.first[place].value};
                });
  script.name = "sobol";
  script.caption =
      "Share of each input in the variance of the outcome over the prior, with its interactions and alone.";
  return script;
}

/// In per cent of the outcome; nothing where the outcome is nothing.
PlotScript plot_policy(const SensitivityResult& result) {
  const RestrictionEffects& restriction = *result.restriction;
  const std::string mark = second_value_mark();
  PlotScript script =
      plot_bars(result, restriction.networks,
                {{"effect", line(kMidBlue, 6)}, {"95 % interval", line(kBlue, 1.6)}, {"double step", mark}},
                {"% by 1 % fewer contacts", mark}, [&](int network, int outcome) {
                  const RestrictionEffect& effect = restriction.at(network, outcome);
                  const double mean = restriction.unrestricted[static_cast<std::size_t>(outcome)].mean;
                  const double scale = mean > 0.0 ? 100.0 / mean : 0.0;
                  const double value = scale * effect.of_one_percent.mean;
                  const double reach = k95 * scale * effect.of_one_percent.standard_error;
                  return Bar{"", value, value - reach, value + reach, scale * effect.with_double_step.mean};
                });
  script.name = "policy";
  script.caption =
      "Which network to restrict: change of each outcome when 1 % of the contacts of one "
      "network are given up from the date on.";
  return script;
}

PlotScript plot_uncertainty(const SensitivityResult& result) {
  const PosteriorUncertainty& uncertainty = *result.uncertainty;
  const std::string mark = second_value_mark();
  PlotScript script =
      plot_bars(result, input_titles(result, result.parameter_count()),
                {{"share", line(kMidBlue, 6)}, {"parameter alone", mark}}, {"share of variance", mark, false},
                [&](int input, int outcome) {
                  const double all = uncertainty.first_order(outcome);
                  const VarianceContribution& part =
                      uncertainty.parts[static_cast<std::size_t>(outcome)][static_cast<std::size_t>(input)];
                  const double share = all > 0.0 ? part.with_covariances / all : 0.0;
                  return Bar{"", share, share, share, all > 0.0 ? part.alone / all : 0.0};
                });
  script.name = "posterior_uncertainty";
  script.caption =
      "Which parameters the uncertainty over the posterior comes from, to first order: shares "
      "that count covariances and add up to 1, and what each gives alone.";
  return script;
}

}  // namespace

std::vector<PlotScript> sensitivity_plots(const SensitivityResult& result, const PlotDates& dates) {
  std::vector<PlotScript> scripts;
  if (result.local) {
    if (!tornado_outcomes(result).empty()) scripts.push_back(plot_tornado(result));
    scripts.push_back(plot_outcome_map(result));
    scripts.push_back(plot_over_time(result, dates));
  }
  const bool of_everyone = !tornado_outcomes(result).empty();
  if (result.uncertainty && of_everyone) scripts.push_back(plot_uncertainty(result));
  if (result.restriction && of_everyone) scripts.push_back(plot_policy(result));
  if (result.sobol && of_everyone) scripts.push_back(plot_sobol(result));
  return scripts;
}

}  // namespace starling::app
