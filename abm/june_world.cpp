#include <array>
#include <limits>
#include <memory>

#include <fmt/format.h>

#include <starling/abm/hdf5_file.hpp>
#include <starling/abm/june_places.hpp>
#include <starling/abm/june_world.hpp>
#include <starling/core/error.hpp>

namespace starling {

namespace {

// Columns of the activity tables that a saved world fills: residence and primary activity.
constexpr std::int64_t kColumns = 2;

struct GroupKind {
  std::string_view spec;          // as in population/group_specs
  std::string_view ids;           // dataset of the group's ids
  std::array<bool, 2> in_column;  // [columns] where people are looked for
};

constexpr std::array<GroupKind, 5> kGroupKinds{{
    {"household", "households/id", {true, false}},
    {"care_home", "care_homes/id", {true, true}},
    {"company", "companies/id", {false, true}},
    {"school", "schools/id", {false, true}},
    {"university", "universities/id", {false, true}},
}};

std::size_t position(std::int64_t index) {
  return static_cast<std::size_t>(index);
}

// People and their two activities, as the file has them.
struct Activities {
  Hdf5Texts specs;                // [agents * kColumns]
  std::vector<std::int64_t> ids;  // [agents][kColumns]
};

void check_rows(const Hdf5Reader& file, const std::string& dataset, std::int64_t agents) {
  const std::int64_t rows = file.shape(dataset).front();
  if (rows != agents)
    file.fail(dataset, fmt::format("has {} rows, expected {} as in population/id", rows, agents));
}

Activities read_activities(const Hdf5Reader& file, std::int64_t agents) {
  for (const char* dataset : {"population/group_specs", "population/group_ids"}) {
    const std::vector<std::int64_t> shape = file.shape(dataset);
    if (shape.size() != 2 || (shape[1] != 6 && shape[1] != 7))
      file.fail(dataset,
                fmt::format("has {} columns, expected 6 or 7 activities", shape.size() == 2 ? shape[1] : 1));
    check_rows(file, dataset, agents);
  }
  return {file.text_table("population/group_specs", kColumns),
          file.table<std::int64_t>("population/group_ids", kColumns)};
}

// The venues of one type with their members and head-counts.
struct Venues {
  Csr members;
  std::vector<std::int32_t> people;
};

// Venue of every (agent, column) of this kind, in the order of the agents: rows of the group's ids.
std::vector<std::pair<std::int32_t, std::int32_t>> find_visits(const Hdf5Reader& file, const GroupKind& kind,
                                                               const JuneIds* venue_ids,
                                                               const Activities& activities) {
  std::vector<std::pair<std::int32_t, std::int32_t>> visits;
  for (std::int64_t cell = 0; cell < activities.specs.size(); ++cell) {
    if (!kind.in_column[position(cell % kColumns)] || activities.specs[cell] != kind.spec) continue;
    const std::int64_t id = activities.ids[position(cell)];
    const std::optional<std::int32_t> venue = venue_ids == nullptr ? std::nullopt : venue_ids->row(id);
    if (!venue)
      file.fail("population/group_ids",
                fmt::format("row {} column {} is {} {}, expected an id of {}", cell / kColumns,
                            cell % kColumns, kind.spec, id, kind.ids));
    visits.emplace_back(static_cast<std::int32_t>(cell / kColumns), *venue);
  }
  return visits;
}

Venues read_group(const Hdf5Reader& file, const GroupKind& kind, const Activities& activities) {
  const std::string ids(kind.ids);
  // A world without such venues lacks their group.
  const auto venue_ids = file.has(ids) ? std::make_unique<JuneIds>(file, ids) : nullptr;
  const auto visits = find_visits(file, kind, venue_ids.get(), activities);
  Venues venues;
  venues.people.assign(venue_ids ? position(venue_ids->size()) : 0, 0);
  Csr venues_of_agent;
  std::int32_t agent = 0;
  for (std::size_t k = 0; k < visits.size(); ++k) {
    ++venues.people[position(visits[k].second)];
    if (k > 0 && visits[k] == visits[k - 1]) continue;
    for (; agent < visits[k].first; ++agent)
      venues_of_agent.offsets.push_back(static_cast<std::int64_t>(venues_of_agent.indices.size()));
    venues_of_agent.indices.push_back(visits[k].second);
  }
  venues_of_agent.offsets.push_back(static_cast<std::int64_t>(venues_of_agent.indices.size()));
  venues.members = transpose(venues_of_agent, static_cast<std::int64_t>(venues.people.size()));
  return venues;
}

Venues leisure_catchments(const Hdf5Reader& file, const std::vector<std::int32_t>& super_area_of_agent,
                          std::int64_t super_areas, int nearest) {
  const std::string coordinates = "geography/super_area_coordinates";
  const std::vector<std::int32_t> catchments = june_nearest_places(file, coordinates, nearest);
  if (position(super_areas) * position(nearest) != catchments.size())
    file.fail(coordinates, fmt::format("has {} rows, expected {} as in geography/super_area_id",
                                       catchments.size() / position(nearest), super_areas));
  Csr home;
  for (const std::int32_t place : super_area_of_agent) {
    if (place >= 0) home.indices.push_back(place);
    home.offsets.push_back(static_cast<std::int64_t>(home.indices.size()));
  }
  const Csr residents = transpose(home, super_areas);
  Venues venues;
  for (std::int64_t place = 0; place < super_areas; ++place) {
    for (int n = 0; n < nearest; ++n) {
      const std::int64_t near = catchments[position(place * nearest + n)];
      venues.members.indices.insert(venues.members.indices.end(),
                                    residents.indices.begin() + residents.offsets[position(near)],
                                    residents.indices.begin() + residents.offsets[position(near + 1)]);
    }
    const auto end = static_cast<std::int64_t>(venues.members.indices.size());
    venues.people.push_back(static_cast<std::int32_t>(end - venues.members.offsets.back()));
    venues.members.offsets.push_back(end);
  }
  return venues;
}

std::vector<std::uint8_t> read_ages(const Hdf5Reader& file) {
  constexpr std::int64_t kOldest = std::numeric_limits<std::uint8_t>::max();
  const std::string dataset = "population/age";
  std::vector<std::uint8_t> ages;
  for (const std::int64_t age : file.numbers<std::int64_t>(dataset)) {
    if (age < 0 || age > kOldest)
      file.fail(dataset,
                fmt::format("row {} is {}, expected an age from 0 to {}", ages.size(), age, kOldest));
    ages.push_back(static_cast<std::uint8_t>(age));
  }
  return ages;
}

Attribute read_sex(const Hdf5Reader& file) {
  const std::string dataset = "population/sex";
  const Hdf5Texts texts = file.texts(dataset);
  Attribute sex{std::string(kSexAttribute), {"male", "female"}, {}};
  for (std::int64_t row = 0; row < texts.size(); ++row) {
    if (texts[row] != "m" && texts[row] != "f")
      file.fail(dataset, fmt::format("row {} is \"{}\", expected m or f", row, texts[row]));
    sex.codes.push_back(texts[row] == "m" ? 0 : 1);
  }
  return sex;
}

// The attribute that the names of places give, when the file has them.
void add_names_of_places(const Hdf5Reader& file, const std::string& name, const std::string& dataset,
                         const JuneIds& places, const std::vector<std::int32_t>& place_of_agent,
                         std::vector<Attribute>& attributes) {
  if (!file.has(dataset)) return;
  const Attribute names = june_text_attribute(name, file.texts(dataset));
  if (static_cast<std::int64_t>(names.codes.size()) != places.size())
    file.fail(dataset, fmt::format("has {} rows, expected {} as in {}", names.codes.size(), places.size(),
                                   places.dataset()));
  attributes.push_back(june_attribute_of_place(names, place_of_agent));
}

void add_areas(const Hdf5Reader& file, std::int64_t agents, std::vector<Attribute>& attributes) {
  if (!file.has("population/area") || !file.has("geography/area_id")) return;
  check_rows(file, "population/area", agents);
  const JuneIds areas(file, "geography/area_id");
  const std::vector<std::int32_t> area_of_agent = areas.rows_of(file, "population/area");
  add_names_of_places(file, "area", "geography/area_name", areas, area_of_agent, attributes);
  const std::string indices = "geography/area_socioeconomic_indices";
  if (!file.has(indices)) return;
  const Attribute quintiles = june_quintiles(file, indices);
  if (static_cast<std::int64_t>(quintiles.codes.size()) != areas.size())
    file.fail(indices, fmt::format("has {} rows, expected {} as in geography/area_id", quintiles.codes.size(),
                                   areas.size()));
  attributes.push_back(june_attribute_of_place(quintiles, area_of_agent));
}

// Regions hang on super areas; the table of regions may list each several times.
void add_regions(const Hdf5Reader& file, const std::vector<std::int32_t>& super_area_of_agent,
                 std::int64_t super_areas, std::vector<Attribute>& attributes) {
  const std::string dataset = "geography/super_area_region";
  if (!file.has(dataset) || !file.has("geography/region_id")) return;
  const JuneIds regions(file, "geography/region_id", JuneIds::Twice::first);
  const std::vector<std::int32_t> region_of_super_area = regions.rows_of(file, dataset);
  if (static_cast<std::int64_t>(region_of_super_area.size()) != super_areas)
    file.fail(dataset, fmt::format("has {} rows, expected {} as in geography/super_area_id",
                                   region_of_super_area.size(), super_areas));
  std::vector<std::int32_t> region_of_agent;
  region_of_agent.reserve(super_area_of_agent.size());
  for (const std::int32_t place : super_area_of_agent)
    region_of_agent.push_back(place < 0 ? -1 : region_of_super_area[position(place)]);
  add_names_of_places(file, "region", "geography/region_name", regions, region_of_agent, attributes);
}

}  // namespace

Population read_june_world(const std::filesystem::path& path, const JuneWorldSettings& settings) {
  const Hdf5Reader file(path);
  const std::int64_t agents = JuneIds(file, "population/id").size();
  for (const char* dataset : {"population/age", "population/sex", "population/super_area"})
    check_rows(file, dataset, agents);
  const JuneIds super_areas(file, "geography/super_area_id");
  const std::vector<std::int32_t> super_area_of_agent = super_areas.rows_of(file, "population/super_area");

  std::vector<Attribute> attributes{read_sex(file)};
  if (file.has("population/ethnicity")) {
    check_rows(file, "population/ethnicity", agents);
    attributes.push_back(june_text_attribute("ethnicity", file.texts("population/ethnicity")));
  }
  add_areas(file, agents, attributes);
  add_names_of_places(file, "super_area", "geography/super_area_name", super_areas, super_area_of_agent,
                      attributes);
  add_regions(file, super_area_of_agent, super_areas.size(), attributes);

  std::vector<std::string> types;
  std::vector<Csr> members;
  std::vector<std::int32_t> people;
  const auto add_type = [&](std::string_view name, Venues venues) {
    types.emplace_back(name);
    members.push_back(std::move(venues.members));
    people.insert(people.end(), venues.people.begin(), venues.people.end());
  };
  {
    const Activities activities = read_activities(file, agents);
    for (const GroupKind& kind : kGroupKinds) add_type(kind.spec, read_group(file, kind, activities));
  }
  add_type("leisure",
           leisure_catchments(file, super_area_of_agent, super_areas.size(), settings.leisure_nearest));
  Population population = make_population(path.stem().string(), read_ages(file), std::move(types),
                                          std::move(members), std::move(attributes));
  population.people = std::move(people);
  return population;
}

}  // namespace starling
