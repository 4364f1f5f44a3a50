#include <algorithm>
#include <limits>
#include <memory>
#include <numeric>
#include <set>
#include <system_error>

#include <fmt/format.h>

#include <starling/abm/csv_stream.hpp>
#include <starling/abm/file_aside.hpp>
#include <starling/abm/population_csv.hpp>
#include <starling/abm/population_csv_names.hpp>
#include <starling/core/check.hpp>
#include <starling/core/error.hpp>

namespace starling {

namespace {

constexpr std::int64_t kLargestCount = std::numeric_limits<std::int32_t>::max();

std::size_t position(std::int64_t index) {
  return static_cast<std::size_t>(index);
}

// Rows of a table by the texts in its column id; the keys are views into the table.
class RowsById {
 public:
  void add(const CsvStream& table, std::size_t id) {
    if (position(kLargestCount) == rows_.size())
      table.fail(id, fmt::format("at most {} rows", kLargestCount));
    if (!rows_.try_emplace(table.cell(id), static_cast<std::int32_t>(rows_.size())).second)
      table.fail(id, "each id once");
  }
  [[nodiscard]] std::int32_t row(const CsvStream& references, std::size_t column,
                                 std::string_view table) const {
    const auto found = rows_.find(references.cell(column));
    if (found == rows_.end()) references.fail(column, fmt::format("an id of {}", table));
    return found->second;
  }

