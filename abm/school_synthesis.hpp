#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <starling/abm/synthesis_figures.hpp>
#include <starling/core/csr.hpp>

namespace starling {

inline constexpr int kFirstPrimaryAge = 4;     // years
inline constexpr int kFirstSecondaryAge = 11;  // years
inline constexpr int kPupilsPerTeacher = 17;
inline constexpr int kYoungestTeacher = 21;  // years

/// The people of one borough: agents first … first + age_years.size() - 1.
struct BoroughPeople {
  std::int64_t first = 0;
  std::span<const std::uint8_t> age_years;  // [people]
  std::span<std::uint8_t> employed;  // [people] 1 for those who work; cleared for those who become teachers
};

/// The borough's schools as far as they concern one phase. A borough whose register has no school of the
/// phase sends its pupils to schools like those of the whole city.
std::vector<SchoolRoll> rolls_for(const SynthesisFigures& figures, std::size_t borough,
                                  std::int64_t SchoolRoll::*roll);

/// Appends the borough's schools (pupils and teachers) to `schools`. A scaled population gets fewer schools
/// with their real rolls: schools open in an order that runs evenly through the sizes, and again from the
/// start when the register has too few places. Pupils enter in the order of their households, so siblings go
/// to the same school.
void append_schools(const SynthesisFigures& figures, std::size_t borough, const BoroughPeople& people,
                    std::uint64_t seed, Csr& schools);

}  // namespace starling
