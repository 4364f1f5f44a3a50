#include <algorithm>
#include <set>

#include <fmt/format.h>

#include <starling/abm/population.hpp>
#include <starling/core/check.hpp>
#include <starling/core/error.hpp>

namespace starling {

namespace {

std::size_t position(std::int64_t index) {
  return static_cast<std::size_t>(index);
}

// Appends the venues of one type to `members`, each venue's agents in ascending order.
void append_type(const Csr& venues, std::int64_t agents, const std::string& name, Csr& members) {
  const std::string place = fmt::format("make_population: venue type \"{}\"", name);
  check_that(!venues.offsets.empty() && venues.offsets.front() == 0, place, "offsets must start with 0");
  check_that(std::is_sorted(venues.offsets.begin(), venues.offsets.end()), place, "offsets must not descend");
  check_equal_size(place, "indices", static_cast<std::int64_t>(venues.indices.size()), venues.offsets.back());
  for (const std::int32_t agent : venues.indices)
    if (agent < 0 || agent >= agents) check_index(place, "agent", agent, agents);
  for (std::int64_t venue = 0; venue < venues.rows(); ++venue) {
    const std::int64_t first = venues.offsets[position(venue)];
    const std::int64_t last = venues.offsets[position(venue) + 1];
    const auto begin = members.indices.insert(members.indices.end(), venues.indices.begin() + first,
                                              venues.indices.begin() + last);
    if (!std::is_sorted(begin, members.indices.end())) std::sort(begin, members.indices.end());
    const auto twin = std::adjacent_find(begin, members.indices.end());
    if (twin != members.indices.end())
      throw InputError(fmt::format("{}: agent {} appears twice in venue {}, expected each agent once", place,
                                   *twin, venue));
    members.offsets.push_back(static_cast<std::int64_t>(members.indices.size()));
  }
}

void check_distinct(std::string_view place, const std::vector<std::string>& names) {
  const std::set<std::string> distinct(names.begin(), names.end());
  check_that(distinct.size() == names.size(), place, "names of venue types must differ");
}

void check_venue_types(const Population& population) {
  const char* place = "population";
  const auto& offsets = population.venue_type_offsets;
  check_distinct(place, population.venue_types);
  check_equal_size(place, "venue_type_offsets", static_cast<std::int64_t>(offsets.size()),
                   population.type_count() + 1);
  check_that(offsets.front() == 0 && std::is_sorted(offsets.begin(), offsets.end()), place,
             "venue_type_offsets must ascend from 0");
  check_equal_size(place, "venues", population.venues(), offsets.back());
  check_equal_size(place, "people", static_cast<std::int64_t>(population.people.size()), population.venues());
  for (const std::int32_t people : population.people)
    if (people < 0) check_non_negative(place, "people", people);
}

void check_attributes(const Population& population) {
  std::set<std::string> names;
  for (const Attribute& attribute : population.attributes) {
    const std::string place = fmt::format("population: attribute \"{}\"", attribute.name);
    check_that(names.insert(attribute.name).second, place, "names of attributes must differ");
    check_equal_size(place, "codes", static_cast<std::int64_t>(attribute.codes.size()), population.agents());
    const auto categories = static_cast<std::int64_t>(attribute.categories.size());
    for (const std::int32_t code : attribute.codes)
      if (code < 0 || code >= categories) check_index(place, "code", code, categories);
    const std::set<std::string> distinct(attribute.categories.begin(), attribute.categories.end());
    check_that(distinct.size() == attribute.categories.size(), place, "names of categories must differ");
  }
  if (!population.has_attribute(kSexAttribute)) return;
  const std::vector<std::string>& sexes = population.attribute(kSexAttribute).categories;
  check_that(sexes == std::vector<std::string>{"male", "female"}, "population: attribute \"sex\"",
             "categories must be male, female");
}

void check_relation(std::string_view name, const Csr& csr, std::int64_t columns) {
  const std::string place = fmt::format("population: {}", name);
  check_that(!csr.offsets.empty() && csr.offsets.front() == 0 &&
                 std::is_sorted(csr.offsets.begin(), csr.offsets.end()),
             place, "offsets must ascend from 0");
  check_equal_size(place, "indices", static_cast<std::int64_t>(csr.indices.size()), csr.offsets.back());
  for (const std::int32_t index : csr.indices)
    if (index < 0 || index >= columns) check_index(place, "index", index, columns);
}

void check_members(const Population& population) {
  const char* place = "population";
  const auto& [offsets, indices] = population.members;
  for (std::size_t venue = 0; venue + 1 < offsets.size(); ++venue) {
    for (std::int64_t k = offsets[venue] + 1; k < offsets[venue + 1]; ++k) {
      const std::int32_t agent = indices[position(k)];
      const std::int32_t before = indices[position(k) - 1];
      if (agent == before)
        throw InputError(
            fmt::format("{}: agent {} appears twice in a venue, expected each agent once", place, agent));
      if (agent < before) check_that(false, place, "members of a venue must ascend");
    }
  }
}

// The memberships of an agent are its venues, ascending: walking through the venues must meet them in order.
void check_transposed(const Population& population) {
  const auto& [offsets, indices] = population.memberships;
  std::vector<std::int64_t> next(offsets.begin(), offsets.end() - 1);  // [agents]
  const Csr& members = population.members;
  bool transposed = members.entries() == offsets.back();
  for (std::size_t venue = 0; transposed && venue + 1 < members.offsets.size(); ++venue) {
    for (std::int64_t k = members.offsets[venue]; transposed && k < members.offsets[venue + 1]; ++k) {
      const auto agent = position(members.indices[position(k)]);
      transposed = next[agent] < offsets[agent + 1] &&
                   indices[position(next[agent])] == static_cast<std::int32_t>(venue);
      ++next[agent];
    }
  }
  check_that(transposed, "population", "memberships must be the transpose of members");
}

}  // namespace

int Population::venue_type(std::string_view name) const {
  const auto found = std::find(venue_types.begin(), venue_types.end(), name);
  if (found == venue_types.end())
    throw InputError(
        fmt::format("population: venue type \"{}\", expected one of {}", name, fmt::join(venue_types, ", ")));
  return static_cast<int>(found - venue_types.begin());
}

bool Population::has_attribute(std::string_view name) const {
  return std::ranges::find(attributes, name, &Attribute::name) != attributes.end();
}

const Attribute& Population::attribute(std::string_view name) const {
  const auto found = std::ranges::find(attributes, name, &Attribute::name);
  if (found != attributes.end()) return *found;
  std::vector<std::string> known;
  for (const Attribute& attribute : attributes) known.push_back(attribute.name);
  throw InputError(
      fmt::format("population: attribute \"{}\", expected one of {}", name,
                  known.empty() ? "none: it has no attributes" : fmt::format("{}", fmt::join(known, ", "))));
}

VenueTypeSummary summarise(const Population& population, int type) {
  check_index("summarise", "venue type", type, population.type_count());
  const std::int64_t first = population.venue_type_offsets[position(type)];
  const std::int64_t last = population.venue_type_offsets[position(type) + 1];
  const auto& offsets = population.members.offsets;
  VenueTypeSummary summary;
  summary.venues = last - first;
  summary.memberships = offsets[position(last)] - offsets[position(first)];
  for (std::int64_t venue = first; venue < last; ++venue)
    summary.largest = std::max(summary.largest, offsets[position(venue) + 1] - offsets[position(venue)]);
  return summary;
}

Population make_population(std::string area, std::vector<std::uint8_t> age_years,
                           std::vector<std::string> venue_types, std::vector<Csr> venues_of_type,
                           std::vector<Attribute> attributes) {
  const char* place = "make_population";
  check_equal_size(place, "venues_of_type", static_cast<std::int64_t>(venues_of_type.size()),
                   static_cast<std::int64_t>(venue_types.size()));
  check_distinct(place, venue_types);
  Population population;
  population.area = std::move(area);
  population.age_years = std::move(age_years);
  population.attributes = std::move(attributes);
  check_attributes(population);
  population.venue_types = std::move(venue_types);
  population.venue_type_offsets.push_back(0);
  checked_int32(place, "agents", population.agents());
  std::size_t entries = 0;
  std::size_t venues = 0;
  for (const Csr& csr : venues_of_type) {
    entries += csr.indices.size();
    venues += csr.offsets.size();
  }
  population.members.indices.reserve(entries);
  population.members.offsets.reserve(venues + 1);
  for (std::size_t n = 0; n < venues_of_type.size(); ++n) {
    append_type(venues_of_type[n], population.agents(), population.venue_types[n], population.members);
    population.venue_type_offsets.push_back(population.venues());
    venues_of_type[n] = {};  // frees its memory
  }
  checked_int32(place, "venues", population.venues());
  population.memberships = transpose(population.members, population.agents());
  const auto& offsets = population.members.offsets;
  population.people.reserve(position(population.venues()));
  for (std::int64_t venue = 0; venue < population.venues(); ++venue)
    population.people.push_back(
        static_cast<std::int32_t>(offsets[position(venue) + 1] - offsets[position(venue)]));
  return population;
}

void validate(const Population& population) {
  const char* place = "population";
  check_venue_types(population);
  check_attributes(population);
  check_relation("members", population.members, population.agents());
  check_relation("memberships", population.memberships, population.venues());
  check_equal_size(place, "memberships", population.memberships.rows(), population.agents());
  check_members(population);
  check_transposed(population);
}

}  // namespace starling