 private:
  std::unordered_map<std::string_view, std::int32_t> rows_;
};

// Codes in alphabetical order of the names.
Attribute sorted(std::string name, const NameCodes& names, std::vector<std::int32_t> codes) {
  std::vector<std::int32_t> order(names.names().size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, {}, [&](std::int32_t code) { return names.names()[position(code)]; });
  std::vector<std::int32_t> rank(order.size());
  Attribute attribute{std::move(name), {}, std::move(codes)};
  for (const std::int32_t code : order) {
    rank[position(code)] = static_cast<std::int32_t>(attribute.categories.size());
    attribute.categories.push_back(names.names()[position(code)]);
  }
  for (std::int32_t& code : attribute.codes) code = rank[position(code)];
  return attribute;
}

void read_people(CsvStream& table, const CsvNames& names, RowsById& people, Population& population) {
  const std::size_t id = table.column("id");
  const std::size_t age = table.column("age");
  std::vector<std::size_t> columns;
  std::vector<NameCodes> coders;
  for (std::size_t column = 0; column < table.columns().size(); ++column) {
    if (column == id || column == age) continue;
    const std::string name(table.columns()[column]);
    auto listed = names.of("people", name);
    if (name == kSexAttribute && !listed) listed = {"male", "female"};
    columns.push_back(column);
    coders.emplace_back(std::move(listed));
  }
  std::vector<std::vector<std::int32_t>> codes(columns.size());
  while (table.next()) {
    people.add(table, id);
    population.age_years.push_back(
        static_cast<std::uint8_t>(table.integer(age, 0, std::numeric_limits<std::uint8_t>::max())));
    for (std::size_t k = 0; k < columns.size(); ++k) codes[k].push_back(coders[k].code(table, columns[k]));
  }
  for (std::size_t k = 0; k < columns.size(); ++k) {
    std::string name(table.columns()[columns[k]]);
    population.attributes.push_back(coders[k].listed()
                                        ? Attribute{std::move(name), coders[k].names(), std::move(codes[k])}
                                        : sorted(std::move(name), coders[k], std::move(codes[k])));
  }
}

// Fills venue types and head-counts, -1 where the table gives none; returns the venue of every row.
std::vector<std::int32_t> read_venues(CsvStream& table, const CsvNames& names, RowsById& venues,
                                      Population& population) {
  const std::size_t id = table.column("id");
  const std::size_t type = table.column("type");
  const bool counted = table.has_column("people");
  NameCodes types(names.of("venues", "type"));
  std::vector<std::int32_t> type_of_row;
  std::vector<std::int32_t> people_of_row;
  while (table.next()) {
    venues.add(table, id);
    type_of_row.push_back(types.code(table, type));
    const bool given = counted && !table.cell(table.column("people")).empty();
    people_of_row.push_back(
        given ? static_cast<std::int32_t>(table.integer(table.column("people"), 0, kLargestCount)) : -1);
  }
  population.venue_types = types.names();
  std::vector<std::int64_t>& offsets = population.venue_type_offsets;
  offsets.assign(population.venue_types.size() + 1, 0);
  for (const std::int32_t code : type_of_row) ++offsets[position(code) + 1];
  std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
  std::vector<std::int64_t> next = offsets;
  std::vector<std::int32_t> venue_of_row;
  population.people.resize(type_of_row.size());
  for (std::size_t row = 0; row < type_of_row.size(); ++row) {
    const std::int64_t venue = next[position(type_of_row[row])]++;
    venue_of_row.push_back(static_cast<std::int32_t>(venue));
    population.people[position(venue)] = people_of_row[row];
  }
  return venue_of_row;
}

// Reads the table once more to say in which line a person enters a venue for the second time.
void reject_twin(const std::filesystem::path& path) {
  CsvStream table(path);
  const std::size_t person = table.column("person");
  const std::size_t venue = table.column("venue");
  std::set<std::pair<std::string_view, std::string_view>> seen;
  while (table.next()) {
    if (!seen.emplace(table.cell(person), table.cell(venue)).second)
      table.fail(venue, fmt::format("each venue of person \"{}\" once", table.cell(person)));
  }
}

void read_memberships(CsvStream& table, const RowsById& people, const RowsById& venues,
                      const std::vector<std::int32_t>& venue_of_row, Population& population) {
  const std::size_t person = table.column("person");
  const std::size_t venue = table.column("venue");
  std::vector<std::pair<std::int32_t, std::int32_t>> pairs;  // venue, person
  while (table.next()) {
    const std::int32_t row = venues.row(table, venue, kVenuesTable);
    pairs.emplace_back(venue_of_row[position(row)], people.row(table, person, kPeopleTable));
  }
  std::ranges::sort(pairs);
  if (std::ranges::adjacent_find(pairs) != pairs.end()) reject_twin(table.path());
  std::vector<std::int64_t>& offsets = population.members.offsets;
  offsets.assign(venue_of_row.size() + 1, 0);
  for (const auto& [in_venue, agent] : pairs) {
    ++offsets[position(in_venue) + 1];
    population.members.indices.push_back(agent);
  }
  std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
}

std::string people_text(const Population& population) {
  std::string text;
  append_csv_cell(text, "id");
  append_csv_cell(text, "age");
  for (const Attribute& attribute : population.attributes) {
    check_that(attribute.name != "id" && attribute.name != "age", "write_population_csv",
               fmt::format("attribute \"{}\", expected another name", attribute.name));
    append_csv_cell(text, attribute.name);
  }
  text += '\n';
  for (std::int64_t agent = 0; agent < population.agents(); ++agent) {
    append_csv_cell(text, agent);
    append_csv_cell(text, std::int64_t{population.age_years[position(agent)]});
    for (const Attribute& attribute : population.attributes)
      append_csv_cell(text, attribute.categories[position(attribute.codes[position(agent)])]);
    text += '\n';
  }
  return text;
}

std::string venues_text(const Population& population) {
  std::string text = "id,type,people\n";
  for (std::size_t type = 0; type < population.venue_types.size(); ++type) {
    for (std::int64_t venue = population.venue_type_offsets[type];
         venue < population.venue_type_offsets[type + 1]; ++venue) {
      append_csv_cell(text, venue);
      append_csv_cell(text, population.venue_types[type]);
      append_csv_cell(text, std::int64_t{population.people[position(venue)]});
      text += '\n';
    }
  }
  return text;
}

std::string memberships_text(const Population& population) {
  std::string text = "person,venue\n";
  const Csr& memberships = population.memberships;
  for (std::int64_t agent = 0; agent < population.agents(); ++agent) {
    for (std::int64_t k = memberships.offsets[position(agent)]; k < memberships.offsets[position(agent + 1)];
         ++k) {
      append_csv_cell(text, agent);
      append_csv_cell(text, std::int64_t{memberships.indices[position(k)]});
      text += '\n';
    }
  }
  return text;
}

std::string names_text(const Population& population) {
  std::string text = "file,column,name\n";
  const auto row = [&](std::string_view file, std::string_view column, std::string_view name) {
    append_csv_cell(text, file);
    append_csv_cell(text, column);
    append_csv_cell(text, name);
    text += '\n';
  };
  row("population", "area", population.area);
  for (const Attribute& attribute : population.attributes) {
    for (const std::string& category : attribute.categories) row("people", attribute.name, category);
  }
  for (const std::string& type : population.venue_types) row("venues", "type", type);
  return text;
}

}  // namespace

Population read_population_csv(const std::filesystem::path& folder) {
  const CsvNames names(folder);
  Population population;
  population.area =
      names.of("population", "area")
          .value_or(std::vector{std::filesystem::absolute(folder / "x").parent_path().filename().string()})
          .front();
  CsvStream people_table(folder / kPeopleTable);
  RowsById people;
  read_people(people_table, names, people, population);
  CsvStream venues_table(folder / kVenuesTable);
  RowsById venues;
  const std::vector<std::int32_t> venue_of_row = read_venues(venues_table, names, venues, population);
  CsvStream memberships_table(folder / kMembershipsTable);
  read_memberships(memberships_table, people, venues, venue_of_row, population);
  for (std::size_t venue = 0; venue < population.people.size(); ++venue) {
    if (population.people[venue] < 0)
      population.people[venue] = static_cast<std::int32_t>(population.members.offsets[venue + 1] -
                                                           population.members.offsets[venue]);
  }
  population.memberships = transpose(population.members, population.agents());
  try {
    validate(population);
  } catch (const InputError& error) {
    throw InputError(fmt::format("{}: {}", folder.string(), error.what()));
  }
  return population;
}

void write_population_csv(const std::filesystem::path& folder, const Population& population) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) throw ResourceError(fmt::format("{}: cannot be made: {}", folder.string(), failure.message()));
  std::vector<std::unique_ptr<FileAside>> files;
  const auto write = [&](const char* name, const std::string& text) {
    files.push_back(std::make_unique<FileAside>(folder / name));
    files.back()->write(text);
  };
  write(kPeopleTable, people_text(population));
  write(kVenuesTable, venues_text(population));
  write(kMembershipsTable, memberships_text(population));
  write(kNamesTable, names_text(population));
  for (const auto& file : files) file->finish();
}

}  // namespace starling
