#include <doctest/doctest.h>

#include <starling/abm/population.hpp>
#include <starling/core/error.hpp>

TEST_SUITE_BEGIN("abm");

using starling::Csr;
using starling::InputError;
using starling::Population;

namespace {

// Five agents; two households {0, 1}, {2, 3, 4} and one school {4, 0}.
Population small_population() {
  return starling::make_population("Village", {40, 8, 35, 36, 5}, {"household", "school"},
                                   {Csr{{0, 2, 5}, {0, 1, 2, 3, 4}}, Csr{{0, 2}, {4, 0}}});
}

}  // namespace

TEST_CASE("venues of all types lie one after another and know their people") {
  const Population population = small_population();
  CHECK(population.agents() == 5);
  CHECK(population.venues() == 3);
  CHECK(population.type_count() == 2);
  CHECK(population.venue_type_offsets == std::vector<std::int64_t>{0, 2, 3});
  CHECK(population.people == std::vector<std::int32_t>{2, 3, 2});
  CHECK(population.members.offsets == std::vector<std::int64_t>{0, 2, 5, 7});
  CHECK(population.members.indices == std::vector<std::int32_t>{0, 1, 2, 3, 4, 0, 4});
  CHECK(population.memberships.offsets == std::vector<std::int64_t>{0, 2, 3, 4, 5, 7});
  CHECK(population.memberships.indices == std::vector<std::int32_t>{0, 2, 0, 1, 1, 1, 2});
  CHECK_NOTHROW(starling::validate(population));
}

TEST_CASE("a venue type's summary counts its own venues only") {
  const Population population = small_population();
  const starling::VenueTypeSummary household =
      starling::summarise(population, population.venue_type("household"));
  CHECK(household.venues == 2);
  CHECK(household.memberships == 5);
  CHECK(household.largest == 3);
  const starling::VenueTypeSummary school = starling::summarise(population, population.venue_type("school"));
  CHECK(school.venues == 1);
  CHECK(school.memberships == 2);
  CHECK(school.largest == 2);
  CHECK_THROWS_AS(starling::summarise(population, 2), InputError);
  CHECK_THROWS_AS(starling::summarise(population, -1), InputError);
}

TEST_CASE("an unknown venue type is an InputError that lists the known ones") {
  CHECK_THROWS_WITH_AS(static_cast<void>(small_population().venue_type("pub")),
                       "population: venue type \"pub\", expected one of household, school", InputError);
}

TEST_CASE("attributes are found by name and must have a valid code for every agent") {
  const auto with_sex = [](std::vector<std::int32_t> codes, std::vector<std::string> categories) {
    return starling::make_population("test", {10, 20}, {}, {},
                                     {{"sex", std::move(categories), std::move(codes)}});
  };
  const Population population = with_sex({1, 0}, {"male", "female"});
  CHECK(population.has_attribute("sex"));
  CHECK(population.attribute("sex").codes == std::vector<std::int32_t>{1, 0});
  CHECK_THROWS_WITH_AS(static_cast<void>(population.attribute("borough")),
                       "population: attribute \"borough\", expected one of sex", InputError);
  CHECK_THROWS_AS(with_sex({1, 2}, {"male", "female"}), InputError);
  CHECK_THROWS_AS(with_sex({1}, {"male", "female"}), InputError);
  CHECK_THROWS_AS(with_sex({1, 0}, {"female", "male"}), InputError);
}

TEST_CASE("a population without agents or without venues is valid") {
  CHECK_NOTHROW(starling::validate(starling::make_population("Nowhere", {}, {"household"}, {Csr{}})));
  CHECK_NOTHROW(starling::validate(starling::make_population("Hermits", {50, 60}, {}, {})));
}

TEST_CASE("agents out of range or repeated in a venue are InputErrors") {
  const auto make = [](Csr venues) {
    return starling::make_population("Village", {40, 8, 35}, {"household"}, {std::move(venues)});
  };
  CHECK_THROWS_AS(make(Csr{{0, 1}, {3}}), InputError);
  CHECK_THROWS_AS(make(Csr{{0, 1}, {-1}}), InputError);
  CHECK_THROWS_AS(make(Csr{{0, 3}, {1, 0, 1}}), InputError);
  CHECK_NOTHROW(make(Csr{{0, 2, 3}, {1, 0, 1}}));
}

TEST_CASE("malformed membership tables and names are InputErrors") {
  const auto make = [](std::vector<std::string> names, std::vector<Csr> venues) {
    return starling::make_population("Village", {40, 8, 35}, std::move(names), venues);
  };
  CHECK_THROWS_AS(make({"household"}, {Csr{{0, 5, 2}, {0, 1}}}), InputError);
  CHECK_THROWS_AS(make({"household"}, {Csr{{1, 2}, {0, 1}}}), InputError);
  CHECK_THROWS_AS(make({"household"}, {Csr{{0, 1}, {0, 1}}}), InputError);
  CHECK_THROWS_AS(make({"household", "school"}, {Csr{{0, 1}, {0}}}), InputError);
  CHECK_THROWS_AS(make({"school", "school"}, {Csr{{0, 1}, {0}}, Csr{{0, 1}, {1}}}), InputError);
}

TEST_CASE("validation finds every rule broken") {
  const auto broken = [](auto change) {
    Population population = small_population();
    change(population);
    CHECK_THROWS_AS(starling::validate(population), InputError);
  };
  broken([](Population& p) { p.age_years.push_back(1); });
  broken([](Population& p) { p.people.pop_back(); });
  broken([](Population& p) { p.people[0] = -1; });
  broken([](Population& p) { p.venue_type_offsets = {0, 3}; });
  broken([](Population& p) { p.venue_type_offsets = {0, 2, 2}; });
  broken([](Population& p) { p.venue_type_offsets = {0, 4, 3}; });
  broken([](Population& p) { p.venue_types[1] = "household"; });
  broken([](Population& p) { p.members.indices[2] = 5; });
  broken([](Population& p) { p.members.indices[2] = 1; });
  broken([](Population& p) { p.memberships.indices[0] = 1; });
  broken([](Population& p) { std::swap(p.members.indices[0], p.members.indices[1]); });
}

TEST_SUITE_END();
