#include "june_file.hpp"

#include <span>

#include <starling/abm/hdf5_file.hpp>

#include "damage.hpp"

namespace starling::test {

namespace {

template <class T, class Read>
std::vector<T> column_of(const std::vector<JunePerson>& people, Read read) {
  std::vector<T> column;
  for (const JunePerson& person : people) column.push_back(read(person));
  return column;
}

template <class T>
void write(Hdf5Writer& file, const std::string& dataset, const std::vector<T>& values,
           std::int64_t columns = 0) {
  file.write(dataset, std::span<const T>(values), columns);
}

void write_people(Hdf5Writer& file, const JuneTables& tables) {
  const auto integers = [&](const std::string& name, auto read) {
    write(file, "population/" + name, column_of<std::int64_t>(tables.people, read));
  };
  const auto texts = [&](const std::string& name, auto read) {
    file.write_texts("population/" + name, column_of<std::string>(tables.people, read));
  };
  integers("id", [](const JunePerson& p) { return p.id; });
  integers("age", [](const JunePerson& p) { return p.age; });
  integers("area", [](const JunePerson& p) { return p.area; });
  integers("super_area", [](const JunePerson& p) { return p.super_area; });
  texts("sex", [](const JunePerson& p) { return p.sex; });
  texts("ethnicity", [](const JunePerson& p) { return p.ethnicity; });
  std::vector<std::int64_t> ids;
  std::vector<std::string> specs;
  for (const JunePerson& person : tables.people) {
    for (std::int64_t column = 0; column < tables.activity_columns; ++column) {
      const bool filled = column < 2;
      ids.push_back(filled ? person.activities[static_cast<std::size_t>(column)].second : -999);
      specs.push_back(filled ? person.activities[static_cast<std::size_t>(column)].first : " ");
    }
  }
  write(file, "population/group_ids", ids, tables.activity_columns);
  file.write_texts("population/group_specs", specs, tables.activity_columns);
}

}  // namespace

void write_june_file(const std::filesystem::path& path, const JuneTables& tables) {
  Hdf5Writer file;
  write_people(file, tables);
  write(file, "households/id", tables.households);
  write(file, "care_homes/id", tables.care_homes);
  write(file, "companies/id", tables.companies);
  write(file, "schools/id", tables.schools);
  if (!tables.universities.empty()) write(file, "universities/id", tables.universities);
  write(file, "geography/area_id", tables.area_ids);
  file.write_texts("geography/area_name", tables.area_names);
  write(file, "geography/area_socioeconomic_indices", tables.area_indices);
  write(file, "geography/super_area_id", tables.super_area_ids);
  file.write_texts("geography/super_area_name", tables.super_area_names);
  write(file, "geography/super_area_coordinates", tables.super_area_coordinates, 2);
  write(file, "geography/super_area_region", tables.super_area_regions);
  write(file, "geography/region_id", tables.region_ids);
  file.write_texts("geography/region_name", tables.region_names);
  write_bytes(path, file.finish());
}

}  // namespace starling::test
