#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <starling/abm/synthesis.hpp>
#include <starling/abm/synthesis_figures.hpp>

namespace starling {

struct AgeBand {
  const char* name;
  int first;
  int last;
};
inline constexpr std::array<AgeBand, 7> kAgeBands{{{"0-4", 0, 4},
                                                   {"5-17", 5, 17},
                                                   {"18-29", 18, 29},
                                                   {"30-44", 30, 44},
                                                   {"45-64", 45, 64},
                                                   {"65-79", 65, 79},
                                                   {"80+", 80, kAges - 1}}};

/// What the census and the registers say of the whole area; rates and shares unless a unit is named.
struct SynthesisTargets {
  double residents = 0.0;
  AgeWeights ages{};                                          // [age] residents
  std::array<double, kHouseholdSizes + 1> household_sizes{};  // [people]
  double households_with_children = 0.0;                      // of all households
  double couple_difference_years = 0.0;
  double primary_roll = 0.0;                         // pupils
  double secondary_roll = 0.0;                       // pupils
  double employed = 0.0;                             // of the people of working age
  double women = 0.0;                                // of the residents
  double students = 0.0;                             // of the residents
  double in_care_homes = 0.0;                        // of the residents
  std::array<double, kWorkplaceBands> workplaces{};  // [size band]
};

/// What the synthesis knows and the population does not show.
struct SynthesisRecord {
  std::int64_t couples = 0;
  std::int64_t couple_difference_years = 0;   // sum over couples
  std::vector<SchoolRoll> register_places;    // [schools] see Schools
  std::vector<std::int64_t> company_offsets;  // [boroughs + 1] first company of each work borough
};

/// Share of the residents who belong to a part that has the share `shares[age]` of each age.
double share_of_ages(const AgeWeights& residents, const AgeWeights& shares);

/// Mean difference of the ages of couples in the figures.
double mean_couple_difference_years(const HouseholdFigures& figures);

/// Share of the households of the census that have children.
double share_with_children(const HouseholdFigures& figures);

/// Mean rolls of the schools of the boroughs, for SynthesisTargets.
double mean_roll(const SynthesisFigures& figures, const std::vector<std::size_t>& boroughs,
                 std::int64_t SchoolRoll::*roll);

/// Calls visit(members) for each venue of the type, in order.
template <typename Visit>
void for_each_venue(const Population& population, std::string_view venue_type, Visit visit) {
  const auto type = static_cast<std::size_t>(population.venue_type(venue_type));
  const Csr& members = population.members;
  for (std::int64_t v = population.venue_type_offsets[type]; v < population.venue_type_offsets[type + 1];
       ++v) {
    const auto first = static_cast<std::size_t>(members.offsets[static_cast<std::size_t>(v)]);
    const auto last = static_cast<std::size_t>(members.offsets[static_cast<std::size_t>(v) + 1]);
    visit(std::span(members.indices).subspan(first, last - first));
  }
}

/// How many of the members are aged first … last.
std::int64_t count_aged(const Population& population, std::span<const std::int32_t> members, int first,
                        int last);

/// Band of workplaces with so many employees.
std::size_t workplace_band(std::size_t employees);

/// Half the sum of the absolute differences of two distributions, which need not be normalised.
double total_variation(std::span<const double> a, std::span<const double> b);

/// Measures the finished population against the targets.
std::vector<Marginal> measure_marginals(const Population& population, const SynthesisTargets& targets,
                                        const SynthesisRecord& record);

}  // namespace starling
