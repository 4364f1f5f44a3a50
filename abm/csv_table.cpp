#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>

#include <fmt/format.h>

#include <starling/abm/csv_table.hpp>
#include <starling/core/error.hpp>

namespace starling {

namespace {

std::vector<std::string> split(std::string line) {
  if (!line.empty() && line.back() == '\r') line.pop_back();
  std::vector<std::string> cells(1);
  for (const char c : line) {
    if (c == ',')
      cells.emplace_back();
    else
      cells.back().push_back(c);
  }
  return cells;
}

bool blank(const std::string& line) {
  return line.find_first_not_of(" \t\r") == std::string::npos;
}

}  // namespace

CsvTable CsvTable::read(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) throw InputError(fmt::format("{}: cannot be opened, expected a readable table", path.string()));
  CsvTable table;
  table.path_ = path;
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (blank(line)) continue;
    std::vector<std::string> cells = split(line);
    if (table.columns_.empty()) {
      table.columns_ = std::move(cells);
      continue;
    }
    if (cells.size() != table.columns_.size())
      throw InputError(fmt::format("{}:{}: {} cells, expected {} as in the header", path.string(), number,
                                   cells.size(), table.columns_.size()));
    table.cells_.push_back(std::move(cells));
    table.lines_.push_back(number);
  }
  if (table.cells_.empty())
    throw InputError(fmt::format("{}: no rows, expected a header line and at least one row", path.string()));
  return table;
}

std::size_t CsvTable::column(std::string_view name) const {
  const auto found = std::find(columns_.begin(), columns_.end(), name);
  if (found == columns_.end())
    throw InputError(fmt::format("{}:1: column \"{}\" is missing; the columns are {}", path_.string(), name,
                                 fmt::join(columns_, ", ")));
  return static_cast<std::size_t>(found - columns_.begin());
}

const std::string& CsvTable::text(std::size_t row, std::size_t column) const {
  return cells_.at(row).at(column);
}

void CsvTable::fail(std::size_t row, std::size_t column, std::string_view rule) const {
  throw InputError(fmt::format("{}:{}: column \"{}\": value \"{}\", expected {}", path_.string(),
                               lines_.at(row), columns_.at(column), text(row, column), rule));
}

double CsvTable::number(std::size_t row, std::size_t column) const {
  const std::string& cell = text(row, column);
  double value = 0.0;
  const char* end = cell.data() + cell.size();
  const auto [stop, error] = std::from_chars(cell.data(), end, value);
  if (error != std::errc() || stop != end || !std::isfinite(value) || value < 0.0)
    fail(row, column, "a finite number of at least 0");
  return value;
}

std::int64_t CsvTable::count(std::size_t row, std::size_t column) const {
  constexpr double kLargest = 1e15;
  const double value = number(row, column);
  if (value != std::floor(value) || value > kLargest) fail(row, column, "a whole number of at least 0");
  return static_cast<std::int64_t>(value);
}

}  // namespace starling
