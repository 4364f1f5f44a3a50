#pragma once

#include <span>

namespace starling {

/// A mean and its standard error.
struct MeanEstimate {
  double mean = 0.0;
  double standard_error = 0.0;
};

/// Of independent values. Throws InputError for fewer than two.
MeanEstimate mean_estimate(std::span<const double> values);

}  // namespace starling
