#pragma once

#include <cstdint>
#include <vector>

#include <starling/abm/synthesis_figures.hpp>
#include <starling/abm/synthesis_people.hpp>
#include <starling/core/csr.hpp>

namespace starling {

inline constexpr int kFirstPrimaryAge = 4;     // years
inline constexpr int kFirstSecondaryAge = 11;  // years
inline constexpr int kPupilsPerTeacher = 17;
inline constexpr int kYoungestTeacher = 21;  // years

struct Schools {
  Csr venues;
  /// [venues] the places that the borough's register gives the school, by phase; none for what stands in for
  /// independent schools, colleges and other boroughs' schools once the register is full
  std::vector<SchoolRoll> register_places;
};

/// The borough's schools as far as they concern one phase. A borough whose register has no school of the
/// phase sends its pupils to schools like those of the whole city.
std::vector<SchoolRoll> rolls_for(const SynthesisFigures& figures, std::size_t borough,
                                  std::int64_t SchoolRoll::*roll);

/// The borough's schools (pupils and teachers). A scaled population gets fewer schools with their real rolls:
/// schools open in an order that runs evenly through the sizes, and again from the start when the register
/// has too few places. Pupils enter in the order of their households, so siblings go to the same school.
Schools synthesise_schools(const SynthesisFigures& figures, std::size_t borough, const BoroughPeople& people,
                           std::uint64_t seed);

}  // namespace starling
