#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <starling/abm/synthesis_figures.hpp>
#include <starling/abm/synthesis_people.hpp>
#include <starling/abm/workplace_synthesis.hpp>

namespace starling {

inline constexpr int kStudentsPerStaff = 16;
inline constexpr int kYoungestUniversityStaff = 30;  // years

/// 1 for those of the people who study at a university: student_share of each age, chosen at random.
/// Deterministic in the seed.
std::vector<std::uint8_t> choose_students(const AgeWeights& student_share,
                                          std::span<const std::uint8_t> age_years, std::uint64_t seed);

/// Sends the students to the universities of the boroughs in proportion to their sizes, wherever they live,
/// and takes one member of staff for every kStudentsPerStaff of them from `workers`, the people who work in
/// the university's borough. Where none of the boroughs has a university, the students of all meet at one.
/// Deterministic in the seed.
std::vector<VenueMembers> synthesise_universities(const SynthesisFigures& figures,
                                                  std::vector<std::int32_t> students,
                                                  std::span<const std::uint8_t> age_years,
                                                  std::vector<BoroughWorkers>& workers, std::uint64_t seed);

}  // namespace starling
