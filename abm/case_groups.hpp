#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <starling/abm/population.hpp>

namespace starling {

/// One part of a population: the people of an age range who share their categories.
struct CaseGroup {
  int age_from = 0;             // years
  int age_to = 0;               // years, exclusive
  std::vector<int> categories;  // [attributes told apart] code of each
};

/// A partition of the agents into the groups whose infections are counted apart, fine enough for all series
/// that are asked for. Groups stand in the order of their categories, those of equal categories by age.
struct CaseGroups {
  std::vector<std::string> attributes;  // told apart
  std::vector<CaseGroup> groups;
  std::vector<std::uint16_t> of_agent;  // [agents]
  std::vector<std::int64_t> people;     // [groups]
  /// Vaccination statuses whose infections are counted apart in every group: 1, or 1 + vaccination policies
  /// (kernels/counted_groups.hpp). Counts stand status after status.
  int vaccination_statuses = 1;

  [[nodiscard]] int size() const { return static_cast<int>(groups.size()); }
  /// Groups that counts have: those of every status.
  [[nodiscard]] int counted() const { return size() * vaccination_statuses; }
  /// Something that groups have, for every counted one.
  [[nodiscard]] std::vector<int> repeated(const std::vector<int>& of_group) const;
};

/// Tells apart ages at the given edges (which need not contain 0; the last group has no end) and all
/// categories of the given attributes. Throws InputError for edges that do not ascend, for an attribute the
/// population lacks and for more than 65,535 groups.
CaseGroups make_case_groups(const Population& population, const std::vector<int>& age_edges,
                            const std::vector<std::string>& attributes = {});

/// Position of each counted group in the closed-open bins between the edges, -1 for groups outside all bins.
/// [counted groups]
/// Every edge must be one at which the groups are told apart.
std::vector<int> age_bins_of(const CaseGroups& groups, const std::vector<int>& edges);

}  // namespace starling
