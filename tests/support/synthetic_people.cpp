#include "synthetic_people.hpp"

#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include <doctest/doctest.h>

namespace starling::test {

namespace {

using SizeCounts = std::array<double, kHouseholdSizes + 1>;
using Rolls = std::map<std::pair<std::int64_t, std::int64_t>, int>;  // (primary, secondary) -> schools

double half_absolute_difference(const SizeCounts& a, const SizeCounts& b) {
  const double sum_of_a = std::accumulate(a.begin(), a.end(), 0.0);
  const double sum_of_b = std::accumulate(b.begin(), b.end(), 0.0);
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::fabs(a[i] / sum_of_a - b[i] / sum_of_b);
  return 0.5 * sum;
}

// Pupils of the register's schools that have a school of just these rolls in the population.
std::int64_t pupils_of_real_schools(const std::vector<SchoolRoll>& real, Rolls schools) {
  std::int64_t pupils = 0;
  for (const SchoolRoll& roll : real) {
    const auto found = schools.find({roll.primary, roll.secondary});
    if (found == schools.end() || found->second == 0) continue;
    --found->second;
    pupils += roll.primary + roll.secondary;
  }
  return pupils;
}

}  // namespace

SynthesisSettings synthesis_settings(std::vector<std::string> areas, double scale, std::uint64_t seed) {
  return {std::move(areas), scale, seed, STARLING_SOURCE_DIR "/data"};
}

const SynthesisFigures& synthesis_figures() {
  static const SynthesisFigures figures = read_synthesis_figures(STARLING_SOURCE_DIR "/data");
  return figures;
}

const Synthesis& tenth_of_camden() {
  static const Synthesis synthesis = synthesise(synthesis_settings({"Camden"}, 0.1));
  return synthesis;
}

void for_each_venue(const Population& population, std::string_view venue_type,
                    const std::function<void(Members)>& visit) {
  const auto type = static_cast<std::size_t>(population.venue_type(venue_type));
  for (std::int64_t v = population.venue_type_offsets[type]; v < population.venue_type_offsets[type + 1];
       ++v) {
    const auto first = static_cast<std::size_t>(population.members.offsets[static_cast<std::size_t>(v)]);
    const auto last = static_cast<std::size_t>(population.members.offsets[static_cast<std::size_t>(v) + 1]);
    visit(Members(population.members.indices).subspan(first, last - first));
  }
}

int age(const Population& population, std::int32_t agent) {
  return population.age_years[static_cast<std::size_t>(agent)];
}

std::vector<int> memberships_in(const Population& population, std::string_view venue_type) {
  std::vector<int> count(population.age_years.size(), 0);
  for_each_venue(population, venue_type, [&](Members members) {
    for (const std::int32_t agent : members) ++count[static_cast<std::size_t>(agent)];
  });
  return count;
}

Marginal marginal(const Synthesis& synthesis, std::string_view name) {
  for (const Marginal& candidate : synthesis.marginals)
    if (candidate.name == name) return candidate;
  FAIL("no marginal named ", std::string(name));
  return {};
}

void check_whole_boroughs(const Population& population) {
  const SynthesisFigures& figures = synthesis_figures();
  const Attribute& borough = population.attribute("borough");
  const auto code = [&](Members members) {
    return static_cast<std::size_t>(borough.codes[static_cast<std::size_t>(members.front())]);
  };
  std::vector<AgeCounts> ages(borough.categories.size());
  std::vector<SizeCounts> sizes(borough.categories.size());
  std::vector<Rolls> schools(borough.categories.size());
  for (std::size_t i = 0; i < borough.codes.size(); ++i)
    ++ages[static_cast<std::size_t>(borough.codes[i])][population.age_years[i]];
  for_each_venue(population, "household",
                 [&](Members members) { sizes[code(members)].at(members.size()) += 1.0; });
  for_each_venue(population, "school", [&](Members members) {
    std::pair<std::int64_t, std::int64_t> rolls{0, 0};
    for (const std::int32_t agent : members) {
      const int years = age(population, agent);
      if (years < 18) ++(years < 11 ? rolls.first : rolls.second);
    }
    ++schools[code(members)][rolls];
  });
  for (std::size_t b = 0; b < borough.categories.size(); ++b) {
    CAPTURE(borough.categories[b]);
    const std::size_t index = figures.borough(borough.categories[b]);
    CHECK(ages[b] == figures.residents[index]);
    CHECK(half_absolute_difference(sizes[b], figures.households.size_share) < 0.02);
    std::int64_t places = 0;
    for (const SchoolRoll& roll : figures.schools[index]) places += roll.primary + roll.secondary;
    CHECK(static_cast<double>(pupils_of_real_schools(figures.schools[index], schools[b])) >=
          0.99 * static_cast<double>(places));
  }
}

}  // namespace starling::test
