#include <algorithm>
#include <cstdlib>
#include <map>

#include <doctest/doctest.h>

#include <starling/abm/hdf5_file.hpp>
#include <starling/abm/june_world.hpp>

// The world of 769 people that GradABM-JUNE's tests read (its test/data/june_world.h5); STARLING_JUNE_WORLD
// names the file. Expected figures are those of that project's tests and of a dump of the file.

TEST_SUITE_BEGIN("abm");

using starling::Population;

namespace {

bool is_absent() {
  return !starling::hdf5_available() || std::getenv("STARLING_JUNE_WORLD") == nullptr;
}

Population world(int nearest = 1) {
  return starling::read_june_world(std::getenv("STARLING_JUNE_WORLD"), {nearest});
}

std::size_t venue_index(const Population& population, const std::string& type, std::int64_t venue) {
  return static_cast<std::size_t>(
      population.venue_type_offsets[static_cast<std::size_t>(population.venue_type(type))] + venue);
}

std::vector<int> members(const Population& population, const std::string& type, std::int64_t venue) {
  const std::size_t v = venue_index(population, type, venue);
  return {population.members.indices.begin() + population.members.offsets[v],
          population.members.indices.begin() + population.members.offsets[v + 1]};
}

int people(const Population& population, const std::string& type, std::int64_t venue) {
  return population.people[venue_index(population, type, venue)];
}

// How many venues have how many members, empty ones left out.
std::map<int, int> occupied_sizes(const Population& population, const std::string& type) {
  const std::int64_t venues = starling::summarise(population, population.venue_type(type)).venues;
  std::map<int, int> sizes;
  for (std::int64_t venue = 0; venue < venues; ++venue) {
    const auto size = static_cast<int>(members(population, type, venue).size());
    if (size > 0) ++sizes[size];
  }
  return sizes;
}

std::string category(const Population& population, const std::string& name, std::size_t agent) {
  const starling::Attribute& attribute = population.attribute(name);
  return attribute.categories[static_cast<std::size_t>(attribute.codes[agent])];
}

std::int64_t count(const Population& population, const std::string& name, const std::string& wanted) {
  const starling::Attribute& attribute = population.attribute(name);
  return std::ranges::count_if(attribute.codes, [&](std::int32_t code) {
    return attribute.categories[static_cast<std::size_t>(code)] == wanted;
  });
}

}  // namespace

TEST_CASE("the reference world of JUNE has its people" * doctest::skip(is_absent())) {
  const Population population = world();
  CHECK_NOTHROW(starling::validate(population));
  CHECK(population.agents() == 769);
  CHECK(*std::ranges::min_element(population.age_years) == 0);
  CHECK(*std::ranges::max_element(population.age_years) == 97);
  double sum = 0.0;
  for (const std::uint8_t age : population.age_years) sum += age;
  CHECK(sum / 769.0 == doctest::Approx(40.0).epsilon(0.002));
  CHECK(count(population, "sex", "female") == 417);
  CHECK(count(population, "sex", "male") == 352);
  CHECK(count(population, "ethnicity", "A1") == 451);
  CHECK(count(population, "ethnicity", "A4") == 139);
  CHECK(count(population, "ethnicity", "C1") == 36);
  CHECK(count(population, "ethnicity", "C5") == 34);
  CHECK(count(population, "ethnicity", "D1") == 20);
  CHECK(population.age_years[14] == 6);
  CHECK(category(population, "sex", 14) == "female");
  CHECK(category(population, "area", 14) == "E00023664");
  CHECK(population.age_years[22] == 8);
  CHECK(category(population, "sex", 22) == "male");
  CHECK(category(population, "area", 300) == "E00079478");
  CHECK(population.attribute("super_area").categories.size() == 3);
  CHECK(category(population, "region", 14) == "London");
  CHECK(category(population, "socioeconomic", 14) == "4");
  CHECK(category(population, "socioeconomic", 300) == "3");
}

