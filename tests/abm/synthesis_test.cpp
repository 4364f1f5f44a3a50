#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <set>
#include <span>

#include <doctest/doctest.h>

#include <starling/abm/synthesis.hpp>
#include <starling/abm/synthesis_figures.hpp>
#include <starling/core/error.hpp>

#include "../support/synthetic_people.hpp"
#include "../support/temporary_folder.hpp"

TEST_SUITE_BEGIN("abm");

using starling::InputError;
using starling::Population;
using starling::Synthesis;
using starling::SynthesisSettings;
using starling::test::age;
using starling::test::for_each_venue;
using starling::test::marginal;
using starling::test::Members;
using starling::test::memberships_in;

namespace {

SynthesisSettings settings(std::vector<std::string> areas, double scale, std::uint64_t seed = 1) {
  return starling::test::synthesis_settings(std::move(areas), scale, seed);
}

const Synthesis& camden() {
  return starling::test::tenth_of_camden();
}

bool same(const std::vector<starling::Attribute>& a, const std::vector<starling::Attribute>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.name == y.name && x.categories == y.categories && x.codes == y.codes;
  });
}

bool same(const Population& a, const Population& b) {
  return a.age_years == b.age_years && a.members.offsets == b.members.offsets &&
         a.members.indices == b.members.indices && a.venue_type_offsets == b.venue_type_offsets &&
         a.people == b.people && same(a.attributes, b.attributes);
}

