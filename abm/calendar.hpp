#pragma once

#include <string>
#include <vector>

#include <starling/abm/epidemic_settings.hpp>

namespace starling {

/// One time step. The clock advances first: step k ends at `now`, carries the date and the step of the day
/// reached then, and has the length and the networks of these. Record 0 is the state after seeding.
struct Step {
  double now_days = 0.0;       // days since the start
  double duration_days = 0.0;  // length of the step
  std::string date;            // ISO
  DayType day_type = DayType::weekday;
  int step_of_day = 0;
};

class Calendar {
 public:
  /// Throws InputError for a date that does not exist, for a non-positive number of days, and for steps of a
  /// day that do not add up to 24 h.
  explicit Calendar(const EpidemicSettings& settings);

  [[nodiscard]] int steps() const { return static_cast<int>(records_.size()) - 1; }
  /// Record k: 0 is the start, k >= 1 the end of step k.
  [[nodiscard]] const Step& record(int k) const { return records_.at(static_cast<std::size_t>(k)); }
  [[nodiscard]] int steps_of(DayType day) const {
    return static_cast<int>(hours_[static_cast<std::size_t>(day)].size());
  }
  /// Whether a network meets in a step. Throws InputError for a step that no such day has.
  [[nodiscard]] bool active(const NetworkSettings& network, int step) const;

 private:
  std::vector<int> hours_[kDayTypes];  // [steps of the day]
  std::vector<Step> records_;          // [steps + 1]
};

/// Whether a text is an existing date as YYYY-MM-DD. Such texts sort like their dates.
bool is_iso_date(const std::string& text);

/// Days from one existing ISO date to another; negative when `to` comes first.
int days_between(const std::string& from, const std::string& to);

}  // namespace starling
