#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace starling::test {

/// A person of a world in JUNE's layout. Activities are (spec, id): residence and primary activity.
struct JunePerson {
  std::int64_t id;
  std::int64_t age;
  std::string sex;
  std::string ethnicity;
  std::int64_t area;
  std::int64_t super_area;
  std::array<std::pair<std::string, std::int64_t>, 2> activities;
};

/// The tables of a small world whose ids are no row numbers, with missing values of every kind.
struct JuneTables {
  std::vector<JunePerson> people{
      {900, 40, "f", "A1", 7, 50, {{{"household", 11}, {"company", 41}}}},
      {901, 8, "m", " ", 7, 50, {{{"household", 11}, {"school", 6}}}},
      {905, 35, "m", "C1", 3, 20, {{{"household", 5}, {"school", 6}}}},
      {903, 80, "f", "A1", 3, 20, {{{"care_home", 2}, {" ", -999}}}},
      {902, 30, "m", "D1", -999, -999, {{{"care_home", 2}, {"care_home", 2}}}},
      {904, 22, "f", "A1", 3, 30, {{{"household", 5}, {"university", 77}}}},
      {910, 50, "m", "A4", 7, 30, {{{"household", 5}, {"hospital", 1}}}},
      {911, 97, "f", "B1", 7, 50, {{{" ", -999}, {" ", -999}}}},
  };
  std::int64_t activity_columns = 7;
  std::vector<std::int64_t> households{11, 5, 9};
  std::vector<std::int64_t> care_homes{2};
  std::vector<std::int64_t> companies{40, 41};
  std::vector<std::int64_t> schools{6};
  std::vector<std::int64_t> universities{77};  // empty: the file has no such group
  std::vector<std::int64_t> area_ids{7, 3};
  std::vector<std::string> area_names{"E007", "E003"};
  std::vector<double> area_indices{1.0, 0.2};
  std::vector<std::int64_t> super_area_ids{50, 20, 30};
  std::vector<std::string> super_area_names{"E0250", "E0220", "E0230"};
  std::vector<double> super_area_coordinates{51.5, -0.1, 51.6, -0.1, 53.0, -2.0};
  std::vector<std::int64_t> super_area_regions{1, 0, -999};
  std::vector<std::int64_t> region_ids{0, 1, 0, 1};
  std::vector<std::string> region_names{"North", "South", "North", "South"};
};

void write_june_file(const std::filesystem::path& path, const JuneTables& tables = {});

}  // namespace starling::test
