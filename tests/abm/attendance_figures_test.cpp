#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <starling/abm/age_table.hpp>
#include <starling/abm/csv_table.hpp>

#include "../support/golden.hpp"

TEST_SUITE_BEGIN("abm");

namespace {

using starling::AgeBandValue;
using starling::AgeTable;
using starling::CsvTable;

// Tables of the shipped figures by "network day sex".
std::map<std::string, AgeTable> shipped_tables() {
  const CsvTable csv = CsvTable::read(STARLING_SOURCE_DIR "/data/attendance/leisure.csv");
  std::map<std::string, std::vector<AgeBandValue>> bands;
  for (std::size_t row = 0; row < csv.rows(); ++row)
    bands[csv.text(row, csv.column("network")) + " " + csv.text(row, csv.column("day")) + " " +
          csv.text(row, csv.column("sex"))]
        .push_back({static_cast<int>(csv.count(row, csv.column("age_from"))),
                    static_cast<int>(csv.count(row, csv.column("age_to"))),
                    csv.number(row, csv.column("probability"))});
  std::map<std::string, AgeTable> tables;
  for (const auto& [key, of_key] : bands) tables[key] = starling::expand_age_bands(of_key);
  return tables;
}

}  // namespace

TEST_CASE("six leisure networks have attendance by day, sex and age, all of them probabilities") {
  const auto tables = shipped_tables();
  CHECK(tables.size() == 6 * 2 * 2);
  for (const char* network : {"pub", "cinema", "gym", "visit", "grocery", "care_visit"})
    for (const char* day : {"weekday", "weekend"})
      for (const char* sex : {"male", "female"}) {
        const std::string key = std::string(network) + " " + day + " " + sex;
        CAPTURE(key);
        REQUIRE(tables.contains(key));
        for (const double probability : tables.at(key)) CHECK((probability >= 0.0 && probability <= 1.0));
      }
}

TEST_CASE("attendance of pubs and of people in care is the published one at every age") {
  const auto tables = shipped_tables();
  const nlohmann::json golden = starling::test::golden_json("june_leisure_tables.json");
  const char* days[] = {"weekday", "weekend"};
  const char* sexes[] = {"male", "female"};
  for (const char* network : {"pub", "care_visit"})
    for (std::size_t day = 0; day < 2; ++day)
      for (std::size_t sex = 0; sex < 2; ++sex) {
        const AgeTable& table = tables.at(std::string(network) + " " + days[day] + " " + sexes[sex]);
        const auto& runs = golden[network][day][sex];
        std::size_t run = 0;
        for (std::size_t age = 0; age < table.size(); ++age) {
          while (run + 1 < runs.size() && runs[run + 1][0].get<std::size_t>() <= age) ++run;
          CHECK(table[age] == doctest::Approx(runs[run][1].get<double>()).epsilon(1e-14));
        }
      }
}

TEST_SUITE_END();
