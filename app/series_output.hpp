#pragma once

#include <span>
#include <string>
#include <vector>

#include <starling/abm/calendar.hpp>
#include <starling/abm/series.hpp>
#include <starling/app/configuration.hpp>
#include <starling/app/plots.hpp>

namespace starling::app {

/// Infections of runs by where they happened.
struct NetworkCases {
  std::vector<std::string> networks;  // configured names
  std::span<const double> new_cases;  // [runs][records][networks + 1], the last imported
};

/// The text of timeseries.csv, of series [runs][rows][records] of output_settings(). Columns that scripts
/// lean on: sample,step,date,cases_cumulative,cases_daily,deaths_cumulative,cases_by_age_<hi>…, then for each
/// configured quantity <quantity>_daily (prevalences: <quantity>) and <quantity>_by_<by>_<label>. Daily
/// columns hold the new events of the record; incidences by parts are cumulative; prevalences are people at
/// the record. With network cases, cases_in_<network>… and cases_imported end the row: cumulative infections
/// after the start.
std::string timeseries_csv(const SeriesTable& table, std::span<const double> series, const Calendar& calendar,
                           const OutputsSection& outputs, const NetworkCases& network_cases = {});

/// Cases of every run for the picture of `simulate`.
SimulatedRuns simulated_runs(const SeriesTable& table, std::span<const double> series);

}  // namespace starling::app
