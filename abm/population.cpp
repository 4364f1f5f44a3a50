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

// Appends the venues of one network to `members`, each venue's agents in ascending order.
void append_network(const Csr& venues, std::int64_t agents, const std::string& name, Csr& members) {
  const std::string place = fmt::format("make_population: network \"{}\"", name);
  check_that(!venues.offsets.empty() && venues.offsets.front() == 0, place, "offsets must start with 0");
  check_that(std::is_sorted(venues.offsets.begin(), venues.offsets.end()), place, "offsets must not descend");
  check_equal_size(place, "indices", static_cast<std::int64_t>(venues.indices.size()), venues.offsets.back());
  for (const std::int32_t agent : venues.indices) check_index(place, "agent", agent, agents);
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

void check_network_names(std::string_view place, const std::vector<std::string>& names) {
  const std::set<std::string> distinct(names.begin(), names.end());
  check_that(distinct.size() == names.size(), place, "network names must differ");
}

void check_networks(const Population& population) {
  const char* place = "population";
  const auto& offsets = population.network_offsets;
  check_network_names(place, population.network_names);
  check_equal_size(place, "network_offsets", static_cast<std::int64_t>(offsets.size()),
                   population.networks() + 1);
  check_that(offsets.front() == 0 && std::is_sorted(offsets.begin(), offsets.end()), place,
             "network_offsets must ascend from 0");
  check_equal_size(place, "venues", population.venues(), offsets.back());
  check_equal_size(place, "people", static_cast<std::int64_t>(population.people.size()), population.venues());
  for (const std::int32_t people : population.people) check_non_negative(place, "people", people);
}

}  // namespace

int Population::network(std::string_view name) const {
  const auto found = std::find(network_names.begin(), network_names.end(), name);
  if (found == network_names.end())
    throw InputError(fmt::format("population: network = \"{}\", expected one of {}", name,
                                 fmt::join(network_names, ", ")));
  return static_cast<int>(found - network_names.begin());
}

NetworkSummary summarise(const Population& population, int network) {
  check_index("summarise", "network", network, population.networks());
  const std::int64_t first = population.network_offsets[position(network)];
  const std::int64_t last = population.network_offsets[position(network) + 1];
  const auto& offsets = population.members.offsets;
  NetworkSummary summary;
  summary.venues = last - first;
  summary.memberships = offsets[position(last)] - offsets[position(first)];
  for (std::int64_t venue = first; venue < last; ++venue)
    summary.largest = std::max(summary.largest, offsets[position(venue) + 1] - offsets[position(venue)]);
  return summary;
}

Population make_population(std::string area, std::vector<std::uint8_t> age_years,
                           std::vector<std::string> network_names,
                           const std::vector<Csr>& venues_of_network) {
  const char* place = "make_population";
  check_equal_size(place, "venues_of_network", static_cast<std::int64_t>(venues_of_network.size()),
                   static_cast<std::int64_t>(network_names.size()));
  check_network_names(place, network_names);
  Population population;
  population.area = std::move(area);
  population.age_years = std::move(age_years);
  population.network_names = std::move(network_names);
  population.network_offsets.push_back(0);
  checked_int32(place, "agents", population.agents());
  for (std::size_t n = 0; n < venues_of_network.size(); ++n) {
    append_network(venues_of_network[n], population.agents(), population.network_names[n],
                   population.members);
    population.network_offsets.push_back(population.venues());
  }
  checked_int32(place, "venues", population.venues());
  population.memberships = transpose(population.members, population.agents());
  const auto& offsets = population.members.offsets;
  for (std::int64_t venue = 0; venue < population.venues(); ++venue)
    population.people.push_back(
        static_cast<std::int32_t>(offsets[position(venue) + 1] - offsets[position(venue)]));
  return population;
}

void validate(const Population& population) {
  const char* place = "population";
  check_networks(population);
  check_equal_size(place, "memberships", population.memberships.rows(), population.agents());
  const Csr memberships = transpose(population.members, population.agents());
  check_that(memberships.offsets == population.memberships.offsets &&
                 memberships.indices == population.memberships.indices,
             place, "memberships must be the transpose of members");
  const Csr members = transpose(population.memberships, population.venues());
  check_that(members.indices == population.members.indices, place, "members of a venue must ascend");
  for (std::int64_t agent = 0; agent < population.agents(); ++agent) {
    const auto begin = memberships.indices.begin() + memberships.offsets[position(agent)];
    const auto end = memberships.indices.begin() + memberships.offsets[position(agent) + 1];
    if (std::adjacent_find(begin, end) != end)
      throw InputError(
          fmt::format("{}: agent {} appears twice in a venue, expected each agent once", place, agent));
  }
}

}  // namespace starling
