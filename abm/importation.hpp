#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <starling/abm/calendar.hpp>
#include <starling/abm/case_groups.hpp>
#include <starling/abm/epidemic_settings.hpp>
#include <starling/abm/population.hpp>
#include <starling/core/buffer.hpp>
#include <starling/kernels/contact_reduction.hpp>

namespace starling {

/// Infections from outside by step and group of people: `cases` expected among the P people of a category on
/// a day make each of them who is still susceptible infected with probability p = cases / P on that day,
///   pressure = -ln(1 - p) per day.
class Importation {
 public:
  /// `groups` must tell the categories of settings.imports_by apart. Throws InputError for a date that does
  /// not exist or lies outside the run, for an unknown category (naming the nearest known one), and for more
  /// cases than people.
  Importation(const Exec& exec, const Population& population, const CaseGroups& groups,
              const Calendar& calendar, const SeedingSettings& settings);

  /// The view of a step, without pressure when nobody is imported on its date.
  [[nodiscard]] ImportView<float> on(int step, const std::uint16_t* group) const;

 private:
  /// Pressure on each group by date. [dates with imports]: [groups]
  using RowsByDate = std::map<std::string, std::vector<float>>;
  Importation(const Exec& exec, const RowsByDate& rows, int groups, const Calendar& calendar);

  int groups_;
  std::vector<int> row_of_step_;    // [steps + 1], -1 for steps without imports
  Buffer<float> pressure_per_day_;  // [dates with imports][groups]
};

/// Imports from a table with the columns date, category and cases.
std::vector<ImportedCases> read_imports(const std::filesystem::path& path);

}  // namespace starling
