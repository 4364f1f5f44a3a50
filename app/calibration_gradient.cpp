#include <algorithm>

#include <fmt/format.h>

#include <starling/app/calibration_gradient.hpp>
#include <starling/core/random.hpp>
#include <starling/inference/summary.hpp>

namespace starling::app {

namespace {

// Streams of the seed.
constexpr std::uint64_t kGradientStream = 1;
constexpr std::uint64_t kDifferenceStream = 2;

// A normal distribution's mean plus its standard deviation.
constexpr double kOneSdAbove = 0.8413;

struct Place {
  std::vector<double> theta;
  std::vector<DifferenceStep> steps;
};

Place beside_the_middle(const std::vector<double>& theta, std::span<const MarginalPrior> priors) {
  Place place;
  const std::size_t parameters = priors.size();
  for (std::size_t p = 0; p < parameters; ++p) {
    std::vector<double> own;
    for (std::size_t i = p; i < theta.size(); i += parameters) own.push_back(theta[i]);
    const double middle = quantile(own, 0.5);
    const double above = quantile(std::move(own), kOneSdAbove);
    const Transform& support = priors[p].transform();
    place.theta.push_back(above);
    place.steps.push_back({0.5 * (above - middle), support.low, support.high});
  }
  return place;
}

}  // namespace

GradientRecord calibration_gradient(const Configuration& configuration, const std::vector<double>& theta,
                                    std::span<const MarginalPrior> priors, const RecordedOutputs& loss,
                                    const NoisyFunction& loss_values, std::uint64_t seed) {
  const bool checked = configuration.calibrate.gradcheck;
  const int draws =
      checked ? configuration.gradient.check_runs : std::max(2, 2 * configuration.calibrate.samples);
  const Place place = beside_the_middle(theta, priors);
  GradientRecord record =
      record_gradient(loss, place.theta, static_cast<std::size_t>(draws), derive_seed(seed, kGradientStream));
  if (checked)
    add_differences(loss_values, place.steps, static_cast<std::size_t>(configuration.gradient.check_runs),
                    derive_seed(seed, kDifferenceStream), record);
  return record;
}

std::vector<std::string> gradient_warnings(const GradientRecord& record,
                                           const std::vector<std::string>& parameters) {
  std::vector<std::string> warnings;
  for (const std::size_t p : record.wrong())
    warnings.push_back(
        fmt::format("wrong gradient: by {} it is {:.3g} ± {:.2g}, and differences with common noise say "
                    "{:.3g} ± {:.2g}; "
                    "the width of the posterior depends on it (docs/gradients.md)",
                    parameters[p], record.gradient[p].mean, record.gradient[p].standard_error,
                    record.differences[p].mean, record.differences[p].standard_error));
  return warnings;
}

}  // namespace starling::app
