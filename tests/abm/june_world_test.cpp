#include <functional>

#include <doctest/doctest.h>

#include <starling/abm/hdf5_file.hpp>
#include <starling/abm/june_world.hpp>
#include <starling/core/error.hpp>

#include "../support/damage.hpp"
#include "../support/june_file.hpp"
#include "../support/temporary_folder.hpp"

TEST_SUITE_BEGIN("abm");

using starling::InputError;
using starling::Population;
using starling::test::JuneTables;
using starling::test::TemporaryFolder;

namespace {

Population import(const JuneTables& tables, int nearest = 1) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "village.h5";
  starling::test::write_june_file(path, tables);
  return starling::read_june_world(path, {nearest});
}

// The message of the InputError that importing the changed tables gives.
std::string message_of(const std::function<void(JuneTables&)>& change, int nearest = 1) {
  JuneTables tables;
  change(tables);
  try {
    import(tables, nearest);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

// Members of every venue of a type.
std::vector<std::vector<int>> members_of(const Population& population, const std::string& type) {
  const auto t = static_cast<std::size_t>(population.venue_type(type));
  std::vector<std::vector<int>> lists;
  for (std::int64_t venue = population.venue_type_offsets[t]; venue < population.venue_type_offsets[t + 1];
       ++venue) {
    const auto v = static_cast<std::size_t>(venue);
    lists.emplace_back(population.members.indices.begin() + population.members.offsets[v],
                       population.members.indices.begin() + population.members.offsets[v + 1]);
  }
  return lists;
}

std::vector<std::int32_t> people_of(const Population& population, const std::string& type) {
  const auto t = static_cast<std::size_t>(population.venue_type(type));
  return {population.people.begin() + population.venue_type_offsets[t],
          population.people.begin() + population.venue_type_offsets[t + 1]};
}

std::vector<std::string> categories_of_agents(const Population& population, const std::string& name) {
  const starling::Attribute& attribute = population.attribute(name);
  std::vector<std::string> values;
  for (const std::int32_t code : attribute.codes)
    values.push_back(attribute.categories[static_cast<std::size_t>(code)]);
  return values;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

using Lists = std::vector<std::vector<int>>;
using Counts = std::vector<std::int32_t>;
using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a JUNE world's venues hold whom the activity tables name, whatever their ids" *
          doctest::skip(!starling::hdf5_available())) {
  const Population population = import({});
  CHECK_NOTHROW(starling::validate(population));
  CHECK(population.area == "village");
  CHECK(population.age_years == std::vector<std::uint8_t>{40, 8, 35, 80, 30, 22, 50, 97});
  CHECK(population.venue_types ==
        Names{"household", "care_home", "company", "school", "university", "leisure"});
  CHECK(members_of(population, "household") == Lists{{0, 1}, {2, 5, 6}, {}});
  CHECK(people_of(population, "household") == Counts{2, 3, 0});
  CHECK(members_of(population, "company") == Lists{{}, {0}});
  CHECK(people_of(population, "company") == Counts{0, 1});
  CHECK(members_of(population, "school") == Lists{{1, 2}});
  CHECK(members_of(population, "university") == Lists{{5}});
}

TEST_CASE("who lives and works in one care home is one member and counts twice" *
          doctest::skip(!starling::hdf5_available())) {
  const Population population = import({});
  CHECK(members_of(population, "care_home") == Lists{{3, 4}});
  CHECK(people_of(population, "care_home") == Counts{3});
}

TEST_CASE("a leisure catchment holds the residents of the nearest super areas" *
          doctest::skip(!starling::hdf5_available())) {
  CHECK(members_of(import({}), "leisure") == Lists{{0, 1, 7}, {2, 3}, {5, 6}});
  const Population two = import({}, 2);
  CHECK(members_of(two, "leisure") == Lists{{0, 1, 2, 3, 7}, {0, 1, 2, 3, 7}, {2, 3, 5, 6}});
  CHECK(people_of(two, "leisure") == Counts{5, 5, 4});
  for (const auto& members : members_of(import({}, 3), "leisure")) CHECK(members.size() == 7);
}

TEST_CASE("people of a JUNE world have sex, ethnicity, places and quintile" *
          doctest::skip(!starling::hdf5_available())) {
  const Population population = import({});
  CHECK(population.attribute("sex").categories == Names{"male", "female"});
  CHECK(population.attribute("sex").codes == std::vector<std::int32_t>{1, 0, 0, 1, 0, 1, 0, 1});
  CHECK(categories_of_agents(population, "ethnicity") ==
        Names{"A1", "unknown", "C1", "A1", "D1", "A1", "A4", "B1"});
  CHECK(categories_of_agents(population, "area") ==
        Names{"E007", "E007", "E003", "E003", "unknown", "E003", "E007", "E007"});
  CHECK(categories_of_agents(population, "super_area") ==
        Names{"E0250", "E0250", "E0220", "E0220", "unknown", "E0230", "E0230", "E0250"});
  CHECK(categories_of_agents(population, "region") ==
        Names{"South", "South", "North", "North", "unknown", "unknown", "unknown", "South"});
  CHECK(categories_of_agents(population, "socioeconomic") ==
        Names{"5", "5", "2", "2", "unknown", "2", "5", "5"});
}

TEST_CASE("a JUNE world may have six activity columns and lack a group nobody goes to" *
          doctest::skip(!starling::hdf5_available())) {
  JuneTables tables;
  tables.activity_columns = 6;
  tables.universities.clear();
  tables.people[5].activities[1] = {" ", -999};
  const Population population = import(tables);
  CHECK(members_of(population, "university").empty());
  CHECK(members_of(population, "household") == Lists{{0, 1}, {2, 5, 6}, {}});
}

TEST_CASE("what is wrong in a JUNE world is named with dataset, row and rule" *
          doctest::skip(!starling::hdf5_available())) {
  const std::string venue = message_of([](auto& t) { t.people[0].activities[1].second = 42; });
  CHECK(contains(venue, "village.h5: population/group_ids row 0 column 1 is company 42"));
  CHECK(contains(venue, "companies/id"));
  CHECK(contains(message_of([](auto& t) { t.universities.clear(); }), "universities/id"));
  CHECK(contains(message_of([](auto& t) { t.people[3].super_area = 51; }),
                 "population/super_area row 3 is 51"));
  CHECK(contains(message_of([](auto& t) { t.people[2].sex = std::string("x"); }),
                 "population/sex row 2 is \"x\""));
  CHECK(contains(message_of([](auto& t) { t.people[2].sex = std::string(" "); }), "expected m or f"));
  CHECK(contains(message_of([](auto& t) { t.people[4].age = 256; }), "population/age row 4 is 256"));
  CHECK(contains(message_of([](auto& t) { t.people[4].age = -999; }), "from 0 to 255"));
  CHECK(contains(message_of([](auto& t) { t.households[2] = 5; }), "households/id holds 5 in rows 1 and 2"));
  CHECK(contains(message_of([](auto& t) { t.activity_columns = 8; }), "has 8 columns, expected 6 or 7"));
  CHECK(contains(message_of([](auto& t) { t.area_indices[0] = 1.5; }), "area_socioeconomic_indices row 0"));
  CHECK(contains(message_of([](auto& t) { t.super_area_coordinates[0] = 951.5; }), "super_area_coordinates"));
  CHECK(contains(message_of([](auto& t) { t.area_names.pop_back(); }), "geography/area_name has 1 rows"));
  CHECK(contains(message_of([](auto&) {}, 4), "leisure_nearest = 4, expected from 1 to 3"));
  CHECK(message_of([](auto&) {}).empty());
}

TEST_CASE("a file that is no JUNE world is refused by name" * doctest::skip(!starling::hdf5_available())) {
  const TemporaryFolder folder;
  const auto refusal = [](const std::filesystem::path& path) -> std::string {
    try {
      starling::read_june_world(path);
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  };
  CHECK(contains(refusal(folder.path() / "none.h5"), "none.h5: no such file"));
  CHECK(contains(refusal(folder.path()), "expected an HDF5 file"));
  CHECK(contains(refusal(folder.write("text.h5", "id,age\n1,2\n")), "text.h5: cannot be read"));
  CHECK(contains(refusal(folder.write("empty.h5", "")), "empty.h5: cannot be read"));
  const std::filesystem::path other = folder.path() / "other.h5";
  starling::Hdf5Writer writer;
  writer.write_texts("population/id", std::vector<std::string>{"one"});
  starling::test::write_bytes(other, writer.finish());
  CHECK(contains(refusal(other), "other.h5: population/id must hold signed integers"));
}

TEST_CASE("a JUNE world cut off anywhere is refused" * doctest::skip(!starling::hdf5_available())) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "village.h5";
  starling::test::write_june_file(path);
  const std::string bytes = starling::test::bytes_of(path);
  constexpr std::size_t kCuts = 100;
  for (std::size_t cut = 0; cut < kCuts; ++cut) {
    CAPTURE(cut);
    starling::test::write_bytes(path, bytes.substr(0, bytes.size() * cut / kCuts));
    CHECK_THROWS_AS(starling::read_june_world(path), InputError);
  }
}

TEST_CASE("a JUNE world with changed bytes is refused or read as a valid population" *
          doctest::skip(!starling::hdf5_available())) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "village.h5";
  starling::test::write_june_file(path);
  const std::string bytes = starling::test::bytes_of(path);
  int refused = 0;
  int read = 0;
  for (std::uint32_t seed = 0; seed < 1000; ++seed) {
    CAPTURE(seed);
    starling::test::write_bytes(path, starling::test::with_changed_bytes(bytes, seed));
    try {
      const Population population = starling::read_june_world(path);
      CHECK_NOTHROW(starling::validate(population));
      ++read;
    } catch (const InputError& error) {
      CHECK(contains(error.what(), "village.h5"));
      ++refused;
    }
  }
  CHECK(refused > 100);
  CHECK(read > 100);
}

TEST_SUITE_END();
