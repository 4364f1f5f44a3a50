#pragma once

#include <starling/abm/population.hpp>

namespace starling::test {

inline bool same_population(const Population& a, const Population& b) {
  if (a.attributes.size() != b.attributes.size()) return false;
  for (std::size_t k = 0; k < a.attributes.size(); ++k) {
    if (a.attributes[k].name != b.attributes[k].name || a.attributes[k].codes != b.attributes[k].codes ||
        a.attributes[k].categories != b.attributes[k].categories)
      return false;
  }
  return a.area == b.area && a.age_years == b.age_years && a.venue_types == b.venue_types &&
         a.venue_type_offsets == b.venue_type_offsets && a.members.offsets == b.members.offsets &&
         a.members.indices == b.members.indices && a.memberships.offsets == b.memberships.offsets &&
         a.memberships.indices == b.memberships.indices && a.people == b.people;
}

/// Everything that a format could lose: a type without venues, a venue without members, a category nobody
/// has, names with commas, quotes, line breaks, trailing blanks and none at all, a head-count that is not the
/// number of members.
inline Population awkward_population() {
  Population population =
      make_population("Upper \"Slaughter\", north ", {40, 8, 0, 255, 5}, {"household", "pub, inn", "school"},
                      {Csr{{0, 2, 2, 5}, {0, 1, 2, 3, 4}}, Csr{}, Csr{{0, 2}, {4, 0}}},
                      {{"sex", {"male", "female"}, {1, 0, 1, 1, 0}},
                       {"zone", {"west", "east", "never\nseen", "", "it\"s "}, {1, 0, 3, 4, 4}}});
  population.people[2] = 7;
  return population;
}

}  // namespace starling::test
