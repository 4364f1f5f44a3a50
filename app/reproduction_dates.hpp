#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <starling/abm/calendar.hpp>
#include <starling/app/configuration.hpp>

namespace starling::app {

/// A reproduction number that is an outcome: of a window of days up to one day.
struct ReproductionDate {
  std::string name;   // "reproduction", "reproduction_2020-03-14"
  std::string title;  // "reproduction number", "reproduction number, week to 2020-03-14"
  std::string group;  // "" of the window, "week"
  std::size_t day;    // place of the last day among those of ReproductionSeries
  int window_days;
};

/// That of sensitivity.reproduction_window, by default the whole run, then those of the weeks up to
/// sensitivity.reproduction_at, by default every seventh day of the run. Throws InputError for a window
/// without a day of the run and for dates outside it.
std::vector<ReproductionDate> reproduction_dates(const SensitivitySection& section, const Calendar& calendar);

}  // namespace starling::app
