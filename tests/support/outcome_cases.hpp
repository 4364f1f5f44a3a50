#pragma once

#include <vector>

#include <starling/abm/outcome_series.hpp>

namespace starling::test {

inline const std::vector<Outcome> kAllOutcomes{
    Outcome::symptom_onset, Outcome::admission,   Outcome::intensive_care,   Outcome::death,
    Outcome::symptomatic,   Outcome::in_hospital, Outcome::in_intensive_care};

/// Steps of unequal length over about 60 days.
inline std::vector<double> uneven_times() {
  std::vector<double> times{0.0};
  const double lengths[] = {1.0, 0.5, 0.25, 2.0, 1.0 / 3.0, 1.0};
  for (int k = 0; k < 70; ++k) times.push_back(times.back() + lengths[k % 6]);
  return times;
}

}  // namespace starling::test
