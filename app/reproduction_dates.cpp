#include <algorithm>

#include <fmt/format.h>

#include <starling/app/reproduction_dates.hpp>
#include <starling/core/error.hpp>

namespace starling::app {
namespace {

constexpr std::size_t kDaysOfWeek = 7;

/// Dates of the days with a step, as those of a ReproductionSeries.
std::vector<std::string> days_of(const Calendar& calendar) {
  std::vector<std::string> days;
  for (int step = 1; step <= calendar.steps(); ++step) {
    const std::string& date = calendar.record(step).date;
    if (days.empty() || days.back() != date) days.push_back(date);
  }
  return days;
}

ReproductionDate window_of(const SensitivitySection& section, const std::vector<std::string>& days) {
  auto first = days.begin();
  auto last = days.end();
  if (!section.reproduction_window.empty()) {
    first = std::ranges::lower_bound(days, section.reproduction_window.front());
    last = std::ranges::lower_bound(days, section.reproduction_window.back());
  }
  if (first >= last)
    throw InputError(fmt::format(
        "sensitivity.reproduction_window: {} to {} holds no day of the run from {} to {}",
        section.reproduction_window.front(), section.reproduction_window.back(), days.front(), days.back()));
  return {"reproduction", "reproduction number", "", static_cast<std::size_t>(last - days.begin()) - 1,
          static_cast<int>(last - first)};
}

}  // namespace

std::vector<ReproductionDate> reproduction_dates(const SensitivitySection& section,
                                                 const Calendar& calendar) {
  const std::vector<std::string> days = days_of(calendar);
  std::vector<ReproductionDate> dates{window_of(section, days)};
  std::vector<std::string> ends = section.reproduction_at;
  for (std::size_t day = kDaysOfWeek - 1; section.reproduction_at.empty() && day < days.size();
       day += kDaysOfWeek)
    ends.push_back(days[day]);
  for (const std::string& end : ends) {
    const auto found = std::ranges::find(days, end);
    if (found == days.end())
      throw InputError(fmt::format("sensitivity.reproduction_at: {} is no day of the run from {} to {}", end,
                                   days.front(), days.back()));
    dates.push_back({"reproduction_" + end, "reproduction number, week to " + end, "week",
                     static_cast<std::size_t>(found - days.begin()), kDaysOfWeek});
  }
  return dates;
}

}  // namespace starling::app
