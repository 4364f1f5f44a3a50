#include <cmath>
#include <functional>
#include <string_view>

#include <fmt/format.h>

#include <starling/app/gradient_comparison.hpp>
#include <starling/app/plot_style.hpp>

namespace starling::app {
namespace {

constexpr std::string_view kDayPrefix = "cases_day_";
constexpr const char* kColours[] = {kBlue, kOrange, kGreen, kGrey, kInk, kMidBlue};

// With more parameters the whole gradient has the only panel.
constexpr std::size_t kMostPanels = 12;

/// What a panel shows of an estimator on an outcome.
using ErrorOfOutcome = std::function<double(const EstimatorFigures& figures, std::size_t outcome)>;

struct Panel {
  std::string title;
  ErrorOfOutcome error;
};

std::vector<Panel> panels_of(const GradientComparison& comparison) {
  if (comparison.parameters.size() > kMostPanels)
    return {{fmt::format("Gradient by {} parameters", comparison.parameters.size()),
             [&comparison](const EstimatorFigures& figures, std::size_t outcome) {
               return whole_gradient_error(comparison, figures, outcome).error;
             }}};
  std::vector<Panel> panels;
  for (std::size_t parameter = 0; parameter < comparison.parameters.size(); ++parameter)
    panels.push_back({parameter_title(comparison.parameters[parameter]),
                      [&comparison, parameter](const EstimatorFigures& figures, std::size_t outcome) {
                        return relative_error(comparison, figures,
                                              figures.errors[comparison.place(outcome, parameter)]);
                      }});
  return panels;
}

/// The panel's error against the day, of one estimator.
std::string curve(const GradientComparison& comparison, const EstimatorFigures& figures, const Panel& panel,
                  const std::string& name) {
  std::vector<double> days, errors;
  for (std::size_t outcome = 0; outcome < comparison.outcomes.size(); ++outcome) {
    const std::string_view title = comparison.outcomes[outcome];
    if (!title.starts_with(kDayPrefix)) continue;
    const double relative = panel.error(figures, outcome);
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
  const std::vector<Panel> panels = panels_of(comparison);
  PanelGrid grid;
  grid.columns = panels.size() < 3 ? static_cast<int>(panels.size()) : panels.size() == 4 ? 2 : 3;
  grid.rows = (static_cast<int>(panels.size()) + grid.columns - 1) / grid.columns;
  grid.legend_rows = static_cast<int>((legend.size() + 1) / 2);
  grid.top_px = 48 + 24 * grid.legend_rows;
  grid.between_rows_px = 108;
  grid.fit(panels.size() == 1 ? 720 : 260, 220);  // the legend has two columns
  std::string text = start_panels(grid, legend);
  for (std::size_t p = 0; p < panels.size(); ++p) {
    std::string blocks, curves;
    for (std::size_t i = 0; i < shown.size(); ++i) {
      const std::string name = fmt::format("curve{}_{}", p, i);
      blocks += curve(comparison, *shown[i], panels[p], name);
      curves += fmt::format("{}${} using 1:2 with {}", i == 0 ? "" : ", ", name, legend[i].style);
    }
    const int column = static_cast<int>(p) % grid.columns;
    text += blocks + grid.place(column, static_cast<int>(p) / grid.columns);
    text += fmt::format(
        "set title {}\nset xlabel 'day'\nset ylabel '{}'\nset logscale xy\nset xtics (1,3,5,10,20,30,60)\n"
        "set yrange [0.005:1000]\nset format y '10^{{%T}}'\nplot {}\n",
        gnuplot_quote(panels[p].title), column == 0 ? "error / true value" : "", curves);
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
