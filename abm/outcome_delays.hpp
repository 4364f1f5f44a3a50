#pragma once

#include <array>
#include <span>
#include <vector>

#include <starling/abm/disease_settings.hpp>

namespace starling {

/// Distribution of a delay on cells of equal length: mass[i] is the probability of a delay in cell i, spread
/// evenly over it. Delays beyond the horizon have no cell.
class DelayDistribution {
 public:
  DelayDistribution(double cell_days, std::span<const double> mass);

  /// P(delay <= days) for days up to the horizon.
  [[nodiscard]] double cumulative(double days) const;

 private:
  double cell_days_;
  std::vector<double> cumulative_;  // [cells + 1] at the lower ends of the cells
};

/// Length of a cell: a divisor of every step length in whole hours, so that no step ends within a cell.
inline constexpr double kDelayCellDays = 1.0 / 96.0;

/// Delay from infection to each event, for those who have it, up to `horizon_days`: sums of the independent
/// log-normal delays of the stages passed, convolved on cells by Fourier transforms. It does not depend on
/// the age. Splitting into cells preserves the mass and moves the distribution function by at most n h^2 / 24
/// times the slope of the density, about 1e-6 for the default delays (n stages, cell length h).
std::array<DelayDistribution, kDiseaseEvents> event_delays(const DiseaseSettings& settings,
                                                           double horizon_days);

}  // namespace starling
