#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include <starling/app/plot_style.hpp>
#include <starling/app/plots.hpp>

namespace starling::app {
namespace {

/// A running median, which follows the trend and lets single wild epochs pass.
std::vector<double> smooth(const std::vector<double>& values) {
  const auto size = static_cast<std::ptrdiff_t>(values.size());
  const std::ptrdiff_t reach = size / 60;
  std::vector<double> smoothed;
  for (std::ptrdiff_t i = 0; i < size; ++i) {
    const auto first = values.begin() + std::max<std::ptrdiff_t>(0, i - reach);
    smoothed.push_back(quantile({first, values.begin() + std::min(size, i + reach + 1)}, 0.5));
  }
  return smoothed;
}

/// At most `count` elements, evenly spread, the last included.
std::vector<double> thin(const std::vector<double>& values, std::size_t count) {
  if (values.size() <= count) return values;
  std::vector<double> kept;
  for (std::size_t i = 0; i < count; ++i) kept.push_back(values[i * (values.size() - 1) / (count - 1)]);
  return kept;
}

bool all_positive(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return value > 0.0; });
}

/// From the smallest low quantile to the largest high quantile of the three curves.
Interval loss_range(const LossHistory& history, double low_fraction, double high_fraction) {
  Interval range{quantile(history.total, low_fraction), quantile(history.total, high_fraction)};
  for (const std::vector<double>* values : {&history.loss, &history.weighted_kl}) {
    range.low = std::min(range.low, quantile(*values, low_fraction));
    range.high = std::max(range.high, quantile(*values, high_fraction));
  }
  return range;
}

/// The first epochs are often orders of magnitude above the rest.
LossHistory after_first_quarter(LossHistory history) {
  for (std::vector<double>* values : {&history.total, &history.loss, &history.weighted_kl})
    values->erase(values->begin(), values->begin() + static_cast<std::ptrdiff_t>(values->size() / 4));
  return history;
}

std::string linear_axis(const Interval& range, const std::string& label) {
  const double air = std::max(0.05 * (range.high - range.low), 1e-6);
  return fmt::format("set ylabel '{}'\nset yrange [{}:{}]\n", label, range.low - air, range.high + air);
}

std::string loss_axis(const LossHistory& history) {
  // The divergence of an untrained flow is almost nothing: decades below the rest.
  if (history.total.size() == 1) return linear_axis(loss_range(history, 0.0, 1.0), "objective");
  if (all_positive(history.total) && all_positive(history.loss) && all_positive(history.weighted_kl)) {
    // The divergence starts at almost nothing; its first epochs must not stretch the axis over many decades.
    const Interval range = loss_range(history, 0.05, 1.0);
    return "set ylabel 'objective (logarithmic)'\n" + logarithmic_axis(range.low / 2.0, range.high * 1.2);
  }
  return linear_axis(loss_range(after_first_quarter(history), 0.0, 0.99),
                     "objective (range of the last three quarters)");
}

double highest_of(const std::vector<std::vector<double>>& runs) {
  double highest = 0.0;
  for (const auto& run : runs) {
    for (const double value : run) highest = std::max(highest, value);
  }
  return highest;
}

std::vector<double> median_of(const std::vector<std::vector<double>>& runs, std::size_t records) {
  std::vector<double> medians;
  for (std::size_t k = 0; k < records; ++k) {
    std::vector<double> values;
    for (const auto& run : runs) values.push_back(run[k]);
    medians.push_back(quantile(std::move(values), 0.5));
  }
  return medians;
}

std::string line(double width, const char* color) {
  return fmt::format("lines linewidth {} linecolor rgb '{}'", width, color);
}

std::string fill(const char* color) {
  return fmt::format("filledcurves linecolor rgb '{}'", color);
}

std::string observed_style() {
  return fmt::format("linespoints linewidth 1 pointtype 7 pointsize 0.32 linecolor rgb '{}'", kOrange);
}

