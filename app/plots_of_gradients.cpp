#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include <starling/app/gradient_comparison.hpp>
#include <starling/app/plot_style.hpp>

namespace starling::app {
namespace {

constexpr std::string_view kDayPrefix = "cases_day_";
constexpr const char* kColours[] = {kBlue, kOrange, kGreen, kGrey, kInk, kMidBlue};

/// Root mean squared error over the true value against the day, of one estimator and parameter.
std::string curve(const GradientComparison& comparison, const EstimatorFigures& figures,
                  std::size_t parameter, const std::string& name) {
  std::vector<double> days, errors;
  for (std::size_t outcome = 0; outcome < comparison.outcomes.size(); ++outcome) {
    const std::string_view title = comparison.outcomes[outcome];
    if (!title.starts_with(kDayPrefix)) continue;
    const EstimatorError& error = figures.errors[comparison.place(outcome, parameter)];
    const double relative = relative_error(comparison, figures, error);
    if (!std::isfinite(relative) || relative <= 0.0) continue;
    days.push_back(std::stod(std::string(title.substr(kDayPrefix.size()))));
    errors.push_back(relative);
  }
  return data_block(name, {days, errors});
}

}  // namespace

PlotScript gradient_estimators_plot(const GradientComparison& comparison) {
  std::vector<LegendEntry> legend;
  std::vector<const EstimatorFigures*> shown;
  for (const EstimatorFigures& figures : comparison.estimators) {
    if (!figures.refusal.empty()) continue;
    const std::size_t i = shown.size();
    shown.push_back(&figures);
    legend.push_back(
        {gnuplot_text(figures.estimator),
         fmt::format("linespoints linewidth 2 pointtype {} linecolor rgb '{}' dashtype {}", 7 + i % 5,
                     kColours[i % std::size(kColours)], 1 + i / std::size(kColours))});
  }
  const std::size_t parameters = comparison.parameters.size();
  PanelGrid grid;
  grid.columns = parameters < 3 ? static_cast<int>(parameters) : parameters == 4 ? 2 : 3;
  grid.rows = (static_cast<int>(parameters) + grid.columns - 1) / grid.columns;
  grid.legend_rows = static_cast<int>((legend.size() + 1) / 2);
  grid.top_px = 48 + 24 * grid.legend_rows;
  grid.between_rows_px = 108;
  grid.fit(260, 220);
  std::string text = start_panels(grid, legend);
  for (std::size_t parameter = 0; parameter < parameters; ++parameter) {
    std::string blocks, curves;
    for (std::size_t i = 0; i < shown.size(); ++i) {
      const std::string name = fmt::format("curve{}_{}", parameter, i);
      blocks += curve(comparison, *shown[i], parameter, name);
      curves += fmt::format("{}${} using 1:2 with {}", i == 0 ? "" : ", ", name, legend[i].style);
    }
    const int column = static_cast<int>(parameter) % grid.columns;
    text += blocks + grid.place(column, static_cast<int>(parameter) / grid.columns);
    text += fmt::format(
        "set title {}\nset xlabel 'day'\nset ylabel '{}'\nset logscale xy\nset xtics (1,3,5,10,20,30,60)\n"
        "set yrange [0.005:1000]\nset format y '10^{{%T}}'\nplot {}\n",
        gnuplot_quote(parameter_title(comparison.parameters[parameter])),
        column == 0 ? "error / true value" : "", curves);
  }
  return {
      .name = "gradient_estimators",
      .caption = fmt::format("Error of each estimator of the derivative of cumulative cases, averaged over "
                             "as many gradients as fit into the time of {} runs, over the true value.",
                             static_cast<int>(kPriceRuns)),
      .width_px = grid.width_px,
      .height_px = grid.height_px,
      .commands = text + "unset multiplot\n"};
}

}  // namespace starling::app
