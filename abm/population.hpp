#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <starling/core/csr.hpp>

namespace starling {

/// People and the venues they share. Venues of all networks (household, school, company, …) lie in one index
/// space, network after network: network n owns venues network_offsets[n] … network_offsets[n + 1] - 1.
/// Agents are sorted by household, so that a household's members are neighbours in memory.
struct Population {
  std::string area;
  std::vector<std::uint8_t> age_years;        // [agents]
  std::vector<std::string> network_names;     // [networks]
  std::vector<std::int64_t> network_offsets;  // [networks + 1]
  Csr members;                                // venue -> its agents, ascending
  Csr memberships;                            // agent -> its venues, ascending
  std::vector<std::int32_t> people;           // [venues] head-count that sets the contact probability

  [[nodiscard]] std::int64_t agents() const { return static_cast<std::int64_t>(age_years.size()); }
  [[nodiscard]] std::int64_t venues() const { return members.rows(); }
  [[nodiscard]] int networks() const { return static_cast<int>(network_names.size()); }
  /// Index of the named network; throws InputError listing the names that exist.
  [[nodiscard]] int network(std::string_view name) const;
};

/// Number of venues, of memberships and the largest venue of one network.
struct NetworkSummary {
  std::int64_t venues = 0;
  std::int64_t memberships = 0;
  std::int64_t largest = 0;
};
NetworkSummary summarise(const Population& population, int network);

/// Builds a population from one membership table per network: venues_of_network[n] lists the agents of each
/// venue. Head-counts are the numbers of members. Throws InputError for agents out of range or repeated in a
/// venue.
Population make_population(std::string area, std::vector<std::uint8_t> age_years,
                           std::vector<std::string> network_names, const std::vector<Csr>& venues_of_network);

/// Throws InputError naming the first rule that is broken: sizes that disagree, relations that are not
/// transposes of each other, indices out of range.
void validate(const Population& population);

}  // namespace starling
