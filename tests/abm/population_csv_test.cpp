#include <doctest/doctest.h>

#include <starling/abm/population_csv.hpp>
#include <starling/core/error.hpp>

#include "../support/damage.hpp"
#include "../support/same_population.hpp"
#include "../support/temporary_folder.hpp"
#include "../support/worlds.hpp"

TEST_SUITE_BEGIN("abm");

using starling::InputError;
using starling::Population;
using starling::test::TemporaryFolder;

namespace {

struct Tables {
  std::string people = "id,age,sex,zone\nann,40,female,west\nbob,8,male,east\n7,63,male,east\n";
  std::string venues = "id,type,people\nh1,household,\ns,school,30\nh2,household,\n";
  std::string memberships = "person,venue\nbob,s\nbob,h1\nann,h1\n7,h2\n";
  std::string names;
};

Population import(const Tables& tables) {
  const TemporaryFolder folder;
  const std::filesystem::path village = folder.path() / "village";
  std::filesystem::create_directory(village);
  starling::test::write_bytes(village / "people.csv", tables.people);
  starling::test::write_bytes(village / "venues.csv", tables.venues);
  starling::test::write_bytes(village / "memberships.csv", tables.memberships);
  if (!tables.names.empty()) starling::test::write_bytes(village / "names.csv", tables.names);
  return starling::read_population_csv(village);
}

std::string refusal(const Tables& tables) {
  try {
    import(tables);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("tables of people, venues and memberships make a population") {
  const Population population = import({});
  CHECK_NOTHROW(starling::validate(population));
  CHECK(population.area == "village");
  CHECK(population.age_years == std::vector<std::uint8_t>{40, 8, 63});
  CHECK(population.venue_types == Names{"household", "school"});
  CHECK(population.venue_type_offsets == std::vector<std::int64_t>{0, 2, 3});
  CHECK(population.members.offsets == std::vector<std::int64_t>{0, 2, 3, 4});
  CHECK(population.members.indices == std::vector<std::int32_t>{0, 1, 2, 1});
  CHECK(population.people == std::vector<std::int32_t>{2, 1, 30});
  CHECK(population.attribute("sex").categories == Names{"male", "female"});
  CHECK(population.attribute("sex").codes == std::vector<std::int32_t>{1, 0, 0});
  CHECK(population.attribute("zone").categories == Names{"east", "west"});
  CHECK(population.attribute("zone").codes == std::vector<std::int32_t>{1, 0, 0});
}

TEST_CASE("a table's columns may stand in any order, lines end either way, and the rest may be missing") {
  Tables tables;
  tables.people =
      "\xEF\xBB\xBF"
      "age,\"id\"\r\n40,ann\r\n\r\n8,\"bob\"\r\n63,7";
  tables.venues = "type,id\nhousehold,h1\nschool,s\nhousehold,h2\n";
  tables.names =
      "file,column,name\npopulation,area,Little Snoring\nvenues,type,school\nvenues,type,household\n";
  const Population population = import(tables);
  CHECK(population.area == "Little Snoring");
  CHECK(population.attributes.empty());
  CHECK(population.age_years == std::vector<std::uint8_t>{40, 8, 63});
  CHECK(population.venue_types == Names{"school", "household"});
  CHECK(population.people == std::vector<std::int32_t>{1, 2, 1});
}

TEST_CASE("a population written as tables is read back the same") {
  const TemporaryFolder folder;
  for (const Population& population :
       {starling::test::awkward_population(), starling::test::mixed_world(5000),
        starling::make_population("", {}, {}, {}), starling::make_population("a", {1}, {}, {})}) {
    starling::write_population_csv(folder.path() / "deep" / "village", population);
    CHECK(starling::test::same_population(starling::read_population_csv(folder.path() / "deep" / "village"),
                                          population));
  }
}

TEST_CASE("a bad cell of the tables is reported with file, line, column, value and rule") {
  const auto check = [](std::string Tables::*table, const std::string& text, std::string_view part) {
    Tables tables;
    tables.*table = text;
    const std::string message = refusal(tables);
    CAPTURE(message);
    CHECK(contains(message, part));
  };
  check(&Tables::people, "id,age\nann,256\n",
        "people.csv:2: column \"age\": value \"256\", expected a whole number from 0 to 255");
  for (const char* age : {"", "-1", "4.5", "x", "99999999999999999999"})
    check(&Tables::people, std::string("id,age\nann,1\n\n7,") + age + "\n", "people.csv:4: column \"age\"");
  check(&Tables::people, "id,age\nann,1\nann,2\n",
        "people.csv:3: column \"id\": value \"ann\", expected each");
  check(&Tables::people, "id,age,sex\nann,1,f\n",
        "column \"sex\": value \"f\", expected one of male, female");
  check(&Tables::people, "id\nann\n", "people.csv:1: column \"age\" is missing; the columns are id");
  check(&Tables::people, "id,age,age\nann,1,1\n", "people.csv:1: column \"age\" stands twice");
  check(&Tables::people, "id,age\nann\n", "people.csv:2: 1 cells, expected 2");
  check(&Tables::people, "", "people.csv: no rows, expected a header line");
  check(&Tables::people, "id,age\n\"an\nn\",1\n\"bob,2\n", "people.csv:4: a quoted cell has no end");
  check(&Tables::people, "id,age\n\"ann\"a,1\n", "people.csv:2: text behind a closing quote");
  check(&Tables::venues, "id,type,people\nh1,household,-2\n",
        "venues.csv:2: column \"people\": value \"-2\", expected a whole number");
  check(&Tables::venues, "id,type\nh1,household\nh1,school\n", "venues.csv:3: column \"id\": value \"h1\"");
  check(&Tables::memberships, "person,venue\nann,h3\n",
        "memberships.csv:2: column \"venue\": value \"h3\", expected an id of venues.csv");
  check(&Tables::memberships, "person,venue\neve,h1\n",
        "memberships.csv:2: column \"person\": value \"eve\", expected an id of people.csv");
  check(&Tables::memberships, "person,venue\nann,h1\nbob,h1\nann,h1\n",
        "memberships.csv:4: column \"venue\": value \"h1\", expected each venue of person \"ann\" once");
  check(&Tables::names, "file,column,name\npeople,zone,west\n",
        "people.csv:3: column \"zone\": value \"east\"");
  check(&Tables::names, "file,column,name\nvenue,type,x\n", "names.csv:2: column \"file\": value \"venue\"");
}

TEST_CASE("a missing table is reported, and a name that a table cannot hold is refused") {
  const TemporaryFolder folder;
  CHECK_THROWS_AS(starling::read_population_csv(folder.path() / "none"), InputError);
  const Population population =
      starling::make_population("a", {1}, {}, {}, {starling::Attribute{"age", {"old"}, {0}}});
  CHECK_THROWS_AS(starling::write_population_csv(folder.path(), population), InputError);
  CHECK(std::filesystem::is_empty(folder.path()));
  CHECK_THROWS_AS(starling::write_population_csv(folder.write("file", "") / "inside", population),
                  starling::ResourceError);
}

TEST_CASE("tables with changed bytes are refused or read as a valid population") {
  const TemporaryFolder folder;
  starling::write_population_csv(folder.path(), starling::test::awkward_population());
  for (const char* name : {"people.csv", "venues.csv", "memberships.csv", "names.csv"}) {
    const std::string bytes = starling::test::bytes_of(folder.path() / name);
    for (std::uint32_t seed = 0; seed < 250; ++seed) {
      CAPTURE(name);
      CAPTURE(seed);
      starling::test::write_bytes(folder.path() / name, starling::test::with_changed_bytes(bytes, seed));
      try {
        const Population population = starling::read_population_csv(folder.path());
        CHECK_NOTHROW(starling::validate(population));
      } catch (const InputError&) {
        continue;
      }
    }
    starling::test::write_bytes(folder.path() / name, bytes);
  }
}

TEST_SUITE_END();
