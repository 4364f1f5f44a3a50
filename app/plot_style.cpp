#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <numbers>

#include <fmt/format.h>

#include <starling/app/plot_style.hpp>
#include <starling/app/report.hpp>

namespace starling::app {
namespace {

std::chrono::sys_days start_day(const std::string& iso_date) {
  int year = 1970;
  unsigned month = 1;
  unsigned day = 1;
  if (std::sscanf(iso_date.c_str(), "%4d-%2u-%2u", &year, &month, &day) != 3) return {};
  return std::chrono::year_month_day(std::chrono::year(year), std::chrono::month(month),
                                     std::chrono::day(day));
}

/// 12345 as "12 345", with thin spaces.
std::string with_thousands(double value) {
  return with_separators(std::llround(value));
}

/// The smallest of 1, 2, 2.5, 5 times a power of ten that is not below `value`.
double round_up(double value) {
  const double power = std::pow(10.0, std::floor(std::log10(value)));
  for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
    if (factor * power >= value * 0.999) return factor * power;
  }
  return 10.0 * power;
}

}  // namespace

std::string data_block(const std::string& name, const std::vector<std::span<const double>>& columns) {
  std::string text = fmt::format("${} << END_OF_DATA\n", name);
  const std::size_t rows = columns.empty() ? 0 : columns.front().size();
  for (std::size_t row = 0; row < rows; ++row) {
    for (const auto& column : columns) fmt::format_to(std::back_inserter(text), "{} ", column[row]);
    text += '\n';
  }
  return text + "END_OF_DATA\n";
}

std::string count_tics(double highest) {
  const double top = std::max(highest, 1.0) * 1.05;
  const double increment = std::max(1.0, round_up(top / 6.0));
  std::string tics;
  for (double tic = 0.0; tic <= top; tic += increment)
    tics += fmt::format("{}'{}' {}", tics.empty() ? "" : ", ", with_thousands(tic), tic);
  return fmt::format("set yrange [0:{}]\nset ytics nomirror ({})\n", top, tics);
}

std::string logarithmic_axis(double lowest, double highest) {
  const bool long_range = highest / lowest > 2000.0;
  std::string tics;
  for (int power = static_cast<int>(std::floor(std::log10(lowest))); std::pow(10.0, power) <= highest;
       ++power) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      const double tic = factor * std::pow(10.0, power);
      if (tic < lowest || tic > highest || (long_range && factor > 1.0)) continue;
      const std::string label = tic >= 1000.0 && tic < 1e7 ? with_thousands(tic) : fmt::format("{:.6g}", tic);
      tics += fmt::format("{}'{}' {}", tics.empty() ? "" : ", ", label, tic);
    }
  }
  return fmt::format("set logscale y\nset yrange [{}:{}]\nset ytics nomirror ({})\n", lowest, highest, tics);
}

std::vector<double> record_days(const PlotDates& dates, std::size_t records) {
  std::vector<double> days(records);
  for (std::size_t i = 0; i < records; ++i) days[i] = dates.step_hours / 24.0 * static_cast<double>(i);
  return days;
}

std::string date_axis(const PlotDates& dates, std::size_t records) {
  constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const double days = std::max(1.0, record_days(dates, records + 1).back() - dates.step_hours / 24.0);
  int tic_days = 1;
  for (const int candidate : {1, 2, 7, 14, 28, 56, 112, 364}) {
    tic_days = candidate;
    if (days / candidate <= 5.0) break;
  }
  std::string tics;
  for (int day = 0; day <= static_cast<int>(days); day += tic_days) {
    const std::chrono::year_month_day date(start_day(dates.start) + std::chrono::days(day));
    tics += fmt::format("{}'{} {}{}' {}", day == 0 ? "" : ", ", static_cast<unsigned>(date.day()),
                        kMonths.at(static_cast<unsigned>(date.month()) - 1),
                        days > 300.0 ? fmt::format(" {}", static_cast<int>(date.year())) : "", day);
  }
  return fmt::format("set xrange [0:{}]\nset xtics nomirror ({})\n", days, tics);
}

