#pragma once

#include <cstdint>
#include <vector>

#include <starling/abm/synthesis_figures.hpp>
#include <starling/abm/synthesis_people.hpp>
#include <starling/core/csr.hpp>

namespace starling {

inline constexpr int kFirstOldAge = 65;                     // years: the old have homes of their own
inline constexpr std::int64_t kResidentsPerOldHome = 40;    // homes for the old
inline constexpr std::int64_t kResidentsPerSmallHome = 10;  // homes for people of working age
inline constexpr int kResidentsPerCareWorker = 2;

/// Who lives in which care home, before anyone works there.
struct CareHomes {
  std::vector<std::uint8_t> age_years;   // [residents] home after home
  std::vector<std::int64_t> offsets{0};  // [homes + 1] first resident of each
};

/// Homes for all of `residents` (by age): those of 65 and older live in homes of about kResidentsPerOldHome,
/// younger ones in homes of about kResidentsPerSmallHome, in random company. Deterministic in the seed.
CareHomes house_in_care_homes(const AgeCounts& residents, std::uint64_t seed);

/// The homes as venues: residents, who are the agents first_resident … of the borough, and one care worker
/// for every kResidentsPerCareWorker of them from the employed people.
Csr staff_care_homes(const CareHomes& homes, std::int64_t first_resident, const BoroughPeople& people,
                     std::uint64_t seed);

}  // namespace starling