std::string message_of(const SynthesisSettings& bad) {
  try {
    starling::synthesise(bad);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the same seed gives the same population and another seed another one") {
  CHECK(same(camden().population, starling::synthesise(settings({"Camden"}, 0.1)).population));
  CHECK_FALSE(same(camden().population, starling::synthesise(settings({"Camden"}, 0.1, 2)).population));
}

TEST_CASE("a synthetic population is valid and has its venue types and attributes in order") {
  CHECK_NOTHROW(starling::validate(camden().population));
  CHECK(camden().population.venue_types ==
        std::vector<std::string>{"household", "care_home", "company", "school", "university", "leisure"});
  std::vector<std::string> attributes;
  for (const starling::Attribute& attribute : camden().population.attributes)
    attributes.push_back(attribute.name);
  CHECK(attributes == std::vector<std::string>{"sex", "borough", "area"});
  CHECK(camden().population.agents() == std::llround(0.1 * 270029));
}

TEST_CASE("the ages of a whole borough are those of the census, person for person") {
  const auto figures = starling::read_synthesis_figures(STARLING_SOURCE_DIR "/data");
  const Population population = starling::synthesise(settings({"City of London"}, 1.0)).population;
  starling::AgeCounts counts{};
  for (const std::uint8_t years : population.age_years) ++counts[years];
  CHECK(counts == figures.residents[figures.borough("City of London")]);
}

TEST_CASE("a scaled borough has each age within one person of its share") {
  const auto figures = starling::read_synthesis_figures(STARLING_SOURCE_DIR "/data");
  const auto& residents = figures.residents[figures.borough("Camden")];
  std::array<double, starling::kAges> counts{};
  for (const std::uint8_t years : camden().population.age_years) counts[years] += 1.0;
  for (std::size_t years = 0; years < counts.size(); ++years)
    CHECK(std::fabs(counts[years] - 0.1 * static_cast<double>(residents[years])) < 1.1);
}

TEST_CASE("everyone lives in a household of at most eight, of neighbours in memory, or in a care home") {
  std::int32_t next = 0;
  for_each_venue(camden().population, "household", [&](Members members) {
    CHECK(members.size() >= 1);
    CHECK(members.size() <= 8);
    for (const std::int32_t agent : members) REQUIRE(agent == next++);
  });
  CHECK(next > 0.99 * static_cast<double>(camden().population.agents()));
  const std::vector<int> in_care_home = memberships_in(camden().population, "care_home");
  for (auto agent = static_cast<std::size_t>(next); agent < in_care_home.size(); ++agent)
    REQUIRE(in_care_home[agent] == 1);
}

TEST_CASE("every child lives with an adult, who is old enough to be a parent") {
  const Population& population = camden().population;
  int families = 0;
  int too_young = 0;
  for_each_venue(population, "household", [&](Members members) {
    int youngest = 100;
    int oldest = 0;
    for (const std::int32_t agent : members) {
      youngest = std::min(youngest, age(population, agent));
      oldest = std::max(oldest, age(population, agent));
    }
    CHECK(oldest >= 18);
    if (youngest >= 18) return;
    ++families;
    int eldest_child = 0;
    for (const std::int32_t agent : members)
      if (age(population, agent) < 18) eldest_child = std::max(eldest_child, age(population, agent));
    if (oldest - eldest_child < 16) ++too_young;
  });
  CHECK(families > 2000);
  CHECK(too_young == 0);
}

TEST_CASE("brothers and sisters are seldom twins and mostly less than six years apart") {
  const Population& population = camden().population;
  std::array<int, 18> difference{};
  for_each_venue(population, "household", [&](Members members) {
    std::vector<int> ages;
    for (const std::int32_t agent : members)
      if (age(population, agent) < 18) ages.push_back(age(population, agent));
    std::sort(ages.begin(), ages.end());
    for (std::size_t i = 1; i < ages.size(); ++i)
      ++difference[static_cast<std::size_t>(ages[i] - ages[i - 1])];
  });
  const int all = std::accumulate(difference.begin(), difference.end(), 0);
  const int near = std::accumulate(difference.begin(), difference.begin() + 6, 0);
  CHECK(all > 1000);
  CHECK(difference[0] < 0.05 * all);
  CHECK(near > 0.8 * all);
}

TEST_CASE("household sizes, couples and work match their targets") {
  for (const starling::Marginal& figure : camden().marginals) {
    CAPTURE(figure.name);
    if (contains(figure.name, "households of") || contains(figure.name, "residents aged"))
      CHECK(std::fabs(figure.achieved - figure.target) < 0.001);
    if (contains(figure.name, "total variation")) CHECK(figure.achieved < 0.005);
  }
  const starling::Marginal couples = marginal(camden(), "age difference of couples in years");
  CHECK(couples.achieved == doctest::Approx(couples.target).epsilon(0.1));
  CHECK(marginal(camden(), "employed of those aged 18-64").achieved == doctest::Approx(0.75).epsilon(1e-4));
  CHECK(marginal(camden(), "pupils per teacher").achieved == doctest::Approx(17.0).epsilon(0.02));
}

TEST_CASE("the old live alone more often than the young") {
  const Population& population = camden().population;
  std::array<double, 2> people{};
  std::array<double, 2> alone{};
  for_each_venue(population, "household", [&](Members members) {
    for (const std::int32_t agent : members) {
      if (age(population, agent) < 18) continue;
      const std::size_t old = age(population, agent) >= 65 ? 1 : 0;
      people[old] += 1.0;
      alone[old] += members.size() == 1 ? 1.0 : 0.0;
    }
  });
  CHECK(alone[1] / people[1] > 0.25);
  CHECK(alone[1] / people[1] > 1.5 * alone[0] / people[0]);
}

TEST_CASE("every child from 4 to 17 goes to one school, with teachers of 21 to 64 who work nowhere else") {
  const Population& population = camden().population;
  const std::vector<int> at_school = memberships_in(population, "school");
  const std::vector<int> at_work = memberships_in(population, "company");
  for (std::size_t agent = 0; agent < at_school.size(); ++agent) {
    const int years = population.age_years[agent];
    const bool pupil = years >= 4 && years <= 17;
    if (pupil) REQUIRE(at_school[agent] == 1);
    if (!pupil && at_school[agent] > 0) REQUIRE((years >= 21 && years <= 64 && at_work[agent] == 0));
    if (at_work[agent] > 0) REQUIRE((years >= 18 && years <= 64 && at_work[agent] == 1));
  }
}

TEST_CASE("a scaled population has fewer schools of real size, not smaller schools") {
  const auto figures = starling::read_synthesis_figures(STARLING_SOURCE_DIR "/data");
  std::set<std::int64_t> rolls;
  for (const starling::SchoolRoll& school : figures.schools[figures.borough("Camden")])
    rolls.insert({school.primary, school.secondary, school.primary + school.secondary});
  const Population& population = camden().population;
  int unreal = 0;
  int schools = 0;
  for_each_venue(population, "school", [&](Members members) {
    const auto pupils = std::count_if(members.begin(), members.end(),
                                      [&](std::int32_t a) { return age(population, a) < 18; });
    ++schools;
    unreal += rolls.contains(pupils) ? 0 : 1;
  });
  CHECK(schools >= 6);
  CHECK(schools <= 20);
  // The last primary and the last secondary school take the pupils who are left.
  CHECK(unreal <= 2);
}

TEST_CASE("brothers and sisters of one phase mostly go to the same school") {
  const Population& population = camden().population;
  std::vector<int> school_of(population.age_years.size(), -1);
  int school = 0;
  for_each_venue(population, "school", [&](Members members) {
    for (const std::int32_t agent : members) school_of[static_cast<std::size_t>(agent)] = school;
    ++school;
  });
  int together = 0;
  int pairs = 0;
  for (std::size_t i = 1; i < school_of.size(); ++i) {
    const auto primary = [&](std::size_t a) {
      return population.age_years[a] >= 4 && population.age_years[a] <= 10;
    };
    const auto household = [&](std::size_t a) {
      return population.memberships.indices[static_cast<std::size_t>(population.memberships.offsets[a])];
    };
    if (!primary(i) || !primary(i - 1) || household(i) != household(i - 1)) continue;
    ++pairs;
    together += school_of[i] == school_of[i - 1] ? 1 : 0;
  }
  CHECK(pairs > 100);
  CHECK(together > 0.95 * pairs);
}

TEST_CASE("no workplace is larger than 5000 or a twentieth of the workers") {
  const Population& population = camden().population;
  const auto summary = starling::summarise(population, population.venue_type("company"));
  CHECK(summary.largest <= 5000);
  CHECK(static_cast<double>(summary.largest) <= 0.05 * static_cast<double>(summary.memberships));
}

TEST_CASE("a borough's people and schools do not depend on which boroughs are synthesised with it") {
  const Population alone = starling::synthesise(settings({"Islington"}, 0.02)).population;
  const Population joined = starling::synthesise(settings({"Camden", "Islington"}, 0.02)).population;
  const std::size_t first = joined.age_years.size() - alone.age_years.size();
  CHECK(std::equal(alone.age_years.begin(), alone.age_years.end(),
                   joined.age_years.begin() + static_cast<std::ptrdiff_t>(first)));
  const std::vector<int> at_school = memberships_in(alone, "school");
  const std::vector<int> at_school_joined = memberships_in(joined, "school");
  CHECK(std::equal(at_school.begin(), at_school.end(),
                   at_school_joined.begin() + static_cast<std::ptrdiff_t>(first)));
}

TEST_CASE("workers of neighbouring boroughs meet at work, as many as the commuters say") {
  const Population population = starling::synthesise(settings({"Camden", "Islington"}, 0.1)).population;
  const std::int64_t camden_people = std::llround(0.1 * 270029);
  int mixed = 0;
  int large = 0;
  for_each_venue(population, "company", [&](Members members) {
    if (members.size() < 20) return;
    ++large;
    mixed += members.front() < camden_people && members.back() >= camden_people ? 1 : 0;
  });
  CHECK(large > 50);
  CHECK(mixed > 0.9 * large);
}

TEST_CASE("London is all its boroughs and every borough can be synthesised at a small scale") {
  const auto figures = starling::read_synthesis_figures(STARLING_SOURCE_DIR "/data");
  CHECK(figures.boroughs.size() == 33);
  const Population london = starling::synthesise(settings({"London"}, 0.001)).population;
  std::int64_t residents = 0;
  for (const auto& ages : figures.residents)
    residents +=
        std::llround(0.001 * static_cast<double>(std::accumulate(ages.begin(), ages.end(), std::int64_t{0})));
  CHECK(london.agents() == residents);
  CHECK_NOTHROW(starling::validate(london));
  for (const std::string& borough : figures.boroughs) {
    CAPTURE(borough);
    CHECK_NOTHROW(starling::validate(starling::synthesise(settings({borough}, 0.005)).population));
  }
}

TEST_CASE("an unknown area is an InputError that names the nearest and the known ones") {
  const std::string message = message_of(settings({"Cambden"}, 0.1));
  CHECK(contains(message, "\"Cambden\""));
  CHECK(contains(message, "the nearest is \"Camden\""));
  CHECK(contains(message, "Waltham Forest"));
}

TEST_CASE("an empty or repeated list of areas and a scale outside (0, 1] are InputErrors") {
  CHECK(contains(message_of(settings({}, 0.1)), "at least one"));
  CHECK(contains(message_of(settings({"London", "Camden"}, 0.001)), "\"Camden\" twice"));
  for (const double scale :
       {0.0, -0.1, 1.0001, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
    CHECK(contains(message_of(settings({"Camden"}, scale)), "scale = "));
  CHECK(contains(message_of(settings({"City of London"}, 1e-6)), "leaves nobody"));
}

TEST_CASE("malformed figures are reported with file, line and column, missing ones with the file") {
  const starling::test::TemporaryFolder folder;
  for (const char* part : {"population", "schools", "universities", "workplaces"})
    std::filesystem::copy(std::filesystem::path(STARLING_SOURCE_DIR "/data") / part, folder.path() / part,
                          std::filesystem::copy_options::recursive);
  SynthesisSettings bad{{"Camden"}, 0.01, 1, folder.path()};
  CHECK(message_of(bad).empty());
  folder.write("population/women.csv", "age_from,age_to,share\n0,90,1.5\n");
  CHECK(contains(message_of(bad), "women.csv:2: column \"share\": value \"1.5\""));
  folder.write("population/women.csv", "age_from,age_to,share\n0,91,0.5\n");
  CHECK(contains(message_of(bad), "women.csv:2: column \"age_to\": value \"91\""));
  folder.write("population/women.csv", "age_from,age_to,share\n0,90,0.5\n");
  folder.write("population/household_sizes.csv", "people,probability\n1,0.5\n9,0.5\n");
  CHECK(contains(message_of(bad), "household_sizes.csv:3: column \"people\": value \"9\""));
  folder.write("population/household_sizes.csv", "people,probability\n1,0.5\n2,-0.5\n");
  CHECK(contains(message_of(bad), "household_sizes.csv:3: column \"probability\": value \"-0.5\""));
  std::filesystem::remove(folder.path() / "population/household_sizes.csv");
  CHECK(contains(message_of(bad), "household_sizes.csv: cannot be opened"));
}

TEST_SUITE_END();
