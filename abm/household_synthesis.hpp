#pragma once

#include <cstdint>
#include <vector>

#include <starling/abm/household_composition.hpp>
#include <starling/abm/synthesis_figures.hpp>

namespace starling {

/// Who lives with whom. The order of the people is also the order of a household's members.
struct Households {
  std::vector<std::uint8_t> age_years;  // [people]
  std::vector<std::uint8_t> partnered;  // [people] 1 for the two of a household's couple
  std::vector<std::int64_t> offsets;    // [households + 1] first person of each
  std::int64_t couples = 0;
  std::int64_t couple_difference_years = 0;  // sum over couples of the difference of their ages
};

/// Places every person of `people` in a household. Compositions follow compose_households; couples, parents
/// with their children, and those who live alone follow the joint ages of the figures; those left share homes
/// with people near their age. Deterministic in the seed.
Households synthesise_households(const HouseholdFigures& figures, const AgeCounts& people,
                                 std::uint64_t seed);

}  // namespace starling
