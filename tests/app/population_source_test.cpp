#include <fstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <starling/abm/hdf5_file.hpp>
#include <starling/abm/june_world.hpp>
#include <starling/abm/population_csv.hpp>
#include <starling/abm/population_file.hpp>
#include <starling/app/population_source.hpp>
#include <starling/app/verbs.hpp>
#include <starling/core/error.hpp>

#include "../support/june_file.hpp"
#include "../support/same_population.hpp"
#include "../support/temporary_folder.hpp"

TEST_SUITE_BEGIN("app");

using starling::Population;
using starling::app::Configuration;
using starling::test::same_population;
using starling::test::TemporaryFolder;

namespace {

Configuration configured(const TemporaryFolder& folder, const std::string& population,
                         const std::vector<std::string>& overrides = {}) {
  return starling::app::read_configuration(folder.write("small.toml", "[population]\n" + population + "\n"),
                                           overrides);
}

Population population_of(const Configuration& configuration) {
  return starling::app::make_population_of({}, configuration).population;
}

// What the verb population writes for this section.
nlohmann::json described(const TemporaryFolder& folder, const std::string& population) {
  starling::app::Invocation invocation;
  invocation.output_directory = folder.path() / "out";
  invocation.data_directory = STARLING_SOURCE_DIR "/data";
  invocation.quiet = true;
  starling::app::run_population(invocation, configured(folder, population));
  return nlohmann::json::parse(std::ifstream(folder.path() / "out" / "population.json"));
}

}  // namespace

TEST_CASE("a population read from a file is found beside the configuration") {
  const TemporaryFolder folder;
  const Population population = starling::test::awkward_population();
  starling::write_population_csv(folder.path() / "village", population);
  CHECK(
      same_population(population_of(configured(folder, "source = \"csv\"\nfile = \"village\"")), population));
  const std::string absolute = "population.file=" + (folder.path() / "village").string();
  CHECK(same_population(population_of(configured(folder, "source = \"csv\"\nfile = \"none\"", {absolute})),
                        population));
}

TEST_CASE("a source that needs a file is refused without one, and an unknown source is refused") {
  const TemporaryFolder folder;
  for (const char* source : {"june", "file", "csv"}) {
    try {
      population_of(configured(folder, "source = \"" + std::string(source) + "\""));
      FAIL("not refused");
    } catch (const starling::InputError& error) {
      CHECK(std::string(error.what()).find("needs population.file") != std::string::npos);
    }
  }
  CHECK_THROWS_AS(configured(folder, "source = \"map\""), starling::InputError);
  CHECK_THROWS_AS(configured(folder, "leisure_nearest = 0"), starling::InputError);
}

TEST_CASE("a JUNE world is described, and its population.h5 is a source of its own" *
          doctest::skip(!starling::hdf5_available())) {
  const TemporaryFolder folder;
  starling::test::write_june_file(folder.path() / "village.h5");
  const nlohmann::json json =
      described(folder, "source = \"june\"\nfile = \"village.h5\"\nleisure_nearest = 2");
  CHECK(json["agents"] == 8);
  CHECK(json["networks"]["household"] == nlohmann::json{{"venues", 3}, {"memberships", 5}, {"largest", 3}});
  CHECK(json["networks"]["leisure"]["largest"] == 5);
  CHECK(json["attributes"]["sex"]["counts"] == nlohmann::json{{"male", 4}, {"female", 4}});
  CHECK(json["attributes"]["region"]["categories"] == 3);
  CHECK(json["marginals"] == nlohmann::json::array());
  CHECK(same_population(population_of(configured(folder, "source = \"file\"\nfile = \"out/population.h5\"")),
                        starling::read_june_world(folder.path() / "village.h5", {2})));
}

TEST_CASE("population.json lists the most frequent categories and counts the people in the others") {
  const TemporaryFolder folder;
  starling::Attribute zone{"zone", {}, {}};
  for (int k = 0; k < 60; ++k) zone.categories.push_back("zone " + std::to_string(k));
  for (int agent = 0; agent < 200; ++agent) zone.codes.push_back(agent < 100 ? 59 : agent % 60);
  starling::write_population_csv(
      folder.path() / "village",
      starling::make_population("a", std::vector<std::uint8_t>(200, 30), {}, {}, {zone}));
  const nlohmann::json attribute =
      described(folder, "source = \"csv\"\nfile = \"village\"")["attributes"]["zone"];
  CHECK(attribute["categories"] == 60);
  CHECK(attribute["counts"].size() == 50);
  CHECK(attribute["counts"]["zone 59"] == 102);
  std::int64_t listed = 0;
  for (const auto& count : attribute["counts"]) listed += count.get<std::int64_t>();
  CHECK(attribute["not_listed"] == 200 - listed);
  CHECK(attribute["not_listed"] > 0);
}

TEST_CASE("a synthesised population.h5 holds what was synthesised" *
          doctest::skip(!starling::hdf5_available())) {
  const TemporaryFolder folder;
  const nlohmann::json json = described(folder, "scale = 0.01");
  CHECK(json["marginals"].size() > 10);
  starling::app::Invocation invocation;
  invocation.data_directory = STARLING_SOURCE_DIR "/data";
  const Configuration configuration = configured(folder, "scale = 0.01");
  CHECK(same_population(starling::read_population_file(folder.path() / "out" / "population.h5"),
                        starling::app::make_population_of(invocation, configuration).population));
}

TEST_SUITE_END();
