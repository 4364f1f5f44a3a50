#include <algorithm>

#include <fmt/format.h>

#include <starling/abm/csv_table.hpp>
#include <starling/app/csv_reader.hpp>
#include <starling/core/error.hpp>

namespace starling::app {
namespace {

std::size_t only_column(const CsvTable& table, const std::string& name, const std::filesystem::path& file) {
  const std::size_t index = table.column(name);
  if (std::count(table.columns().begin(), table.columns().end(), name) > 1)
    throw InputError(fmt::format("{}:1: column {} stands twice, expected once", file.string(), name));
  return index;
}

}  // namespace

std::vector<double> read_observed_series(const std::filesystem::path& file,
                                         std::span<const std::string> series, std::int64_t steps) {
  const CsvTable table = CsvTable::read(file);
  const std::size_t step_column = only_column(table, "step", file);
  std::vector<std::size_t> columns;
  for (const std::string& name : series) columns.push_back(only_column(table, name, file));
  std::vector<double> values(static_cast<std::size_t>(steps) * series.size());
  std::vector<bool> seen(static_cast<std::size_t>(steps), false);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::int64_t step = table.count(row, step_column);
    if (step >= steps) continue;
    const auto index = static_cast<std::size_t>(step);
    if (seen[index]) table.fail(row, step_column, "each step once");
    seen[index] = true;
    for (std::size_t i = 0; i < columns.size(); ++i)
      values[index * columns.size() + i] = table.number(row, columns[i]);
  }
  const auto missing = std::find(seen.begin(), seen.end(), false);
  if (missing != seen.end())
    throw InputError(fmt::format("{}: no row for step {}, expected steps 0 to {}", file.string(),
                                 missing - seen.begin(), steps - 1));
  return values;
}

}  // namespace starling::app