TEST_CASE("the reference world of JUNE has its venues, memberships and sizes" * doctest::skip(is_absent())) {
  const Population population = world();
  const auto check_type = [&](const char* type, std::int64_t venues, std::int64_t memberships,
                              std::int64_t largest) {
    CAPTURE(type);
    const auto summary = starling::summarise(population, population.venue_type(type));
    CHECK(summary.venues == venues);
    CHECK(summary.memberships == memberships);
    CHECK(summary.largest == largest);
  };
  check_type("household", 355, 745, 8);
  check_type("care_home", 1, 27, 27);
  check_type("company", 1980, 333, 26);
  check_type("school", 1, 78, 78);
  check_type("university", 39, 43, 17);
  check_type("leisure", 3, 769, 325);
  CHECK(occupied_sizes(population, "household") ==
        std::map<int, int>{{1, 145}, {2, 115}, {3, 39}, {4, 30}, {5, 11}, {6, 9}, {8, 3}});
  CHECK(occupied_sizes(population, "company") == std::map<int, int>{{1, 36},
                                                                    {2, 6},
                                                                    {3, 6},
                                                                    {4, 3},
                                                                    {5, 3},
                                                                    {7, 5},
                                                                    {9, 2},
                                                                    {10, 3},
                                                                    {11, 2},
                                                                    {12, 2},
                                                                    {13, 3},
                                                                    {14, 1},
                                                                    {16, 2},
                                                                    {26, 1}});
}

TEST_CASE("the reference world of JUNE has the members and head-counts of the published loader" *
          doctest::skip(is_absent())) {
  const Population population = world();
  CHECK(std::ranges::count(members(population, "household", 0), 272) == 1);
  CHECK(members(population, "company", 0) == std::vector{177, 551});
  CHECK(members(population, "company", 11) == std::vector{69, 75, 136, 570, 695});
  CHECK(std::ranges::count(members(population, "school", 0), 4) == 1);
  CHECK(std::ranges::count(members(population, "school", 0), 5) == 1);
  CHECK(members(population, "university", 38) == std::vector{57, 58, 59, 60, 61, 62, 63, 64, 65});
  CHECK(people(population, "household", 2) == 1);
  CHECK(people(population, "household", 20) == 6);
  CHECK(people(population, "household", 209) == 1);
  CHECK(people(population, "care_home", 0) == 27);
  CHECK(people(population, "company", 0) == 2);
  CHECK(people(population, "company", 10) == 0);
  CHECK(people(population, "company", 1455) == 7);
  CHECK(people(population, "school", 0) == 78);
  CHECK(people(population, "university", 38) == 9);
  CHECK(people(population, "university", 23) == 17);
}

TEST_CASE("nobody in the reference world of JUNE has two jobs, three have two homes" *
          doctest::skip(is_absent())) {
  const Population population = world();
  int without_activity = 0;
  int with_two_homes = 0;
  int in_school_and_company = 0;
  for (std::size_t agent = 0; agent < 769; ++agent) {
    std::map<std::string, int> visits;
    for (std::int64_t k = population.memberships.offsets[agent];
         k < population.memberships.offsets[agent + 1]; ++k) {
      const std::int64_t venue = population.memberships.indices[static_cast<std::size_t>(k)];
      const auto type = std::ranges::upper_bound(population.venue_type_offsets, venue) -
                        population.venue_type_offsets.begin() - 1;
      ++visits[population.venue_types[static_cast<std::size_t>(type)]];
    }
    if (visits["company"] + visits["school"] + visits["university"] == 0) ++without_activity;
    if (visits["household"] + visits["care_home"] == 2) ++with_two_homes;
    if (visits["company"] + visits["school"] == 2) ++in_school_and_company;
  }
  // 274 without any primary activity, 38 in hospitals and 3 in the care home, which are no such venues.
  CHECK(without_activity == 274 + 38 + 3);
  CHECK(with_two_homes == 3);
  CHECK(in_school_and_company == 0);
}

TEST_CASE("the reference world of JUNE has the leisure catchments of the published loader" *
          doctest::skip(is_absent())) {
  const Population one = world();
  CHECK(people(one, "leisure", 0) == 294);
  CHECK(people(one, "leisure", 1) == 150);
  CHECK(people(one, "leisure", 2) == 325);
  CHECK(std::ranges::count(members(one, "leisure", 0), 50) == 1);
  CHECK(std::ranges::count(members(one, "leisure", 2), 464) == 1);
  const Population two = world(2);  // nearest of 0: 2; of 1: 0; of 2: 0
  CHECK(people(two, "leisure", 0) == 294 + 325);
  CHECK(people(two, "leisure", 1) == 444);
  CHECK(people(two, "leisure", 2) == 325 + 294);
  const Population three = world(3);
  for (int place = 0; place < 3; ++place) CHECK(people(three, "leisure", place) == 769);
}

TEST_SUITE_END();
