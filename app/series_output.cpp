#include <algorithm>
#include <vector>

#include <starling/app/csv_writer.hpp>
#include <starling/app/series_output.hpp>

namespace starling::app {

namespace {

const SeriesKey kCases{std::nullopt, ""};
const SeriesKey kDeaths{Outcome::death, ""};

/// A column of timeseries.csv.
struct Column {
  std::string name;
  int row;
  bool cumulative;
};

void add_column(std::vector<Column>& columns, Column column) {
  if (std::ranges::find(columns, column.name, &Column::name) == columns.end())
    columns.push_back(std::move(column));
}

void add_parts(std::vector<Column>& columns, const SeriesTable& table, const SeriesKey& key) {
  const SeriesRows rows = table.rows_of(key);
  const std::vector<std::string>& labels = table.labels_of(key);
  for (int row = 0; row < rows.count; ++row)
    add_column(columns, {series_name(key, labels[static_cast<std::size_t>(row)]), rows.first + row,
                         !is_prevalence(key.quantity)});
}

std::vector<Column> columns_of(const SeriesTable& table, const OutputsSection& outputs) {
  std::vector<Column> columns{{"cases_cumulative", table.rows_of(kCases).first, true},
                              {"cases_daily", table.rows_of(kCases).first, false},
                              {"deaths_cumulative", table.rows_of(kDeaths).first, true}};
  add_parts(columns, table, {std::nullopt, std::string(kByAge)});
  for (const Quantity& quantity : outputs.quantities) {
    const std::string name = quantity_name(quantity) + (is_prevalence(quantity) ? "" : "_daily");
    add_column(columns, {name, table.rows_of({quantity, ""}).first, false});
    for (const std::string& by : outputs.by) {
      if (!by.empty()) add_parts(columns, table, {quantity, by});
    }
  }
  return columns;
}

}  // namespace

std::string timeseries_csv(const SeriesTable& table, std::span<const double> series, const Calendar& calendar,
                           const OutputsSection& outputs, const NetworkCases& network_cases) {
  const std::vector<Column> columns = columns_of(table, outputs);
  std::vector<std::string> names{"sample", "step", "date"};
  for (const Column& column : columns) names.push_back(column.name);
  for (const std::string& network : network_cases.networks) names.push_back("cases_in_" + network);
  const std::size_t places = network_cases.networks.empty() ? 0 : network_cases.networks.size() + 1;
  if (places > 0) names.emplace_back("cases_imported");
  CsvWriter csv(names);
  const auto records = static_cast<std::size_t>(table.records());
  for (std::size_t run = 0; run * table.size() < series.size(); ++run) {
    std::vector<double> sums(columns.size(), 0.0);
    std::vector<double> place_sums(places, 0.0);
    for (std::size_t record = 0; record < records; ++record) {
      csv.cell(static_cast<std::int64_t>(run)).cell(static_cast<std::int64_t>(record));
      csv.cell(calendar.record(static_cast<int>(record)).date);
      for (std::size_t c = 0; c < columns.size(); ++c) {
        const double value =
            series[run * table.size() + static_cast<std::size_t>(columns[c].row) * records + record];
        sums[c] = columns[c].cumulative ? sums[c] + value : value;
        csv.cell(sums[c]);
      }
      for (std::size_t n = 0; n < places; ++n) {
        place_sums[n] += network_cases.new_cases[(run * records + record) * places + n];
        csv.cell(place_sums[n]);
      }
      csv.end_row();
    }
  }
  return csv.text();
}

SimulatedRuns simulated_runs(const SeriesTable& table, std::span<const double> series) {
  SimulatedRuns runs;
  const auto records = static_cast<std::size_t>(table.records());
  const std::size_t row = static_cast<std::size_t>(table.rows_of(kCases).first) * records;
  for (std::size_t first = row; first < series.size(); first += table.size()) {
    const auto daily = series.subspan(first, records);
    runs.cases_daily.emplace_back(daily.begin(), daily.end());
    std::vector<double> cumulative;
    for (const double value : daily)
      cumulative.push_back(value + (cumulative.empty() ? 0.0 : cumulative.back()));
    runs.cases_cumulative.push_back(std::move(cumulative));
  }
  return runs;
}

}  // namespace starling::app
