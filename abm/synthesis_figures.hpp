#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace starling {

inline constexpr int kAges = 91;            // single years; the last means 90 and older
inline constexpr int kAdultAge = 18;        // years
inline constexpr int kLastWorkingAge = 64;  // years
inline constexpr int kHouseholdSizes = 8;
inline constexpr int kWorkplaceBands = 7;

using AgeCounts = std::array<std::int64_t, kAges>;
using AgeWeights = std::array<double, kAges>;

/// What data/population says about who lives together. Weights are relative frequencies.
struct HouseholdFigures {
  static constexpr int kCoupleReach = 20;     // years; larger differences are counted at the ends
  static constexpr int kYoungestParent = 16;  // years between parent and child
  static constexpr int kOldestParent = 60;

  std::array<double, kHouseholdSizes + 1> size_share{};  // [people]
  // [children][adults] share of households
  std::array<std::array<double, kHouseholdSizes + 1>, kHouseholdSizes + 1> composition{};
  AgeWeights reference_in_couple{};  // [age of the reference person] couples
  // [age of the reference person][partner's age - reference person's age + kCoupleReach]
  std::array<std::array<double, 2 * kCoupleReach + 1>, kAges> couple_difference{};
  // [age of the child][parent's age - child's age]
  std::array<AgeWeights, kAges> parent_difference{};
  AgeWeights sibling_difference{};                          // [years]
  AgeWeights living_alone{};                                // [age] share who live alone
  AgeWeights grown_up_child{};                              // [age] grown-up children who live with a parent
  std::array<double, kHouseholdSizes + 1> with_grown_up{};  // [adults] share of households without children
};

struct SchoolRoll {
  std::int64_t primary = 0;    // pupils
  std::int64_t secondary = 0;  // pupils
};

struct University {
  std::size_t borough = 0;
  std::int64_t students = 0;
};

/// Everything the synthesis reads. Index b is the borough's, in the order of ages_by_borough.csv.
struct SynthesisFigures {
  std::vector<std::string> boroughs;
  std::vector<AgeCounts> residents;  // [boroughs][age]
  HouseholdFigures households;
  AgeWeights care_home_share{};                                 // [age] share who live in a care home
  AgeWeights women_share{};                                     // [age]
  AgeWeights student_share{};                                   // [age] share who study and do not work
  std::vector<University> universities;                         // in any order
  std::vector<std::vector<SchoolRoll>> schools;                 // [boroughs][schools]
  std::vector<std::array<double, kWorkplaceBands>> workplaces;  // [boroughs][size band] workplaces
  std::vector<std::vector<double>> commuters;                   // [home borough][work borough] workers

  /// Throws InputError that names the nearest borough and all known ones.
  [[nodiscard]] std::size_t borough(std::string_view name) const;
};

/// Reads the tables under `data_directory`. Throws InputError for a file that is missing or breaks a rule.
SynthesisFigures read_synthesis_figures(const std::filesystem::path& data_directory);

/// First and last number of employees of each size band of workplaces; the last band is open.
inline constexpr std::array<std::pair<int, int>, kWorkplaceBands> kWorkplaceBandLimits{
    {{1, 4}, {5, 9}, {10, 19}, {20, 49}, {50, 99}, {100, 249}, {250, 5000}}};
inline constexpr std::array<std::string_view, kWorkplaceBands> kWorkplaceBandNames{
    "0-4", "5-9", "10-19", "20-49", "50-99", "100-249", "250+"};

}  // namespace starling
