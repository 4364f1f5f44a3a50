#pragma once

#include <cstdint>
#include <vector>

#include <starling/abm/epidemic_settings.hpp>

namespace starling {

/// Infectiousness profile of every agent: g(d) = exp(log_scale + (shape - 1) ln d - rate d), d > 0 in days
/// since infection minus shift.
struct InfectiousnessProfiles {
  std::vector<double> log_scale;        // [agents] ln M + shape ln rate - ln Gamma(shape)
  std::vector<double> shape_minus_one;  // [agents]
  std::vector<double> rate_per_day;     // [agents]
  std::vector<double> shift_days;       // [agents]

  void push_back(double peak, double shape, double rate, double shift);
};

/// Draws the profiles: M log-normal, shape, rate and shift normal, independent, from Philox(seed, agent).
/// Throws InputError when a draw has no finite peak (shape <= 1 or rate <= 0) or one beyond the range of the
/// fixed-point sums.
InfectiousnessProfiles draw_profiles(std::int64_t agents, const ProfileSettings& settings);

/// Days from infection (of a profile linked to the onset of symptoms: from onset) after which every agent has
/// less than a millionth of its infectiousness left.
double profile_reach_days(const InfectiousnessProfiles& profiles);

}  // namespace starling
