#pragma once

#include <string>
#include <vector>

#include <starling/abm/epidemic_settings.hpp>

namespace starling {

/// One time step. The clock advances first: step k = 1 … steps ends at now = k * duration and carries the
/// date reached then, whose day type decides which networks are active. Record 0 is the state after seeding.
struct Step {
  double now_days = 0.0;  // days since the start
  double duration_days = 0.0;
  std::string date;  // ISO
  bool weekend = false;
};

class Calendar {
 public:
  /// Throws InputError for a date that is not ISO or does not exist, for a non-positive number of days, and
  /// for a step length that does not divide 24 h.
  explicit Calendar(const EpidemicSettings& settings);

  [[nodiscard]] int steps() const { return static_cast<int>(records_.size()) - 1; }
  /// Record k: 0 is the start, k >= 1 the end of step k.
  [[nodiscard]] const Step& record(int k) const { return records_.at(static_cast<std::size_t>(k)); }
  [[nodiscard]] bool active(const NetworkSettings& network, int step) const {
    return record(step).weekend ? network.weekends : network.weekdays;
  }

 private:
  std::vector<Step> records_;  // [steps + 1]
};

}  // namespace starling
