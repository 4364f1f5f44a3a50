#pragma once

#include <cstdint>
#include <vector>

#include <starling/abm/synthesis_figures.hpp>

namespace starling {

/// So many households with this many children (under 18) and adults.
struct HouseholdComposition {
  int children = 0;
  int adults = 0;
  std::int64_t households = 0;
};

/// Households for exactly `residents` people, `children` of them under 18. The shares of the sizes are the
/// figures' own; the shares of the compositions within a size are tilted by one factor per child,
/// p(children | size) ~ figures * t^children, so that the children come out. Throws InputError when so few
/// people cannot be housed.
std::vector<HouseholdComposition> compose_households(const HouseholdFigures& figures, std::int64_t residents,
                                                     std::int64_t children);

}  // namespace starling
