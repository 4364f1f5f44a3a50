#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include <starling/app/plot_style.hpp>
#include <starling/app/plots.hpp>

namespace starling::app {
namespace {

/// Infinite where the prior's density is at the end of its support: left out of the picture.
double plotted_density(const MarginalPrior& prior, double x) {
  const double density = std::exp(prior.log_density(x));
  return std::isfinite(density) ? density : std::numeric_limits<double>::quiet_NaN();
}

std::string truth_line(const ParameterDraws& parameter) {
  if (!parameter.truth) return "unset arrow\n";
  return fmt::format(
      "unset arrow\nset arrow from first {0}, graph 0 to first {0}, graph 1 nohead linewidth 1.6 "
      "linecolor rgb '{1}' front\n",
      *parameter.truth, kOrange);
}

/// About four round tics, so that labels never touch.
std::string few_tics(const char* axis, const Interval& range) {
  const double raw = (range.high - range.low) / 3.0;
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  const double mantissa = raw / power;
  const double increment = power * (mantissa < 1.5   ? 1.0
                                    : mantissa < 3.5 ? 2.0
                                    : mantissa < 7.5 ? 5.0
                                                     : 10.0);
  return fmt::format("set {0}range [{1}:{2}]\nset {0}tics nomirror {3}\n", axis, range.low, range.high,
                     increment);
}

std::string line(double width, const char* color) {
  return fmt::format("lines linewidth {} linecolor rgb '{}'", width, color);
}

std::string prior_style() {
  return fmt::format("lines linewidth 1.4 dashtype 2 linecolor rgb '{}'", kGrey);
}

std::vector<LegendEntry> legend_of(const std::vector<ParameterDraws>& parameters) {
  std::vector<LegendEntry> legend{{"posterior", line(1.8, kBlue)}, {"prior", prior_style()}};
  const bool with_truth =
      std::any_of(parameters.begin(), parameters.end(), [](const auto& p) { return p.truth; });
  if (with_truth) legend.push_back({"truth", line(1.6, kOrange)});
  return legend;
}

/// The filled estimate, the prior and the truth of one parameter, without labels.
std::string marginal(const ParameterDraws& parameter, const std::string& name) {
  const Interval range = range_of(parameter);
  const Transform& support = parameter.prior.transform();
  const DensityCurve curve = density_of(parameter.draws, range, {support.low, support.high});
  std::vector<double> prior;
  for (const double x : curve.x) prior.push_back(plotted_density(parameter.prior, x));
  double highest = *std::ranges::max_element(curve.density);
  // A prior that is steep at an end of its support must not flatten the posterior.
  const double limit = 3.0 * highest;
  for (const double density : prior) highest = std::max(highest, std::fmin(density, limit));
  std::string text =
      data_block(name, {curve.x, curve.density, prior}) + few_tics("x", range) + truth_line(parameter);
  text += fmt::format("set yrange [0:{}]\nunset ytics\n", 1.08 * highest);
  return text + fmt::format(
                    "plot ${0} using 1:2 with filledcurves y1=0 linecolor rgb '{1}', "
                    "${0} using 1:2 with {2}, ${0} using 1:3 with {3}\n",
                    name, kPaleBlue, line(1.8, kBlue), prior_style());
}

/// Evenly picked draws of two parameters; a thousand points show the shape and keep the picture small.
std::string scatter(const ParameterDraws& x, const ParameterDraws& y, const std::string& name) {
  constexpr std::size_t kMostPoints = 1000;
  const std::size_t count = std::min(x.draws.size(), kMostPoints);
  std::vector<double> x_draws;
  std::vector<double> y_draws;
  for (std::size_t i = 0; i < count; ++i) {
    x_draws.push_back(x.draws[i * x.draws.size() / count]);
    y_draws.push_back(y.draws[i * y.draws.size() / count]);
  }
  std::string text =
      data_block(name, {x_draws, y_draws}) + few_tics("x", range_of(x)) + few_tics("y", range_of(y));
  text += fmt::format(
      "unset arrow\nplot ${} using 1:2 with points pointtype 7 pointsize 0.22 linecolor rgb '#90{}' "
      "notitle",
      name, std::string(kBlue).substr(1));
  if (x.truth && y.truth) {
    text = fmt::format("${0}truth << END_OF_DATA\n{1} {2}\nEND_OF_DATA\n", name, *x.truth, *y.truth) + text;
    text +=
        fmt::format(", ${}truth using 1:2 with points pointtype 7 pointsize 0.8 linecolor rgb '{}' notitle",
                    name, kOrange);
  }
  return text + "\n";
}

std::string axis_title(const ParameterDraws& parameter) {
  return gnuplot_quote(parameter_title(parameter.path));
}

std::string pairs_cell(const std::vector<ParameterDraws>& parameters, std::size_t row, std::size_t column,
                       std::size_t count) {
  const std::string name = fmt::format("pair{}x{}", row, column);
  std::string text = row + 1 == count ? fmt::format("set xlabel {} offset 0,0.3\nset format x '%g'\n",
                                                    axis_title(parameters[column]))
                                      : "set xlabel ' '\nset format x ''\n";
  if (row == column) {
    return text + "set ylabel ' '\nset border 1\n" + marginal(parameters[row], name);
  }
  text += fmt::format("set border 3\nset ylabel {}\nset format y '{}'\n",
                      column == 0 ? axis_title(parameters[row]) : "' '", column == 0 ? "%g" : "");
  return text + scatter(parameters[column], parameters[row], name);
}

}  // namespace

PlotScript plot_marginals(const std::vector<ParameterDraws>& parameters) {
  const auto panels = static_cast<int>(parameters.size());
  PanelGrid grid;
  grid.columns = std::clamp(panels, 1, 3);
  grid.rows = std::max(1, (panels + grid.columns - 1) / grid.columns);
  grid.left_px = 24;
  grid.between_columns_px = 40;
  grid.fit(panels == 1 ? 480 : 290, 200);
  std::string text = start_panels(grid, legend_of(parameters)) + "set border 1\n";
  for (int i = 0; i < panels; ++i) {
    const ParameterDraws& parameter = parameters[static_cast<std::size_t>(i)];
    text += grid.place(i % grid.columns, i / grid.columns);
    text += fmt::format("set xlabel {}\n", axis_title(parameter)) +
            marginal(parameter, fmt::format("marginal{}", i));
  }
  return {"marginals", "Posterior density of each parameter beside its prior.", grid.width_px, grid.height_px,
          text + "unset multiplot\n"};
}

PlotScript plot_pairs(const std::vector<ParameterDraws>& parameters) {
  constexpr std::size_t kMostParameters = 8;
  const std::size_t count = std::min(parameters.size(), kMostParameters);
  PanelGrid grid;
  grid.columns = grid.rows = std::max(1, static_cast<int>(count));
  grid.between_columns_px = 24;
  grid.between_rows_px = 24;
  const int side_px = count == 1 ? 320 : count > 4 ? 205 : 230;
  grid.left_px = count == 1 ? 24 : 92;
  grid.fit(side_px, side_px);
  std::string text = start_panels(grid, legend_of(parameters));
  for (std::size_t row = 0; row < count; ++row) {
    for (std::size_t column = 0; column <= row; ++column) {
      text += grid.place(static_cast<int>(column), static_cast<int>(row));
      text += pairs_cell(parameters, row, column, count);
    }
  }
  return {"pairs", "Draws of the posterior, two parameters at a time; the dot marks the truth.",
          grid.width_px, grid.height_px, text + "unset multiplot\n"};
}

std::string parameter_title(const std::string& path) {
  constexpr std::string_view kPrefix = "networks.";
  constexpr std::string_view kSuffix = ".log10_beta";
  if (path == "epidemic.log10_seed_fraction") return "log_{10} seed fraction";
  if (path.starts_with(kPrefix) && path.ends_with(kSuffix) && path.size() > kPrefix.size() + kSuffix.size()) {
    const std::string name = path.substr(kPrefix.size(), path.size() - kPrefix.size() - kSuffix.size());
    return gnuplot_text(name) + " log_{10} β (per day)";
  }
  return gnuplot_text(path);
}

}  // namespace starling::app
