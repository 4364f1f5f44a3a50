#include <doctest/doctest.h>

#include <starling/abm/csv_table.hpp>
#include <starling/core/error.hpp>

#include "../support/temporary_folder.hpp"

TEST_SUITE_BEGIN("abm");

using starling::CsvTable;
using starling::InputError;

namespace {

// The message of the InputError that reading cell (0, "value") of the text as a count gives.
std::string message_of(std::string_view text) {
  const starling::test::TemporaryFolder folder;
  try {
    const CsvTable table = CsvTable::read(folder.write("figures.csv", text));
    static_cast<void>(table.count(0, table.column("value")));
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a table gives texts, numbers and counts by column name, with either line ending") {
  const starling::test::TemporaryFolder folder;
  const CsvTable table =
      CsvTable::read(folder.write("figures.csv", "name,value\r\nCamden,3\r\n\r\nBarnet,2.5\r\n"));
  REQUIRE(table.rows() == 2);
  CHECK(table.text(1, table.column("name")) == "Barnet");
  CHECK(table.count(0, table.column("value")) == 3);
  CHECK(table.number(1, table.column("value")) == 2.5);
  CHECK_THROWS_AS(static_cast<void>(table.count(1, table.column("value"))), InputError);
}

TEST_CASE("a bad cell is reported with file, line, column, value and rule") {
  for (const char* bad : {"-1", "nan", "inf", "", "3x", "x", "1e999"}) {
    CAPTURE(bad);
    const std::string message = message_of("name,value\n\nCamden," + std::string(bad) + "\n");
    CHECK(contains(message, "figures.csv:3:"));
    CHECK(contains(message, "\"value\""));
    CHECK(contains(message, "value \"" + std::string(bad) + "\""));
    CHECK(contains(message, "of at least 0"));
  }
  CHECK(message_of("name,value\nCamden,1\n").empty());
}

TEST_CASE("a missing column, a ragged line, an empty file and a missing file are reported") {
  CHECK(contains(message_of("name,number\nCamden,1\n"), "the columns are name, number"));
  CHECK(contains(message_of("name,value\nCamden,1\nBarnet\n"), "figures.csv:3: 1 cells, expected 2"));
  CHECK(contains(message_of(""), "at least one row"));
  CHECK(contains(message_of("name,value\n"), "at least one row"));
  CHECK_THROWS_AS(CsvTable::read("/nonexistent/figures.csv"), InputError);
}

TEST_SUITE_END();
