#pragma once

#include <span>
#include <string>
#include <vector>

#include <starling/app/plots.hpp>

namespace starling::app {

/// Colours that all pictures share; they stay apart for colour-blind eyes and in grey print.
inline constexpr const char* kInk = "#1f2933";
inline constexpr const char* kGrey = "#8a94a0";
inline constexpr const char* kBlue = "#1f5f99";
inline constexpr const char* kMidBlue = "#8db4d8";
inline constexpr const char* kPaleBlue = "#d3e3f1";
inline constexpr const char* kOrange = "#d1641b";
inline constexpr const char* kGreen = "#2c8a63";

/// A named data block: one row per index, one column per span.
std::string data_block(const std::string& name, const std::vector<std::span<const double>>& columns);

/// Round tic values from 0 to `highest` with separated thousands, as a `set ytics` line.
std::string count_tics(double highest);

/// Tics 1, 2, 5 (or powers of ten over long ranges) of a logarithmic y axis, as commands.
std::string logarithmic_axis(double lowest, double highest);

/// Commands that label the x axis with dates; x values are days since the start.
std::string date_axis(const PlotDates& dates, std::size_t records);
std::vector<double> record_days(const PlotDates& dates, std::size_t records);

/// Panels in rows and columns below a strip for the legend.
struct PanelGrid {
  int columns = 1;
  int rows = 1;
  int width_px = 800;
  int height_px = 480;
  int left_px = 112;
  int right_px = 24;
  int top_px = 48;
  int legend_rows = 1;  // of 24 px; the panels begin below top_px
  int bottom_px = 60;
  int between_columns_px = 124;
  int between_rows_px = 84;

  /// Commands that set the margins of one panel.
  [[nodiscard]] std::string place(int column, int row) const;
  /// Width and height for panels of a given size.
  void fit(int panel_width_px, int panel_height_px);
};

struct LegendEntry {
  std::string title;
  std::string style;  // "lines linewidth 2 …"
};

/// Starts a picture: the legend in its own strip above all panels, then the style of the panels.
std::string start_panels(const PanelGrid& grid, const std::vector<LegendEntry>& legend);

struct Interval {
  double low = 0.0;
  double high = 1.0;
};

/// A Gaussian kernel estimate of the density on a grid over `range`. Draws are mirrored at the ends of the
/// support, so that no density leaks out of it.
struct DensityCurve {
  std::vector<double> x;
  std::vector<double> density;
};
DensityCurve density_of(std::span<const double> draws, const Interval& range, const Interval& support);

/// An interval that shows the draws and the truth, with some air as far as the prior's support goes.
Interval range_of(const ParameterDraws& parameter);

/// The value below which a fraction of the finite values lies; 0 when there is none.
double quantile(std::vector<double> values, double fraction);

}  // namespace starling::app
