#include <doctest/doctest.h>

#include <starling/abm/calendar.hpp>
#include <starling/core/error.hpp>

TEST_SUITE_BEGIN("abm");

namespace {

using starling::Calendar;
using starling::DayType;
using starling::EpidemicSettings;
using starling::InputError;

EpidemicSettings from(const std::string& start, int days) {
  EpidemicSettings settings;
  settings.start = start;
  settings.days = days;
  return settings;
}

// Two steps on weekdays and one on weekends, from a Tuesday.
EpidemicSettings uneven() {
  EpidemicSettings settings = from("2020-03-10", 7);
  settings.weekday_step_hours = {12, 12};
  settings.weekend_step_hours = {24};
  return settings;
}

}  // namespace

TEST_CASE("a calendar of daily steps has one record more than days and ends on the last date") {
  const Calendar calendar(from("2022-02-01", 15));
  CHECK(calendar.steps() == 15);
  CHECK(calendar.record(0).date == "2022-02-01");
  CHECK(calendar.record(15).date == "2022-02-16");
  CHECK(calendar.record(15).now_days == 15.0);
  CHECK(calendar.record(3).day_type == DayType::weekday);
  CHECK(calendar.record(4).day_type == DayType::weekend);
}

TEST_CASE("days of different steps follow each other without a gap") {
  const Calendar calendar(uneven());
  // Tuesday to Friday two steps a day, Saturday and Sunday one, Monday two.
  CHECK(calendar.steps() == 4 * 2 + 2 + 2);
  CHECK(calendar.record(8).date == "2020-03-14");
  CHECK(calendar.record(8).day_type == DayType::weekend);
  CHECK(calendar.record(8).duration_days == 1.0);
  CHECK(calendar.record(7).step_of_day == 1);
  for (int k = 1; k <= calendar.steps(); ++k)
    CHECK(calendar.record(k).now_days ==
          calendar.record(k - 1).now_days + calendar.record(k - 1).duration_days);
}

TEST_CASE("networks meet in the steps of the day that they name") {
  const Calendar calendar(uneven());
  starling::NetworkSettings school{.name = "school", .weekends = false};
  school.weekday_steps = {0};
  for (int k = 0; k <= calendar.steps(); ++k) {
    const starling::Step& step = calendar.record(k);
    CHECK(calendar.active(school, k) == (step.day_type == DayType::weekday && step.step_of_day == 0));
  }
  school.weekday_steps = {2};
  CHECK_THROWS_AS(static_cast<void>(calendar.active(school, 1)), InputError);
}

TEST_CASE("a calendar refuses impossible dates and days that are not 24 h long") {
  CHECK_THROWS_AS(Calendar(from("2021-02-29", 3)), InputError);
  CHECK_THROWS_AS(Calendar(from("2021-02-20", 0)), InputError);
  EpidemicSettings settings = from("2021-02-20", 3);
  settings.weekday_step_hours = {12, 6};
  CHECK_THROWS_WITH_AS(Calendar{settings},
                       "epidemic: weekday_step_hours = [12, 6] add up to 18 h, expected 24", InputError);
  settings.weekday_step_hours = {30, -6};
  CHECK_THROWS_AS(Calendar{settings}, InputError);
}

TEST_CASE("days between dates count leap days") {
  CHECK(starling::days_between("2020-02-28", "2020-03-01") == 2);
  CHECK(starling::days_between("2020-03-01", "2020-02-28") == -2);
  CHECK(starling::is_iso_date("2020-02-29"));
  CHECK_FALSE(starling::is_iso_date("2021-02-29"));
  CHECK_FALSE(starling::is_iso_date("2021-2-9"));
}

TEST_SUITE_END();
