#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>

#include <starling/abm/case_groups.hpp>
#include <starling/core/check.hpp>

namespace starling {

namespace {

constexpr int kEndOfAges = std::numeric_limits<std::uint8_t>::max() + 1;

// Edges from 0 to the end of all ages.
std::vector<int> complete_edges(const std::vector<int>& edges) {
  for (std::size_t i = 0; i < edges.size(); ++i) {
    check_in_range("case groups", "age edge", edges[i], 0, kEndOfAges);
    check_that(i == 0 || edges[i] > edges[i - 1], "case groups", "age edges must ascend");
  }
  std::vector<int> result = edges;
  if (result.empty() || result.front() > 0) result.insert(result.begin(), 0);
  if (result.back() < kEndOfAges) result.push_back(kEndOfAges);
  return result;
}

std::vector<CaseGroup> product(const std::vector<int>& edges, const std::vector<std::int64_t>& categories,
                               std::int64_t combinations) {
  std::vector<CaseGroup> groups;
  for (std::int64_t c = 0; c < combinations; ++c) {
    std::vector<int> codes(categories.size());
    std::int64_t rest = c;
    for (std::size_t a = categories.size(); a-- > 0; rest /= categories[a])
      codes[a] = static_cast<int>(rest % categories[a]);
    for (std::size_t age = 0; age + 1 < edges.size(); ++age)
      groups.push_back({edges[age], edges[age + 1], codes});
  }
  return groups;
}

}  // namespace

std::vector<int> CaseGroups::repeated(const std::vector<int>& of_group) const {
  std::vector<int> result;
  for (int status = 0; status < vaccination_statuses; ++status)
    result.insert(result.end(), of_group.begin(), of_group.end());
  return result;
}

CaseGroups make_case_groups(const Population& population, const std::vector<int>& age_edges,
                            const std::vector<std::string>& attributes) {
  const std::vector<int> edges = complete_edges(age_edges);
  const auto ages = static_cast<std::int64_t>(edges.size()) - 1;
  std::vector<std::int64_t> categories;
  std::vector<const std::int32_t*> codes;
  std::int64_t combinations = 1;
  for (const std::string& name : attributes) {
    const Attribute& attribute = population.attribute(name);
    categories.push_back(static_cast<std::int64_t>(attribute.categories.size()));
    codes.push_back(attribute.codes.data());
    combinations *= categories.back();
    check_that(combinations * ages <= std::numeric_limits<std::uint16_t>::max(), "case groups",
               fmt::format("attribute \"{}\" makes more than 65535 groups of people", name));
  }
  CaseGroups result{attributes, product(edges, categories, combinations), {}, {}};
  std::array<std::uint16_t, kEndOfAges> age_group{};
  for (std::size_t age = 0; age < age_group.size(); ++age)
    age_group[age] = static_cast<std::uint16_t>(std::ranges::upper_bound(edges, static_cast<int>(age)) -
                                                edges.begin() - 1);
  result.people.assign(result.groups.size(), 0);
  result.of_agent.resize(population.age_years.size());
  for (std::size_t i = 0; i < result.of_agent.size(); ++i) {
    std::int64_t combination = 0;
    for (std::size_t a = 0; a < codes.size(); ++a) combination = combination * categories[a] + codes[a][i];
    const std::int64_t group = combination * ages + age_group[population.age_years[i]];
    result.of_agent[i] = static_cast<std::uint16_t>(group);
    ++result.people[static_cast<std::size_t>(group)];
  }
  return result;
}

std::vector<int> age_bins_of(const CaseGroups& groups, const std::vector<int>& edges) {
  std::vector<int> result;
  for (const CaseGroup& group : groups.groups) {
    const auto bin = static_cast<int>(std::ranges::upper_bound(edges, group.age_from) - edges.begin()) - 1;
    const bool inside = bin >= 0 && bin + 1 < static_cast<int>(edges.size());
    check_that(!inside || group.age_to <= edges[static_cast<std::size_t>(bin) + 1], "case groups",
               fmt::format("ages {} to {} straddle an edge of the bins", group.age_from, group.age_to));
    result.push_back(inside ? bin : -1);
  }
  return groups.repeated(result);
}

}  // namespace starling
