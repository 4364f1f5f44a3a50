#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <starling/app/gnuplot.hpp>

namespace starling::app {

/// One row of the report's table of parameters.
struct ParameterRow {
  std::string path;   // configuration name
  std::string prior;  // "normal(0, 1)"
  double mean = 0.0;
  double sd = 0.0;
  double low = 0.0;   // 2.5 % quantile
  double high = 0.0;  // 97.5 % quantile
  std::optional<double> truth;
};

/// Another table of the report.
struct ReportTable {
  std::string title;
  std::string caption;                         // one sentence that says what is shown
  std::vector<std::string> columns;            // the first holds names, the others numbers
  std::vector<std::vector<std::string>> rows;  // [rows][columns]
};

/// Everything the report of a calibration shows.
struct CalibrationReport {
  std::string title;     // "Camden, 30 days from 2020-03-01"
  std::string subtitle;  // one sentence on what was fitted to what
  std::vector<ParameterRow> parameters;
  std::vector<ReportTable> tables;
  std::vector<std::string> notes;                          // warnings and remarks, most important first
  std::vector<std::pair<std::string, std::string>> facts;  // of the run, e.g. {"agents", "210 100"}
  std::vector<std::pair<std::string, std::string>> configuration;  // describe(configuration)
  std::vector<RenderedPlot> plots;
};

/// A self-contained HTML page: no script, nothing fetched, pictures inline.
std::string render_report(const CalibrationReport& report);

/// 210100 as "210 100" with thin spaces, for facts.
std::string with_separators(std::int64_t value);

}  // namespace starling::app
