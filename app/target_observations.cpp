#include <algorithm>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include <starling/abm/csv_table.hpp>
#include <starling/app/target_observations.hpp>
#include <starling/core/error.hpp>

namespace starling::app {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// Column that holds the series of a label.
std::size_t column_of(const CsvTable& table, const std::filesystem::path& file, const SeriesKey& key,
                      const std::string& label) {
  const std::string full = series_name(key, label);
  for (const std::string& name : {label.empty() ? std::string("value") : label, full}) {
    const auto count = std::ranges::count(table.columns(), name);
    if (count > 1)
      throw InputError(fmt::format("{}:1: column {} stands twice, expected once", file.string(), name));
    if (count == 1) return table.column(name);
  }
  throw InputError(
      fmt::format("{}:1: there is no column {} or {}", file.string(), label.empty() ? "value" : label, full));
}

/// Days from the first point to the date of each row, absent where the epidemic has no such day.
std::vector<std::optional<std::size_t>> days_of(const CsvTable& table, const std::filesystem::path& file,
                                                const SeriesPoints& points) {
  const std::size_t date_column = table.column("date");
  const std::int64_t days = std::int64_t{points.size()} * points.days_each();
  std::vector<bool> seen(static_cast<std::size_t>(days), false);
  std::vector<std::optional<std::size_t>> result;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string& date = table.text(row, date_column);
    if (!is_iso_date(date)) table.fail(row, date_column, "an existing date as YYYY-MM-DD");
    const int day = days_between(points.dates().front(), date);
    result.emplace_back();
    if (day < 0 || day >= days) continue;
    result.back() = static_cast<std::size_t>(day);
    if (seen[*result.back()]) table.fail(row, date_column, "each date once");
    seen[*result.back()] = true;
  }
  if (std::ranges::none_of(seen, [](bool one) { return one; }))
    throw InputError(fmt::format("{}: no date is one of the {} days from {} on", file.string(), days,
                                 points.dates().front()));
  return result;
}

}  // namespace

std::vector<double> read_target_observations(const std::filesystem::path& file, const SeriesKey& key,
                                             std::span<const std::string> labels,
                                             const SeriesPoints& points) {
  const CsvTable table = CsvTable::read(file);
  const std::vector<std::optional<std::size_t>> days = days_of(table, file, points);
  const auto size = static_cast<std::size_t>(points.size());
  const auto each = static_cast<std::size_t>(points.days_each());
  std::vector<double> values;
  for (const std::string& label : labels) {
    const std::size_t column = column_of(table, file, key, label);
    std::vector<double> sums(size, 0.0);
    std::vector<std::size_t> counts(size, 0);
    for (std::size_t row = 0; row < table.rows(); ++row) {
      if (!days[row] || table.text(row, column).empty()) continue;
      sums[*days[row] / each] += table.number(row, column);
      ++counts[*days[row] / each];
    }
    for (std::size_t point = 0; point < size; ++point)
      values.push_back(counts[point] == each ? sums[point] : kMissing);
  }
  return values;
}

}  // namespace starling::app