std::string PanelGrid::place(int column, int row) const {
  const int between_x = (columns - 1) * between_columns_px;
  const int between_y = (rows - 1) * between_rows_px;
  const double panel_width = static_cast<double>(width_px - left_px - right_px - between_x) / columns;
  const double panel_height = static_cast<double>(height_px - top_px - bottom_px - between_y) / rows;
  const double left = left_px + column * (panel_width + between_columns_px);
  const double top = top_px + row * (panel_height + between_rows_px);
  return fmt::format(
      "set lmargin at screen {:.4f}\nset rmargin at screen {:.4f}\nset tmargin at screen {:.4f}\n"
      "set bmargin at screen {:.4f}\n",
      left / width_px, (left + panel_width) / width_px, 1.0 - top / height_px,
      1.0 - (top + panel_height) / height_px);
}

void PanelGrid::fit(int panel_width_px, int panel_height_px) {
  width_px = left_px + right_px + columns * panel_width_px + (columns - 1) * between_columns_px;
  height_px = top_px + bottom_px + rows * panel_height_px + (rows - 1) * between_rows_px;
}

std::string start_panels(const PanelGrid& grid, const std::vector<LegendEntry>& legend) {
  std::string text = fmt::format(
      "set multiplot\nset lmargin at screen {:.4f}\nset rmargin at screen 1\nset tmargin at screen {:.4f}\n"
      "set bmargin at screen {:.4f}\nunset border\nunset tics\n"
      "set key inside left center horizontal maxrows {} Left reverse samplen 2 width 1 textcolor rgb "
      "'{}'\nplot [0:1] "
      "[0:1] ",
      std::max(0.0, grid.left_px - 12.0) / grid.width_px, 1.0 - 4.0 / grid.height_px,
      1.0 - (4.0 + 24.0 * grid.legend_rows) / grid.height_px, grid.legend_rows, kInk);
  for (std::size_t i = 0; i < legend.size(); ++i)
    text += fmt::format("{}2 with {} title {}", i == 0 ? "" : ", ", legend[i].style,
                        gnuplot_quote(legend[i].title));
  return text + fmt::format(
                    "\nunset key\nset border 3 linecolor rgb '{0}' linewidth 0.8\n"
                    "set tics nomirror out scale 0.6 textcolor rgb '{0}'\nset xtics nomirror\n"
                    "set ytics nomirror\nset format xy '%g'\nset grid back linecolor rgb '#e6eaee' linewidth "
                    "0.6 linetype 1\n"
                    "set xlabel textcolor rgb '{0}'\nset ylabel textcolor rgb '{0}'\n"
                    "set title textcolor rgb '{0}'\n",
                    kInk);
}

DensityCurve density_of(std::span<const double> draws, const Interval& range, const Interval& support) {
  constexpr int kPoints = 161;
  const double count = static_cast<double>(draws.size());
  double mean = 0.0;
  double square = 0.0;
  for (const double draw : draws) mean += draw / count;
  for (const double draw : draws) square += (draw - mean) * (draw - mean) / count;
  // Silverman's rule with the standard deviation; the floor keeps a posterior of one value drawable.
  const double bandwidth =
      std::max(1.06 * std::sqrt(square) * std::pow(count, -0.2), (range.high - range.low) / 300.0);
  const double norm = 1.0 / (count * bandwidth * std::sqrt(2.0 * std::numbers::pi));
  DensityCurve curve;
  for (int i = 0; i < kPoints; ++i) {
    const double x = range.low + (range.high - range.low) * i / (kPoints - 1);
    double density = 0.0;
    for (const double draw : draws) {
      // Mirror images at an end that is infinite add exp(-infinity).
      for (const double from : {draw, 2.0 * support.low - draw, 2.0 * support.high - draw}) {
        const double z = (x - from) / bandwidth;
        density += norm * std::exp(-0.5 * z * z);
      }
    }
    curve.x.push_back(x);
    curve.density.push_back(density);
  }
  return curve;
}

double quantile(std::vector<double> values, double fraction) {
  std::erase_if(values, [](double value) { return !std::isfinite(value); });
  if (values.empty()) return 0.0;
  const auto index = static_cast<std::ptrdiff_t>(fraction * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + index, values.end());
  return values[static_cast<std::size_t>(index)];
}

Interval range_of(const ParameterDraws& parameter) {
  double low = quantile(parameter.draws, 0.002);
  double high = quantile(parameter.draws, 0.998);
  if (parameter.truth) {
    low = std::min(low, *parameter.truth);
    high = std::max(high, *parameter.truth);
  }
  const double air = std::max(0.12 * (high - low), 1e-3);
  const Transform& support = parameter.prior.transform();
  return {std::max(low - air, support.low), std::min(high + air, support.high)};
}

}  // namespace starling::app
