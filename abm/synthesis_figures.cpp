#include <algorithm>

#include <fmt/format.h>

#include <starling/abm/csv_table.hpp>
#include <starling/abm/household_figures.hpp>
#include <starling/abm/synthesis_figures.hpp>
#include <starling/core/error.hpp>
#include <starling/core/nearest_name.hpp>

namespace starling {

namespace {

namespace fs = std::filesystem;

void read_residents(const fs::path& path, SynthesisFigures& figures) {
  const CsvTable table = CsvTable::read(path);
  const std::size_t name = table.column("borough");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    figures.boroughs.push_back(table.text(row, name));
    AgeCounts& counts = figures.residents.emplace_back();
    for (std::size_t age = 0; age < kAges; ++age)
      counts[age] = table.count(row, table.column(std::to_string(age)));
  }
}

// Row of the borough that the cell names; a name that no age table knows is an error of this file.
std::size_t borough_cell(const CsvTable& table, std::size_t row, std::size_t column,
                         const SynthesisFigures& figures) {
  const auto& names = figures.boroughs;
  const auto found = std::find(names.begin(), names.end(), table.text(row, column));
  if (found == names.end()) table.fail(row, column, "a borough of ages_by_borough.csv");
  return static_cast<std::size_t>(found - names.begin());
}

// Shares of single years of age from rows of bands; ages of no band have none.
AgeWeights read_shares(const fs::path& path) {
  const CsvTable table = CsvTable::read(path);
  const std::size_t from = table.column("age_from");
  const std::size_t to = table.column("age_to");
  const std::size_t share = table.column("share");
  AgeWeights shares{};
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::int64_t first = table.count(row, from);
    const std::int64_t last = table.count(row, to);
    if (last < first || last >= kAges)
      table.fail(row, to, "an age up to 90 that is not below the band's first");
    if (table.number(row, share) > 1.0) table.fail(row, share, "a share from 0 to 1");
    std::fill(shares.begin() + first, shares.begin() + last + 1, table.number(row, share));
  }
  return shares;
}

void read_universities(const fs::path& path, SynthesisFigures& figures) {
  const CsvTable table = CsvTable::read(path);
  const std::size_t name = table.column("borough");
  const std::size_t students = table.column("students");
  for (std::size_t row = 0; row < table.rows(); ++row)
    figures.universities.push_back({borough_cell(table, row, name, figures), table.count(row, students)});
}

void read_schools(const fs::path& path, SynthesisFigures& figures) {
  const CsvTable table = CsvTable::read(path);
  figures.schools.resize(figures.boroughs.size());
  const std::size_t name = table.column("borough");
  const std::size_t primary = table.column("primary_pupils");
  const std::size_t secondary = table.column("secondary_pupils");
  for (std::size_t row = 0; row < table.rows(); ++row)
    figures.schools[borough_cell(table, row, name, figures)].push_back(
        {table.count(row, primary), table.count(row, secondary)});
}

void read_workplaces(const fs::path& path, SynthesisFigures& figures) {
  const CsvTable table = CsvTable::read(path);
  figures.workplaces.resize(figures.boroughs.size());
  const std::size_t name = table.column("borough");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    auto& bands = figures.workplaces[borough_cell(table, row, name, figures)];
    for (std::size_t band = 0; band < bands.size(); ++band)
      bands[band] = table.number(row, table.column(kWorkplaceBandNames[band]));
  }
}

void read_commuters(const fs::path& path, SynthesisFigures& figures) {
  const CsvTable table = CsvTable::read(path);
  const std::size_t boroughs = figures.boroughs.size();
  figures.commuters.assign(boroughs, std::vector<double>(boroughs, 0.0));
  const std::size_t name = table.column("home");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    auto& workers = figures.commuters[borough_cell(table, row, name, figures)];
    for (std::size_t work = 0; work < boroughs; ++work)
      workers[work] = table.number(row, table.column(figures.boroughs[work]));
  }
}

}  // namespace

std::size_t SynthesisFigures::borough(std::string_view name) const {
  const auto found = std::find(boroughs.begin(), boroughs.end(), name);
  if (found != boroughs.end()) return static_cast<std::size_t>(found - boroughs.begin());
  throw InputError(
      fmt::format("synthesise: area = \"{}\", expected \"London\" or one of its boroughs; the nearest is "
                  "\"{}\", all are {}",
                  name, nearest_name(name, boroughs), fmt::join(boroughs, ", ")));
}

SynthesisFigures read_synthesis_figures(const fs::path& data_directory) {
  SynthesisFigures figures;
  read_residents(data_directory / "population" / "ages_by_borough.csv", figures);
  figures.households = read_household_figures(data_directory / "population");
  figures.care_home_share = read_shares(data_directory / "population" / "care_home_residents.csv");
  figures.women_share = read_shares(data_directory / "population" / "women.csv");
  figures.student_share = read_shares(data_directory / "universities" / "participation.csv");
  read_universities(data_directory / "universities" / "students.csv", figures);
  read_schools(data_directory / "schools" / "rolls_by_borough.csv", figures);
  read_workplaces(data_directory / "workplaces" / "size_bands_by_borough.csv", figures);
  read_commuters(data_directory / "workplaces" / "commuters.csv", figures);
  return figures;
}

}  // namespace starling
