#pragma once

#include <cstdint>
#include <vector>

#include <starling/core/csr.hpp>

namespace starling {

inline constexpr std::int64_t kResidentsPerCatchment = 8000;
inline constexpr std::int64_t kAreasPerCatchment = 5;

/// The neighbourhoods of one borough.
struct Neighbourhoods {
  Csr catchments;                   // the people who meet in pubs, gyms, groceries, cinemas and on visits
  std::vector<std::int32_t> areas;  // [people] index of the person's area; five areas are a catchment
  std::int64_t area_count = 0;
};

/// Cuts a borough into catchments of about kResidentsPerCatchment people and each of them into areas: runs of
/// neighbouring households of nearly equal numbers of people; care homes are spread evenly. Offsets are the
/// first person of each household and of each care home, [households + 1] and [homes + 1], the homes'
/// residents numbered on after the households' members.
Neighbourhoods synthesise_neighbourhoods(const std::vector<std::int64_t>& household_offsets,
                                         const std::vector<std::int64_t>& care_home_offsets);

}  // namespace starling
