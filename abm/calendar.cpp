#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <starling/abm/calendar.hpp>
#include <starling/core/check.hpp>
#include <starling/core/error.hpp>

namespace starling {

namespace {

int parse_number(const std::string& date, std::size_t begin, std::size_t length) {
  int value = -1;
  const char* first = date.data() + begin;
  const auto result = std::from_chars(first, first + length, value);
  return result.ec == std::errc{} && result.ptr == first + length ? value : -1;
}

std::optional<std::chrono::sys_days> parse_date(const std::string& date) {
  const bool shaped = date.size() == 10 && date[4] == '-' && date[7] == '-';
  const int year = shaped ? parse_number(date, 0, 4) : -1;
  const int month = shaped ? parse_number(date, 5, 2) : -1;
  const int day = shaped ? parse_number(date, 8, 2) : -1;
  const std::chrono::year_month_day parsed{std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
  if (year < 0 || month < 0 || day < 0 || !parsed.ok()) return std::nullopt;
  return std::chrono::sys_days{parsed};
}

std::chrono::sys_days start_of(const EpidemicSettings& settings) {
  const auto date = parse_date(settings.start);
  if (!date)
    throw InputError(
        fmt::format("epidemic.start = \"{}\", expected an existing date as YYYY-MM-DD", settings.start));
  return *date;
}

std::string format_date(std::chrono::sys_days day) {
  const std::chrono::year_month_day date{day};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

DayType day_type_of(std::chrono::sys_days day) {
  const std::chrono::weekday weekday{day};
  return weekday == std::chrono::Saturday || weekday == std::chrono::Sunday ? DayType::weekend
                                                                            : DayType::weekday;
}

std::vector<int> hours_of_day(const EpidemicSettings& settings, const std::vector<int>& given,
                              const char* name) {
  check_that(settings.step_hours >= 1 && settings.step_hours <= 24 && 24 % settings.step_hours == 0,
             "epidemic", fmt::format("step_hours = {}, expected a divisor of 24", settings.step_hours));
  if (given.empty())
    return std::vector<int>(static_cast<std::size_t>(24 / settings.step_hours), settings.step_hours);
  int sum = 0;
  for (const int hours : given) {
    check_positive("epidemic", name, hours);
    sum += hours;
  }
  check_that(sum == 24, "epidemic",
             fmt::format("{} = [{}] add up to {} h, expected 24", name, fmt::join(given, ", "), sum));
  return given;
}

}  // namespace

Calendar::Calendar(const EpidemicSettings& settings)
    : hours_{hours_of_day(settings, settings.weekday_step_hours, "weekday_step_hours"),
             hours_of_day(settings, settings.weekend_step_hours, "weekend_step_hours")} {
  check_in_range("epidemic", "days", settings.days, 1, 3650);
  const std::chrono::sys_days start = start_of(settings);
  std::int64_t hours_before = 0;
  for (int day = 0; day <= settings.days; ++day) {
    const std::chrono::sys_days date = start + std::chrono::days{day};
    const DayType day_type = day_type_of(date);
    const std::vector<int>& hours = hours_[static_cast<std::size_t>(day_type)];
    for (int step = 0; step < static_cast<int>(hours.size()); ++step) {
      const int length = hours[static_cast<std::size_t>(step)];
      records_.push_back(
          {static_cast<double>(hours_before) / 24.0, length / 24.0, format_date(date), day_type, step});
      hours_before += length;
      if (day == settings.days) break;  // the last record is the last day's first moment
    }
  }
  check_in_range("epidemic", "steps of all days", steps(), 1, 32000);
}

bool Calendar::active(const NetworkSettings& network, int step) const {
  const Step& own = record(step);
  const bool weekday = own.day_type == DayType::weekday;
  if (!(weekday ? network.weekdays : network.weekends)) return false;
  const std::vector<int>& steps = weekday ? network.weekday_steps : network.weekend_steps;
  for (const int meets : steps)
    check_index("networks." + network.name, weekday ? "weekday_steps" : "weekend_steps", meets,
                steps_of(own.day_type));
  return steps.empty() || std::ranges::find(steps, own.step_of_day) != steps.end();
}

int days_between(const std::string& from, const std::string& to) {
  const auto first = parse_date(from);
  const auto last = parse_date(to);
  check_that(first && last, "days_between",
             fmt::format("\"{}\" and \"{}\", expected existing dates as YYYY-MM-DD", from, to));
  return static_cast<int>((*last - *first).count());
}

bool is_iso_date(const std::string& text) {
  return parse_date(text).has_value();
}

}  // namespace starling
