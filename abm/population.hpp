#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <starling/core/csr.hpp>

namespace starling {

/// One categorical property of every agent, such as sex, borough or ethnicity.
struct Attribute {
  std::string name;
  std::vector<std::string> categories;  // what the codes stand for; names differ
  std::vector<std::int32_t> codes;      // [agents] index into categories
};

/// The attribute that attendance tables read; its categories are "male" and "female", in this order.
inline constexpr std::string_view kSexAttribute = "sex";

/// People and the venues they share. Venues of all types (household, school, company, leisure, …) lie in one
/// index space, type after type: type t owns venues venue_type_offsets[t] … venue_type_offsets[t + 1] - 1.
/// Several networks may meet in the venues of one type.
/// Agents are sorted by household, so that a household's members are neighbours in memory.
struct Population {
  std::string area;
  std::vector<std::uint8_t> age_years;           // [agents]
  std::vector<Attribute> attributes;             // in any order; may be empty
  std::vector<std::string> venue_types;          // [venue types]
  std::vector<std::int64_t> venue_type_offsets;  // [venue types + 1]
  Csr members;                                   // venue -> its agents, ascending
  Csr memberships;                               // agent -> its venues, ascending
  std::vector<std::int32_t> people;              // [venues] head-count that sets the contact probability

  [[nodiscard]] std::int64_t agents() const { return static_cast<std::int64_t>(age_years.size()); }
  [[nodiscard]] std::int64_t venues() const { return members.rows(); }
  [[nodiscard]] int type_count() const { return static_cast<int>(venue_types.size()); }
  /// Index of the named venue type; throws InputError listing the names that exist.
  [[nodiscard]] int venue_type(std::string_view name) const;
  /// The named attribute; throws InputError listing the names that exist.
  [[nodiscard]] const Attribute& attribute(std::string_view name) const;
  [[nodiscard]] bool has_attribute(std::string_view name) const;
};

/// Number of venues, of memberships and the largest venue of one type.
struct VenueTypeSummary {
  std::int64_t venues = 0;
  std::int64_t memberships = 0;
  std::int64_t largest = 0;
};
VenueTypeSummary summarise(const Population& population, int type);

/// Builds a population from one membership table per venue type: venues_of_type[t] lists the agents of each
/// venue. Head-counts are the numbers of members. Throws InputError for agents out of range or repeated in a
/// venue and for malformed attributes.
Population make_population(std::string area, std::vector<std::uint8_t> age_years,
                           std::vector<std::string> venue_types, std::vector<Csr> venues_of_type,
                           std::vector<Attribute> attributes = {});

/// Throws InputError naming the first rule that is broken: sizes that disagree, relations that are not
/// transposes of each other, indices or codes out of range.
void validate(const Population& population);

}  // namespace starling
