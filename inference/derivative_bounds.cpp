#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <fmt/format.h>

#include <starling/core/check.hpp>
#include <starling/core/error.hpp>
#include <starling/core/random.hpp>
#include <starling/inference/derivative_bounds.hpp>
#include <starling/inference/sobol_sequence.hpp>

namespace starling {

namespace {

// Stream of the seed.
constexpr std::uint64_t kNoise = 4;

double squared(double value) {
  return value * value;
}

/// One step of a coordinate to both sides, as far as its support goes.
struct Pair {
  std::vector<double> low;        // theta [rows][dimensions]
  std::vector<double> high;       // theta [rows][dimensions]
  std::vector<double> distances;  // between them, in the coordinate of the constant. [rows]
};

Pair pair_around(const std::vector<double>& theta, const Prior& prior, std::size_t d,
                 const PoincareConstant& constant, double step) {
  const Transform& transform = prior.marginals()[d].transform();
  const double half = step * std::sqrt(constant.value);
  Pair pair{theta, theta, {}};
  for (std::size_t i = d; i < theta.size(); i += prior.marginals().size()) {
    if (constant.unconstrained) {
      const double u = transform.unconstrain(theta[i]);
      pair.low[i] = transform.constrain(u - half);
      pair.high[i] = transform.constrain(u + half);
      pair.distances.push_back(2.0 * half);
    } else {
      pair.low[i] = std::max(transform.low, theta[i] - half);
      pair.high[i] = std::min(transform.high, theta[i] + half);
      pair.distances.push_back(pair.high[i] - pair.low[i]);
    }
  }
  return pair;
}

std::vector<double> variances_of(const std::vector<double>& values, std::size_t outputs) {
  const auto rows = static_cast<double>(values.size() / outputs);
  std::vector<double> means(outputs, 0.0);
  for (std::size_t i = 0; i < values.size(); ++i) means[i % outputs] += values[i] / rows;
  std::vector<double> variances(outputs, 0.0);
  for (std::size_t i = 0; i < values.size(); ++i)
    variances[i % outputs] += squared(values[i] - means[i % outputs]) / (rows - 1.0);
  return variances;
}

/// Mean of the squared derivatives of one output; slopes [rows][outputs].
MeanEstimate mean_square_of(const std::vector<double>& slopes, std::size_t output, std::size_t outputs) {
  std::vector<double> squares;
  for (std::size_t i = output; i < slopes.size(); i += outputs) squares.push_back(squared(slopes[i]));
  return mean_estimate(squares);
}

}  // namespace

PoincareConstant poincare_constant(const MarginalPrior& marginal) {
  // The standard deviation or scale of a normal, the rate of the others.
  const double y = marginal.coefficients()[1];
  const Transform& transform = marginal.transform();
  switch (marginal.kind()) {
    case PriorKind::normal:
      return {false, y * y, true};
    case PriorKind::log_normal:
      return {true, y * y, true};
    case PriorKind::uniform:
      return {false, squared((transform.high - transform.low) / std::numbers::pi), true};
    case PriorKind::half_normal:
      // In the family's terms r = 1 / (2 scale^2).
      return {false, 0.25 / y, true};
    case PriorKind::exponential:
      return {false, 4.0 / (y * y), true};
    case PriorKind::beta:
    case PriorKind::gamma:
      return {true, std::exp(-2.0 * marginal.unconstrained_log_density(marginal.start_location())), false};
    case PriorKind::student_t:
      break;
  }
  throw InputError(fmt::format(
      "poincare_constant: {} has no Poincaré constant, its tails are too heavy; expected another prior",
      marginal.text()));
}

DerivativeBounds derivative_bounds(const NoisyFunction& function, const Prior& prior,
                                   const DerivativeBoundSettings& settings) {
  check_that(settings.rows >= 2, "derivative_bounds",
             fmt::format("rows = {}, expected at least 2", settings.rows));
  check_positive("derivative_bounds", "step", settings.step);
  const auto rows = static_cast<std::size_t>(settings.rows);
  const std::uint64_t noise = derive_seed(settings.seed, kNoise);
  std::vector<PoincareConstant> constants;
  for (const MarginalPrior& marginal : prior.marginals()) constants.push_back(poincare_constant(marginal));
  const SobolSequence sequence(prior.dimensions(), settings.seed);
  const std::vector<double> theta =
      prior_quantiles(prior, sequence.points(0, static_cast<std::uint32_t>(settings.rows)));
  const std::vector<double> centre = checked_outputs(function, theta, noise, rows);
  const std::size_t outputs = centre.size() / rows;
  DerivativeBounds bounds;
  bounds.inputs = prior.dimensions();
  bounds.outputs = static_cast<int>(outputs);
  bounds.variance = variances_of(centre, outputs);
  for (std::size_t d = 0; d < constants.size(); ++d) {
    const Pair pair = pair_around(theta, prior, d, constants[d], settings.step);
    const std::vector<double> low = checked_outputs(function, pair.low, noise, rows);
    std::vector<double> slopes = checked_outputs(function, pair.high, noise, rows);
    for (std::size_t i = 0; i < slopes.size(); ++i)
      slopes[i] = (slopes[i] - low[i]) / pair.distances[i / outputs];
    for (std::size_t o = 0; o < outputs; ++o) {
      const MeanEstimate nu = mean_square_of(slopes, o, outputs);
      const double scale = bounds.variance[o] > 0.0 ? constants[d].value / bounds.variance[o]
                                                    : std::numeric_limits<double>::quiet_NaN();
      bounds.mean_square.push_back(nu);
      bounds.total_bound.push_back({scale * nu.mean, scale * nu.standard_error});
    }
  }
  return bounds;
}

}  // namespace starling
