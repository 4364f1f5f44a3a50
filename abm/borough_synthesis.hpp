#pragma once

#include <cstdint>
#include <vector>

#include <starling/abm/school_synthesis.hpp>
#include <starling/abm/synthesis_figures.hpp>
#include <starling/core/csr.hpp>

namespace starling {

inline constexpr double kEmployedShare = 0.75;  // of the people of working age

/// One borough without what its people do elsewhere. Agents are numbered from 0 within the borough: the
/// members of one household after the other, then the residents of care homes.
struct BoroughSynthesis {
  std::size_t borough = 0;              // index in the figures
  std::vector<std::uint8_t> age_years;  // [people]
  std::vector<std::uint8_t> sexes;      // [people] 0 male, 1 female
  std::vector<std::int32_t> areas;      // [people] area of the borough
  std::int64_t area_count = 0;
  Csr households;
  Csr care_homes;  // residents and care workers
  Schools schools;
  Csr catchments;
  std::vector<std::int32_t> students;  // of universities, ascending
  std::vector<std::int32_t> workers;   // employed, but for teachers and care workers; ascending
  std::int64_t couples = 0;
  std::int64_t couple_difference_years = 0;  // sum over couples
};

/// Synthesises round(scale * residents) people of one borough. Depends on nothing but the figures, the scale
/// and the seed. Throws InputError when nobody is left.
BoroughSynthesis synthesise_borough(const SynthesisFigures& figures, std::size_t borough, double scale,
                                    std::uint64_t seed);

}  // namespace starling
