#include <algorithm>
#include <cmath>
#include <string>

#include <starling/abm/csv_table.hpp>
#include <starling/abm/household_figures.hpp>

namespace starling {

namespace {

namespace fs = std::filesystem;

// An index cell that must lie in [low, high].
std::size_t index_cell(const CsvTable& table, std::size_t row, const char* name, int low, int high) {
  const std::size_t column = table.column(name);
  const std::int64_t value = table.count(row, column);
  if (value < low || value > high)
    table.fail(row, column, "a whole number from " + std::to_string(low) + " to " + std::to_string(high));
  return static_cast<std::size_t>(value);
}

struct AgeBand {
  std::size_t from = 0;
  std::size_t to = 0;
  [[nodiscard]] double years() const { return static_cast<double>(to - from + 1); }
};

AgeBand age_band(const CsvTable& table, std::size_t row, const char* from, const char* to) {
  const AgeBand band{index_cell(table, row, from, 0, kAges - 1), index_cell(table, row, to, 0, kAges - 1)};
  if (band.to < band.from) table.fail(row, table.column(to), "an age that is not below the band's first");
  return band;
}

void read_sizes(const fs::path& folder, HouseholdFigures& figures) {
  const CsvTable table = CsvTable::read(folder / "household_sizes.csv");
  for (std::size_t row = 0; row < table.rows(); ++row)
    figures.size_share[index_cell(table, row, "people", 1, kHouseholdSizes)] =
        table.number(row, table.column("probability"));
}

void read_compositions(const fs::path& folder, HouseholdFigures& figures) {
  const CsvTable table = CsvTable::read(folder / "household_compositions.csv");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::size_t children = index_cell(table, row, "children", 0, kHouseholdSizes);
    const std::size_t adults = index_cell(table, row, "adults", 0, kHouseholdSizes);
    // Every child lives with an adult: the few households of minors alone are left out.
    if (adults > 0) figures.composition[children][adults] = table.number(row, table.column("probability"));
  }
}

void read_couples(const fs::path& folder, HouseholdFigures& figures) {
  const CsvTable table = CsvTable::read(folder / "couple_age_differences.csv");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const AgeBand band = age_band(table, row, "age_from", "age_to");
    double couples = 0.0;
    for (int difference = -HouseholdFigures::kCoupleReach; difference <= HouseholdFigures::kCoupleReach;
         ++difference) {
      const double weight = table.number(row, table.column(std::to_string(difference)));
      couples += weight;
      for (std::size_t age = band.from; age <= band.to; ++age)
        figures.couple_difference[age][static_cast<std::size_t>(std::int64_t{difference} +
                                                                HouseholdFigures::kCoupleReach)] = weight;
    }
    for (std::size_t age = band.from; age <= band.to; ++age)
      figures.reference_in_couple[age] = couples / band.years();
  }
}

void read_parents(const fs::path& folder, HouseholdFigures& figures) {
  const CsvTable table = CsvTable::read(folder / "parent_child_age_differences.csv");
  constexpr int kFirst = HouseholdFigures::kYoungestParent;
  constexpr int kLast = HouseholdFigures::kOldestParent;
  std::size_t oldest = 0;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const AgeBand band = age_band(table, row, "child_age_from", "child_age_to");
    AgeWeights weights{};
    double sum = 0.0;
    for (int years = kFirst; years <= kLast; ++years)
      sum += weights[static_cast<std::size_t>(years)] =
          table.number(row, table.column(std::to_string(years)));
    if (sum <= 0.0) table.fail(row, table.column("child_age_from"), "a row with at least one family");
    for (double& weight : weights) weight /= sum;
    for (std::size_t age = band.from; age <= band.to; ++age) figures.parent_difference[age] = weights;
    oldest = std::max(oldest, band.to);
  }
  // A parent stays as much older as the oldest children of the table say.
  for (std::size_t age = oldest + 1; age < kAges; ++age)
    figures.parent_difference[age] = figures.parent_difference[oldest];
}

void read_siblings(const fs::path& folder, HouseholdFigures& figures) {
  const CsvTable table = CsvTable::read(folder / "sibling_age_differences.csv");
  std::size_t largest = 0;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::size_t years = index_cell(table, row, "difference_years", 0, kAges - 1);
    figures.sibling_difference[years] = table.number(row, table.column("pairs"));
    largest = std::max(largest, years);
  }
  for (std::size_t years = largest + 1; years < kAges; ++years)
    figures.sibling_difference[years] = figures.sibling_difference[largest];
}

void read_adults(const fs::path& folder, HouseholdFigures& figures) {
  const CsvTable alone = CsvTable::read(folder / "living_alone.csv");
  for (std::size_t row = 0; row < alone.rows(); ++row) {
    const AgeBand band = age_band(alone, row, "age_from", "age_to");
    const double respondents = alone.number(row, alone.column("respondents"));
    if (respondents <= 0.0) alone.fail(row, alone.column("respondents"), "a positive number");
    for (std::size_t age = band.from; age <= band.to; ++age)
      figures.living_alone[age] = alone.number(row, alone.column("living_alone")) / respondents;
  }
  const CsvTable grown_up = CsvTable::read(folder / "grown_up_children_ages.csv");
  for (std::size_t row = 0; row < grown_up.rows(); ++row) {
    const AgeBand band = age_band(grown_up, row, "age_from", "age_to");
    for (std::size_t age = band.from; age <= band.to; ++age)
      figures.grown_up_child[age] = grown_up.number(row, grown_up.column("persons")) / band.years();
  }
  const CsvTable households = CsvTable::read(folder / "adult_households.csv");
  std::size_t largest = 0;
  for (std::size_t row = 0; row < households.rows(); ++row) {
    const std::size_t adults = index_cell(households, row, "adults", 2, kHouseholdSizes);
    const double number = households.number(row, households.column("households"));
    if (number <= 0.0) households.fail(row, households.column("households"), "a positive number");
    figures.with_grown_up[adults] =
        households.number(row, households.column("with_grown_up_children")) / number;
    largest = std::max(largest, adults);
  }
  for (std::size_t adults = largest + 1; adults <= kHouseholdSizes; ++adults)
    figures.with_grown_up[adults] = figures.with_grown_up[largest];
}

}  // namespace

HouseholdFigures read_household_figures(const fs::path& folder) {
  HouseholdFigures figures;
  read_sizes(folder, figures);
  read_compositions(folder, figures);
  read_couples(folder, figures);
  read_parents(folder, figures);
  read_siblings(folder, figures);
  read_adults(folder, figures);
  return figures;
}

}  // namespace starling
