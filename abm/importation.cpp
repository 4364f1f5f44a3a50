#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include <starling/abm/csv_table.hpp>
#include <starling/abm/importation.hpp>
#include <starling/core/check.hpp>
#include <starling/core/error.hpp>
#include <starling/core/nearest_name.hpp>

namespace starling {

namespace {

constexpr const char* kPlace = "epidemic.imports";

// Position of the attribute among those that the groups tell apart.
std::size_t place_of(const CaseGroups& groups, const std::string& attribute) {
  const auto found = std::ranges::find(groups.attributes, attribute);
  check_that(found != groups.attributes.end(), kPlace,
             fmt::format("groups of people do not tell \"{}\" apart", attribute));
  return static_cast<std::size_t>(found - groups.attributes.begin());
}

int category_of(const Attribute& attribute, const std::string& name) {
  const auto found = std::ranges::find(attribute.categories, name);
  if (found == attribute.categories.end())
    throw InputError(fmt::format("{}: {} = \"{}\", the nearest known one is \"{}\"", kPlace, attribute.name,
                                 name, nearest_name(name, attribute.categories)));
  return static_cast<int>(found - attribute.categories.begin());
}

// Adds the pressure of one line to the groups of its category.
void add_import(const ImportedCases& import, std::size_t place, int category, const CaseGroups& groups,
                std::vector<float>& row) {
  std::int64_t people = 0;
  for (std::size_t g = 0; g < groups.groups.size(); ++g)
    if (groups.groups[g].categories[place] == category) people += groups.people[g];
  check_that(import.cases >= 0.0 && import.cases < static_cast<double>(people), kPlace,
             fmt::format("{} on {}: cases = {}, expected at least 0 and fewer than the {} people there",
                         import.category, import.date, import.cases, people));
  const double pressure = -std::log1p(-import.cases / static_cast<double>(people));
  for (std::size_t g = 0; g < groups.groups.size(); ++g)
    if (groups.groups[g].categories[place] == category) row[g] += static_cast<float>(pressure);
}

using RowsByDate = std::map<std::string, std::vector<float>>;

RowsByDate rows_by_date(const Population& population, const CaseGroups& groups,
                        const SeedingSettings& settings) {
  const std::size_t place = place_of(groups, settings.imports_by);
  const Attribute& attribute = population.attribute(settings.imports_by);
  RowsByDate rows;
  for (const ImportedCases& import : settings.imports) {
    check_that(is_iso_date(import.date), kPlace,
               fmt::format("date = \"{}\", expected an existing date as YYYY-MM-DD", import.date));
    auto& row = rows.try_emplace(import.date, groups.groups.size(), 0.0F).first->second;
    add_import(import, place, category_of(attribute, import.category), groups, row);
  }
  return rows;
}

std::vector<float> joined(const RowsByDate& rows) {
  std::vector<float> result;
  for (const auto& [date, row] : rows) result.insert(result.end(), row.begin(), row.end());
  return result;
}

std::vector<int> rows_of_steps(const RowsByDate& rows, const Calendar& calendar) {
  std::vector<int> result(static_cast<std::size_t>(calendar.steps()) + 1, -1);
  for (const auto& [date, row] : rows) {
    bool met = false;
    for (int step = 1; step <= calendar.steps(); ++step) {
      if (calendar.record(step).date != date) continue;
      result[static_cast<std::size_t>(step)] = static_cast<int>(std::distance(rows.begin(), rows.find(date)));
      met = true;
    }
    check_that(met, kPlace,
               fmt::format("date = {} lies outside the run from {} to {}", date, calendar.record(1).date,
                           calendar.record(calendar.steps()).date));
  }
  return result;
}

}  // namespace

Importation::Importation(const Exec& exec, const Population& population, const CaseGroups& groups,
                         const Calendar& calendar, const SeedingSettings& settings)
    : Importation(exec, rows_by_date(population, groups, settings), groups.size(), calendar) {}

Importation::Importation(const Exec& exec, const RowsByDate& rows, int groups, const Calendar& calendar)
    : groups_(groups), row_of_step_(rows_of_steps(rows, calendar)), pressure_per_day_(exec, joined(rows)) {}

std::vector<ImportedCases> read_imports(const std::filesystem::path& path) {
  const CsvTable table = CsvTable::read(path);
  const std::size_t date = table.column("date");
  const std::size_t category = table.column("category");
  const std::size_t cases = table.column("cases");
  std::vector<ImportedCases> imports;
  for (std::size_t row = 0; row < table.rows(); ++row)
    imports.push_back({table.text(row, date), table.text(row, category), table.number(row, cases)});
  return imports;
}

ImportView<float> Importation::on(int step, const std::uint16_t* group) const {
  const int row = row_of_step_.at(static_cast<std::size_t>(step));
  if (row < 0) return {};
  return {pressure_per_day_.data() + static_cast<std::int64_t>(row) * groups_, group};
}

}  // namespace starling
