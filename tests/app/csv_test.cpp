#include <charconv>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <starling/app/csv_reader.hpp>
#include <starling/app/csv_writer.hpp>
#include <starling/core/error.hpp>

#include "../support/temporary_folder.hpp"

TEST_SUITE_BEGIN("app");

using starling::app::CsvWriter;
using starling::app::read_observed_series;

namespace {

const std::vector<std::string> kSeries{"young", "old"};

std::string message_of(const std::string& text) {
  const starling::test::TemporaryFolder folder;
  try {
    static_cast<void>(read_observed_series(folder.write("seen.csv", text), kSeries, 2));
  } catch (const starling::InputError& error) {
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("written numbers read back to the same bits") {
  const std::vector<std::string> columns{"value"};
  for (const double value : {0.1, 1.0 / 3.0, 1e-300, -0.0, 12345678.9, std::numeric_limits<double>::max()}) {
    CsvWriter writer(columns);
    writer.row(value);
    const std::string text = writer.text().substr(6, writer.text().size() - 7);
    double back = 0.0;
    std::from_chars(text.data(), text.data() + text.size(), back);
    CHECK(back == value);
  }
}

TEST_CASE("a row holds one cell per column and quotes text that needs it") {
  const std::vector<std::string> columns{"a", "b"};
  CsvWriter writer(columns);
  writer.row("x,\"y\"", std::int64_t{3});
  CHECK(writer.text() == "a,b\n\"x,\"\"y\"\"\",3\n");
  writer.cell(1.0);
  CHECK_THROWS_AS(writer.end_row(), std::logic_error);
}

TEST_CASE("observed series are found by name and ordered by step") {
  const starling::test::TemporaryFolder folder;
  const auto file = folder.write("seen.csv", "old,date,step,young\n4,b,1,3\n2,a,0,1\n9,c,2,9\n");
  CHECK(read_observed_series(file, kSeries, 2) == std::vector<double>{1, 2, 3, 4});
}

TEST_CASE("each fault of an observed file is named with its place") {
  CHECK(contains(message_of("step,young\n0,1\n1,2\n"), "old"));
  CHECK(contains(message_of("step,young,old,old\n0,1,1,1\n1,2,2,2\n"), "stands twice"));
  CHECK(contains(message_of("step,young,old\n0,1,1\n1,nan,2\n"), "seen.csv:3"));
  CHECK(contains(message_of("step,young,old\n0,1,1\n1,-2,2\n"), "\"-2\""));
  CHECK(contains(message_of("step,young,old\n0,1,1\n1,2,many\n"), "many"));
  CHECK(contains(message_of("step,young,old\n0,1,1\n1,2\n"), "seen.csv:3"));
  CHECK(contains(message_of("step,young,old\n0,1,1\n0,2,2\n"), "each step once"));
  CHECK(contains(message_of("step,young,old\n0,1,1\n"), "no row for step 1"));
  CHECK(contains(message_of("step,young,old\n0.5,1,1\n"), "whole number"));
  CHECK_THROWS_AS(read_observed_series("/nowhere/seen.csv", kSeries, 2), starling::InputError);
}

TEST_SUITE_END();
