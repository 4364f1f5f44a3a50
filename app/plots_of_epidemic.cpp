#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <starling/app/plot_style.hpp>
#include <starling/app/plots.hpp>

namespace starling::app {
namespace {

/// Tics at round percentages up to `highest`, a share.
std::string percentage_axis(double highest) {
  const double top = std::clamp(highest * 1.06, 0.01, 1.02);
  const double increment = top > 0.5 ? 0.2 : top > 0.2 ? 0.1 : top > 0.08 ? 0.05 : 0.01;
  std::string tics;
  for (int i = 0; i * increment <= top; ++i)
    tics += fmt::format("{}'{:g} %%' {}", i == 0 ? "" : ", ", 100.0 * i * increment, i * increment);
  return fmt::format("set xrange [0:{}]\nset xtics nomirror ({})\n", top, tics);
}

double largest(const std::vector<double>& values) {
  double highest = 0.0;
  for (const double value : values) {
    if (std::isfinite(value)) highest = std::max(highest, value);
  }
  return highest;
}

}  // namespace

PlotScript plot_network_shares(const std::vector<ShareOfInfections>& networks) {
  PanelGrid grid;
  grid.left_px = 150;
  grid.bottom_px = 52;
  grid.fit(600, 40 * std::max(2, static_cast<int>(networks.size())));
  std::vector<double> mean, low, high, place;
  std::string names;
  for (const ShareOfInfections& network : networks) {
    // The first network stands on top.
    place.push_back(static_cast<double>(networks.size() - place.size()));
    mean.push_back(network.share.mean);
    low.push_back(network.share.low_90);
    high.push_back(network.share.high_90);
    names += fmt::format("{}{} {}", names.empty() ? "" : ", ", gnuplot_quote(gnuplot_text(network.name)),
                         place.back());
  }
  const std::string bar = fmt::format("boxxyerror fillstyle solid noborder linecolor rgb '{}'", kMidBlue);
  const std::string whisker =
      fmt::format("xerrorbars pointtype 7 pointsize 0.4 linewidth 1.6 linecolor rgb '{}'", kBlue);
  std::string text = start_panels(
      grid, {{"mean", fmt::format("lines linewidth 6 linecolor rgb '{}'", kMidBlue)},
             {"90 % of the epidemics", fmt::format("lines linewidth 1.6 linecolor rgb '{}'", kBlue)}});
  text += grid.place(0, 0) + data_block("shares", {place, mean, low, high}) + percentage_axis(largest(high));
  text += fmt::format("set yrange [0.4:{}]\nset ytics nomirror ({})\nset xlabel 'share of infections'\n",
                      static_cast<double>(networks.size()) + 0.6, names);
  text +=
      fmt::format("plot $shares using (0):1:(0):2:($1-0.3):($1+0.3) with {}, $shares using 2:1:3:4 with {}\n",
                  bar, whisker);
  return {"networks", "Where infections happened: share of each network in all infections after the start.",
          grid.width_px, grid.height_px, text + "unset multiplot\n"};
}

PlotScript plot_reproduction(const ReproductionBand& band, const PlotDates& dates) {
  PanelGrid grid;
  grid.bottom_px = 36;
  grid.fit(664, 300);
  const std::string median = fmt::format("lines linewidth 2 linecolor rgb '{}'", kBlue);
  const std::string range = fmt::format("filledcurves linecolor rgb '{}'", kPaleBlue);
  const double top = std::max(1.5, 1.05 * largest(band.high_90));
  const std::string week = fmt::format("lines linewidth 2 linecolor rgb '{}'", kOrange);
  std::string text =
      start_panels(grid, {{"90 % band", range}, {"median", median}, {"median of a week", week}});
  text += grid.place(0, 0) +
          data_block("reproduction", {band.days, band.low_90, band.median, band.high_90, band.week_median});
  const double last_day = band.days.empty() ? 1.0 : band.days.back();
  text += date_axis(dates, static_cast<std::size_t>(last_day * 24.0 / dates.step_hours) + 1);
  text += fmt::format(
      "set yrange [0:{}]\nset ytics nomirror autofreq\nset ylabel 'reproduction number'\n"
      "set arrow from graph 0, first 1 to graph 1, first 1 nohead front linewidth 1.2 dashtype 2 "
      "linecolor rgb '{}'\n",
      top, kGrey);
  text += fmt::format(
      "plot $reproduction using 1:2:4 with {}, $reproduction using 1:3 with {}, $reproduction using 1:5 with "
      "{}\n",
      range, median, week);
  return {
      "reproduction",
      "Instantaneous reproduction number of each day, and of the week up to it: below the dashed line the "
      "epidemic shrinks.",
      grid.width_px, grid.height_px, text + "unset multiplot\n"};
}

}  // namespace starling::app
