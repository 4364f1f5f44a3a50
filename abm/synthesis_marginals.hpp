#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <starling/abm/synthesis.hpp>
#include <starling/abm/synthesis_figures.hpp>

namespace starling {

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
  std::array<double, kWorkplaceBands> workplaces{};  // [size band]
};

/// Mean difference of the ages of couples in the figures.
double mean_couple_difference_years(const HouseholdFigures& figures);

/// Share of the households of the census that have children.
double share_with_children(const HouseholdFigures& figures);

/// Mean rolls of the schools of the boroughs, for SynthesisTargets.
double mean_roll(const SynthesisFigures& figures, const std::vector<std::size_t>& boroughs,
                 std::int64_t SchoolRoll::*roll);

/// Measures the finished population against the targets. The age difference of couples is the one figure that
/// the population itself does not show; its achieved value comes from the synthesis.
std::vector<Marginal> measure_marginals(const Population& population, const SynthesisTargets& targets,
                                        double couple_difference_years);

}  // namespace starling