std::string held_out_style() {
  return fmt::format("linespoints linewidth 1 pointtype 6 pointsize 0.5 linecolor rgb '{}'", kOrange);
}

bool shows_held_out(const std::vector<PredictiveSeries>& series) {
  return std::ranges::any_of(series, [](const PredictiveSeries& one) {
    return std::ranges::any_of(one.held_out, [](double value) { return !std::isnan(value); });
  });
}

std::string simulation_panel(const std::string& name, const std::string& label,
                             const std::vector<std::vector<double>>& runs, const PlotDates& dates) {
  constexpr std::size_t kMostRuns = 100;
  const std::size_t shown = std::min(runs.size(), kMostRuns);
  const std::size_t records = runs.empty() ? 0 : runs.front().size();
  const std::vector<double> days = record_days(dates, records);
  const std::vector<double> median = median_of(runs, records);
  std::vector<std::span<const double>> columns{days, median};
  for (std::size_t i = 0; i < shown; ++i) columns.emplace_back(runs[i]);
  std::string text = data_block(name, columns) + count_tics(highest_of(runs)) + date_axis(dates, records);
  text += fmt::format("set ylabel '{}'\nplot ", label);
  for (std::size_t i = 0; i < shown; ++i)
    text += fmt::format("${} using 1:{} with {}, ", name, i + 3, line(0.8, kMidBlue));
  return text + fmt::format("${} using 1:2 with {}\n", name, line(2.2, kBlue));
}

/// Dashed vertical lines over the height of a panel.
std::string mark_days(const std::vector<double>& days) {
  std::string text = "unset arrow\n";
  for (const double day : days)
    text += fmt::format(
        "set arrow from first {0}, graph 0 to first {0}, graph 1 nohead linewidth 1.2 dashtype 2 "
        "linecolor rgb '{1}'\n",
        day, kGrey);
  return text;
}

std::string predictive_panel(const PredictiveSeries& series, const PlotDates& dates, int index) {
  const std::size_t records = series.median.size();
  const std::vector<double> days = series.days.empty() ? record_days(dates, records) : series.days;
  const std::string name = fmt::format("predictive{}", index);
  std::string text =
      data_block(name, {days, series.low_90, series.low_50, series.median, series.high_50, series.high_90});
  text += count_tics(highest_of({series.high_90, series.observed, series.held_out}));
  text += date_axis(dates,
                    days.empty() ? 0 : static_cast<std::size_t>(days.back() * 24.0 / dates.step_hours) + 1);
  text += fmt::format("set title {} offset 0,-0.4\nset ylabel {}\n",
                      gnuplot_quote(gnuplot_text(series.title)), gnuplot_quote(gnuplot_text(series.axis)));
  text += mark_days(series.marks_days);
  std::string observed;
  if (!series.observed.empty()) {
    text += data_block(name + "observed", {days, series.observed});
    observed = fmt::format(", ${}observed using 1:2 with {}", name, observed_style());
  }
  if (!series.held_out.empty()) {
    text += data_block(name + "heldout", {days, series.held_out});
    observed += fmt::format(", ${}heldout using 1:2 with {}", name, held_out_style());
  }
  return text + fmt::format(
                    "plot ${0} using 1:2:6 with {1}, ${0} using 1:3:5 with {2}, ${0} using 1:4 with {3}{4}\n",
                    name, fill(kPaleBlue), fill(kMidBlue), line(2.0, kBlue), observed);
}

}  // namespace

