#include <charconv>
#include <cmath>
#include <fstream>

#include <fmt/format.h>

#include <starling/abm/csv_table.hpp>
#include <starling/app/posterior_draws.hpp>
#include <starling/core/error.hpp>

namespace starling::app {
namespace {

double finite_number(const CsvTable& table, std::size_t row, std::size_t column) {
  const std::string& cell = table.text(row, column);
  double value = 0.0;
  const char* end = cell.data() + cell.size();
  const auto [stop, error] = std::from_chars(cell.data(), end, value);
  if (error != std::errc() || stop != end || !std::isfinite(value))
    table.fail(row, column, "a finite number");
  return value;
}

// The start of a number is a number, too: what was cut off within the last cell shows only here.
void check_ends_with_line(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary | std::ios::ate);
  if (!stream || stream.tellg() == std::ifstream::pos_type(0)) return;
  stream.seekg(-1, std::ios::end);
  if (stream.get() != '\n')
    throw InputError(
        fmt::format("{}: the last line has no end, expected a whole file of draws", file.string()));
}

}  // namespace

std::vector<double> PosteriorDraws::covariance() const {
  const auto count = static_cast<double>(draws());
  std::vector<double> mean(parameters, 0.0);
  for (std::size_t i = 0; i < values.size(); ++i) mean[i % parameters] += values[i] / count;
  std::vector<double> result(parameters * parameters, 0.0);
  for (std::size_t row = 0; row < draws(); ++row) {
    const double* own = values.data() + row * parameters;
    for (std::size_t p = 0; p < parameters; ++p)
      for (std::size_t q = 0; q < parameters; ++q)
        result[p * parameters + q] += (own[p] - mean[p]) * (own[q] - mean[q]) / (count - 1.0);
  }
  return result;
}

std::vector<double> PosteriorDraws::spread(std::size_t count) const {
  std::vector<double> picked;
  for (std::size_t i = 0; i < count; ++i) {
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(i * draws() / count * parameters);
    picked.insert(picked.end(), first, first + static_cast<std::ptrdiff_t>(parameters));
  }
  return picked;
}

PosteriorDraws read_posterior_draws(const std::filesystem::path& file, const std::vector<std::string>& names,
                                    std::size_t fewest) {
  const CsvTable table = CsvTable::read(file);
  check_ends_with_line(file);
  std::vector<std::size_t> columns;
  for (const std::string& name : names) columns.push_back(table.column(name));
  if (table.rows() < fewest)
    throw InputError(fmt::format("{}: {} draws, expected at least {}: each replicate takes its own",
                                 file.string(), table.rows(), fewest));
  PosteriorDraws draws{names.size(), {}};
  for (std::size_t row = 0; row < table.rows(); ++row) {
    for (const std::size_t column : columns) draws.values.push_back(finite_number(table, row, column));
  }
  return draws;
}

}  // namespace starling::app
