#include <charconv>
#include <chrono>

#include <fmt/format.h>

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

std::chrono::sys_days parse_date(const std::string& date) {
  const bool shaped = date.size() == 10 && date[4] == '-' && date[7] == '-';
  const int year = shaped ? parse_number(date, 0, 4) : -1;
  const int month = shaped ? parse_number(date, 5, 2) : -1;
  const int day = shaped ? parse_number(date, 8, 2) : -1;
  const std::chrono::year_month_day parsed{std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
  if (year < 0 || month < 0 || day < 0 || !parsed.ok())
    throw InputError(fmt::format("epidemic.start = \"{}\", expected an existing date as YYYY-MM-DD", date));
  return std::chrono::sys_days{parsed};
}

std::string format_date(std::chrono::sys_days day) {
  const std::chrono::year_month_day date{day};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

bool is_weekend(std::chrono::sys_days day) {
  const std::chrono::weekday weekday{day};
  return weekday == std::chrono::Saturday || weekday == std::chrono::Sunday;
}

}  // namespace

Calendar::Calendar(const EpidemicSettings& settings) {
  check_in_range("epidemic", "days", settings.days, 1, 3650);
  check_that(settings.step_hours >= 1 && settings.step_hours <= 24 && 24 % settings.step_hours == 0,
             "epidemic", fmt::format("step_hours = {}, expected a divisor of 24", settings.step_hours));
  const std::chrono::sys_days start = parse_date(settings.start);
  const int steps = settings.days * (24 / settings.step_hours);
  check_in_range("epidemic", "steps (days * 24 / step_hours)", steps, 1, 32000);
  const double duration_days = settings.step_hours / 24.0;
  for (int k = 0; k <= steps; ++k) {
    const std::chrono::sys_days day = start + std::chrono::days{k * settings.step_hours / 24};
    records_.push_back({k * duration_days, duration_days, format_date(day), is_weekend(day)});
  }
}

}  // namespace starling