PlotScript plot_loss(const LossHistory& history) {
  constexpr std::size_t kMostPoints = 1500;
  std::vector<double> epochs(history.total.size());
  std::iota(epochs.begin(), epochs.end(), 1.0);
  epochs = thin(epochs, kMostPoints);
  const PanelGrid grid;
  std::string text = start_panels(
      grid, {{"total", line(2, kOrange)}, {"loss", line(2, kBlue)}, {"w KL(q || prior)", line(2, kGreen)}});
  // A line through one point is none. The total, often equal to the loss, shows around it.
  const bool one_epoch = history.total.size() == 1;
  const auto point = [](const std::string& name, const char* color) {
    return fmt::format("points pointtype 7 pointsize {} linecolor rgb '{}'", name == "total" ? 1.6 : 0.9,
                       color);
  };
  std::string single;
  std::string trend;
  const auto add = [&](const std::string& name, const std::vector<double>& values, const char* color) {
    const std::vector<double> points = thin(values, kMostPoints);
    const std::vector<double> smoothed = thin(smooth(values), kMostPoints);
    text += data_block(name, {epochs, points, smoothed});
    single += fmt::format("{}${} using 1:2 with lines linewidth 0.5 linecolor rgb '#b0{}'",
                          single.empty() ? "" : ", ", name, color + 1);
    trend += fmt::format(", ${} using 1:3 with {}", name, one_epoch ? point(name, color) : line(2, color));
  };
  add("kl", history.weighted_kl, kGreen);
  add("total", history.total, kOrange);
  add("loss", history.loss, kBlue);
  text += grid.place(0, 0) + loss_axis(history);
  text += one_epoch ? "set xrange [0.5:1.5]\nset xtics (1)\n"
                    : fmt::format("set xrange [1:{}]\n", std::max<std::size_t>(history.total.size(), 2));
  text += fmt::format("set xlabel 'epoch'\nplot {}{}\nunset multiplot\n", single, trend);
  return {"loss", "The objective over the epochs: thin lines are single epochs, thick lines running medians.",
          grid.width_px, grid.height_px, std::move(text)};
}

PlotScript plot_predictive(const std::vector<PredictiveSeries>& series, const PlotDates& dates) {
  const auto panels = static_cast<int>(series.size());
  PanelGrid grid;
  grid.columns = panels > 1 ? 2 : 1;
  grid.rows = std::max(1, (panels + grid.columns - 1) / grid.columns);
  grid.top_px = 64;
  grid.bottom_px = 36;
  if (panels > 1) grid.fit(370, 220);
  std::vector<LegendEntry> legend{{"observed", observed_style()},
                                  {"median", line(2, kBlue)},
                                  {"50 %", fill(kMidBlue)},
                                  {"90 %", fill(kPaleBlue)}};
  if (shows_held_out(series)) legend.insert(legend.begin() + 1, {"held out", held_out_style()});
  std::string text = start_panels(grid, legend);
  for (int i = 0; i < panels; ++i) {
    text += grid.place(i % grid.columns, i / grid.columns);
    text += predictive_panel(series[static_cast<std::size_t>(i)], dates, i);
  }
  return {"predictive",
          "Cumulative infections: what was observed, and the range of epidemics that the posterior predicts.",
          grid.width_px, grid.height_px, text + "unset multiplot\n"};
}

PlotScript plot_simulation(const SimulatedRuns& runs, const PlotDates& dates) {
  PanelGrid grid;
  grid.columns = 2;
  grid.bottom_px = 36;
  grid.right_px = 44;  // half of a date whose tic is the last record
  grid.fit(370, 290);
  std::string text = start_panels(grid, {{"each sample", line(0.8, kMidBlue)}, {"median", line(2.2, kBlue)}});
  text += grid.place(0, 0) + simulation_panel("daily", "new infections per day", runs.cases_daily, dates);
  text += grid.place(1, 0) +
          simulation_panel("cumulative", "cumulative infections", runs.cases_cumulative, dates);
  return {"timeseries", "New and cumulative infections of each simulated epidemic.", grid.width_px,
          grid.height_px, text + "unset multiplot\n"};
}

std::string age_bin_title(int low_years, int high_years) {
  return fmt::format("{} to {} years", low_years, high_years - 1);
}

}  // namespace starling::app
