#pragma once

#include <cstdint>
#include <vector>

#include <starling/abm/care_home_synthesis.hpp>
#include <starling/abm/household_synthesis.hpp>
#include <starling/abm/synthesis_figures.hpp>

namespace starling {

inline constexpr double kSameSexCouples = 0.02;     // of all couples
inline constexpr double kOlderPartnerIsMan = 0.75;  // of couples of different sex and age
inline constexpr double kLoneParentsOdds = 6.0;     // women to men, beside those of their age
inline constexpr double kCareHomeResidentsOdds = 1.5;

/// The sex of every person [people], households' members before care homes' residents: 0 male, 1 female. Of
/// each age exactly women_share are women (within one person). Couples are mostly of different sex, a parent
/// alone with children is mostly a woman, and more women than men of one age live in care homes.
/// Deterministic in the seed.
std::vector<std::uint8_t> synthesise_sexes(const AgeWeights& women_share, const Households& households,
                                           const CareHomes& care_homes, std::uint64_t seed);

}  // namespace starling
