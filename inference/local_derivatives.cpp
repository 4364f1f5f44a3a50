#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <starling/core/check.hpp>
#include <starling/inference/local_derivatives.hpp>

namespace starling {

namespace {

// Common noise leaves almost none in outputs that are linear in expectations: their slightest bend would be
// many standard errors.
constexpr double kNegligible = 1e-3;
constexpr double kMostStandardErrors = 3.0;

std::vector<double> column_of(const std::vector<double>& values, std::size_t output, std::size_t outputs) {
  std::vector<double> column;
  for (std::size_t i = output; i < values.size(); i += outputs) column.push_back(values[i]);
  return column;
}

/// Of log mean(values), by the delta method: runs with high values have high slopes.
MeanEstimate log_derivative_of(std::span<const double> slopes, std::span<const double> values) {
  const double mean_value = mean_estimate(values).mean;
  if (!(mean_value > 0.0)) {
    const double nothing = std::numeric_limits<double>::quiet_NaN();
    return {nothing, nothing};
  }
  const double ratio = mean_estimate(slopes).mean / mean_value;
  std::vector<double> residuals;
  for (std::size_t row = 0; row < slopes.size(); ++row)
    residuals.push_back((slopes[row] - ratio * values[row]) / mean_value);
  return {ratio, mean_estimate(residuals).standard_error};
}

void check_points(std::span<const double> points, std::span<const DifferenceStep> steps) {
  constexpr const char* kPlace = "local_derivatives";
  check_that(!steps.empty() && points.size() % steps.size() == 0 && points.size() / steps.size() >= 2, kPlace,
             fmt::format("{} values, expected at least two rows of {}", points.size(), steps.size()));
  for (const DifferenceStep& step : steps) check_positive(kPlace, "step", step.step);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const DifferenceStep& step = steps[i % steps.size()];
    check_in_range(kPlace, "points", points[i], step.low, step.high);
  }
}

/// Slopes by one coordinate. [rows][outputs]
std::vector<double> slopes_of(const NoisyFunction& function, std::span<const double> points, std::size_t d,
                              std::size_t dimensions, const DifferenceStep& step, std::uint64_t noise) {
  const std::size_t rows = points.size() / dimensions;
  std::vector<double> lower(points.begin(), points.end());
  std::vector<double> upper = lower;
  for (std::size_t i = d; i < points.size(); i += dimensions) {
    lower[i] = std::max(step.low, points[i] - step.step);
    upper[i] = std::min(step.high, points[i] + step.step);
  }
  const std::vector<double> low = checked_outputs(function, lower, noise, rows);
  std::vector<double> slopes = checked_outputs(function, upper, noise, rows);
  const std::size_t outputs = slopes.size() / rows;
  for (std::size_t i = 0; i < slopes.size(); ++i) {
    const std::size_t place = i / outputs * dimensions + d;
    slopes[i] = (slopes[i] - low[i]) / (upper[place] - lower[place]);
  }
  return slopes;
}

LocalDerivative derivative_of(const std::vector<double>& whole, const std::vector<double>& half,
                              const std::vector<double>& values) {
  std::vector<double> difference;
  for (std::size_t row = 0; row < whole.size(); ++row) difference.push_back(whole[row] - half[row]);
  return {mean_estimate(whole), mean_estimate(half), mean_estimate(difference),
          log_derivative_of(whole, values)};
}

}  // namespace

bool LocalDerivative::steps_agree() const {
  return std::abs(step_difference.mean) <=
         kMostStandardErrors * step_difference.standard_error + kNegligible * std::abs(derivative.mean);
}

LocalDerivatives local_derivatives(const NoisyFunction& function, std::span<const double> points,
                                   std::span<const DifferenceStep> steps, std::uint64_t noise) {
  check_points(points, steps);
  const std::size_t dimensions = steps.size();
  const std::size_t rows = points.size() / dimensions;
  const std::vector<double> values = checked_outputs(function, points, noise, rows);
  const std::size_t outputs = values.size() / rows;
  LocalDerivatives result;
  result.inputs = static_cast<int>(dimensions);
  result.outputs = static_cast<int>(outputs);
  for (std::size_t o = 0; o < outputs; ++o)
    result.value.push_back(mean_estimate(column_of(values, o, outputs)));
  for (std::size_t d = 0; d < dimensions; ++d) {
    DifferenceStep half = steps[d];
    half.step *= 0.5;
    const std::vector<double> whole = slopes_of(function, points, d, dimensions, steps[d], noise);
    const std::vector<double> halved = slopes_of(function, points, d, dimensions, half, noise);
    for (std::size_t o = 0; o < outputs; ++o)
      result.derivatives.push_back(derivative_of(column_of(whole, o, outputs), column_of(halved, o, outputs),
                                                 column_of(values, o, outputs)));
  }
  return result;
}

}  // namespace starling
