#include <array>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <starling/abm/age_table.hpp>
#include <starling/abm/attendance_csv.hpp>
#include <starling/abm/csv_table.hpp>
#include <starling/core/error.hpp>

namespace starling {

namespace {

constexpr std::array<const char*, kDayTypes> kDayNames{"weekday", "weekend"};
constexpr std::array<const char*, kSexes> kSexNames{"male", "female"};

template <std::size_t count>
std::size_t position_in(const std::array<const char*, count>& names, const CsvTable& table, std::size_t row,
                        std::size_t column) {
  for (std::size_t i = 0; i < count; ++i)
    if (table.text(row, column) == names[i]) return i;
  table.fail(row, column, fmt::format("one of {}", fmt::join(names, ", ")));
}

// The age bands of one network by day type and sex.
struct Bands {
  std::array<std::array<std::vector<AgeBandValue>, kSexes>, kDayTypes> of;
  bool any = false;

  void add(const CsvTable& table, std::size_t row) {
    const std::size_t day = position_in(kDayNames, table, row, table.column("day"));
    const std::size_t sex = position_in(kSexNames, table, row, table.column("sex"));
    const std::size_t from = table.column("age_from");
    const std::size_t to = table.column("age_to");
    const std::size_t probability = table.column("probability");
    if (table.count(row, from) >= table.count(row, to)) table.fail(row, to, "an age above age_from");
    if (table.count(row, to) > kTableAges)
      table.fail(row, to, fmt::format("an age of at most {}", kTableAges));
    if (table.number(row, probability) > 1.0) table.fail(row, probability, "a probability from 0 to 1");
    of[day][sex].push_back({static_cast<int>(table.count(row, from)), static_cast<int>(table.count(row, to)),
                            table.number(row, probability)});
    any = true;
  }
};

}  // namespace

AttendanceTable read_attendance(const std::filesystem::path& path, std::string_view network) {
  const CsvTable table = CsvTable::read(path);
  const std::size_t name = table.column("network");
  Bands bands;
  std::set<std::string> known;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    known.insert(table.text(row, name));
    if (table.text(row, name) == network) bands.add(table, row);
  }
  if (!bands.any)
    throw InputError(fmt::format("{}: there is no network \"{}\", expected one of {}", path.string(), network,
                                 fmt::join(known, ", ")));
  AttendanceTable result(0.0);
  for (const DayType day : {DayType::weekday, DayType::weekend}) {
    for (std::size_t sex = 0; sex < kSexes; ++sex) {
      const AgeTable ages = expand_age_bands(bands.of[static_cast<std::size_t>(day)][sex]);
      for (int age = 0; age < kTableAges; ++age)
        result.at(day, static_cast<int>(sex), age) = ages[static_cast<std::size_t>(age)];
    }
  }
  return result;
}

}  // namespace starling
