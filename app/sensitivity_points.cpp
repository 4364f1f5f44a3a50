#include <algorithm>
#include <cmath>
#include <limits>

#include <starling/app/sensitivity_points.hpp>
#include <starling/app/structural_numbers.hpp>
#include <starling/inference/noisy_function.hpp>
#include <starling/inference/sobol_sequence.hpp>

namespace starling::app {
namespace {

constexpr std::string_view kSeedPath = "epidemic.log10_seed_fraction";

/// The step of a path, and where the model takes a value as it is: it moves others to the nearest end, or, of
/// structural numbers, has no epidemic for them.
DifferenceStep step_of_path(const std::string& path, const Configuration& configuration,
                            const EpidemicModelFamily& model) {
  DifferenceStep range{.step = configuration.sensitivity.step};
  // At most everybody is infected at the start.
  if (path == kSeedPath) range.high = 0.0;
  for (const PolicyValue& value : model.schedule().policies().values()) {
    if (value.path != path) continue;
    range.low = value.low;
    range.high = value.high;
  }
  const std::vector<StructuralNumber> numbers = structural_numbers(configuration);
  const auto number = std::ranges::find(numbers, path, &StructuralNumber::path);
  if (number == numbers.end()) return range;
  const NumberRange allowed = range_of(*number, configuration);
  // Probabilities of a thousandth and means of a week stand side by side: one step in their units fits few.
  if (number->configured != 0.0) range.step *= std::abs(number->configured);
  range.low = allowed.low;
  range.high = allowed.high;
  return range;
}

/// The configured values of the map's paths, which are the first parameters of the model.
std::vector<double> configured_of(const ParameterMap& map, const EpidemicModelFamily& model) {
  std::vector<double> values = model.configured();
  values.resize(map.paths().size());
  return values;
}

}  // namespace

std::vector<SensitivityParameter> sensitivity_parameters(const ParameterMap& map,
                                                         const EpidemicModelFamily& model,
                                                         const std::string& at) {
  const std::vector<std::optional<double>> values = map.shared_values(configured_of(map, model));
  std::vector<SensitivityParameter> parameters;
  for (std::size_t d = 0; d < values.size(); ++d) {
    const FreeParameter& parameter = map.parameters()[d];
    const bool is_log10 = std::ranges::all_of(parameter.paths, [](const std::string& path) {
      return path.substr(path.rfind('.') + 1).starts_with("log10_");
    });
    parameters.push_back({parameter.name, is_log10, at == "configured" ? values[d] : std::nullopt});
  }
  return parameters;
}

SensitivityPoints::SensitivityPoints(const Configuration& configuration, const ParameterMap& map,
                                     const EpidemicModelFamily& model)
    : section_(configuration.sensitivity), map_(map), origin_(map.paths().size(), 0.0) {
  if (section_.at == "configured")
    origin_ = configured_of(map, model);
  else if (section_.at != "prior")
    draws_ = read_posterior_draws(section_.at, map.names(), static_cast<std::size_t>(section_.replicates));
  std::size_t path = 0;
  for (const FreeParameter& parameter : map.parameters()) {
    DifferenceStep one{.step = std::numeric_limits<double>::infinity()};
    for (const std::string& name : parameter.paths) {
      const DifferenceStep& range = ranges_.emplace_back(step_of_path(name, configuration, model));
      one.step = std::min(one.step, range.step);
      one.low = std::max(one.low, range.low - origin_[path]);
      one.high = std::min(one.high, range.high - origin_[path]);
      ++path;
    }
    steps_.push_back(one);
  }
}

std::vector<double> SensitivityPoints::points(const Prior& prior, std::uint64_t seed) const {
  const auto count = static_cast<std::size_t>(section_.replicates);
  std::vector<double> points(count * steps_.size(), 0.0);
  if (section_.at == "prior")
    points = prior_quantiles(
        prior,
        SobolSequence(prior.dimensions(), seed).points(0, static_cast<std::uint32_t>(section_.replicates)));
  else if (draws_)
    points = draws_->spread(count);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const DifferenceStep& step = steps_[i % steps_.size()];
    points[i] = std::clamp(points[i], step.low, step.high);
  }
  return points;
}

std::vector<double> SensitivityPoints::path_values(std::span<const double> points) const {
  std::vector<double> values = map_.expand_values(points);
  // The sum of the origin and the way to an end may lie beyond it by rounding.
  for (std::size_t i = 0; i < values.size(); ++i) {
    const DifferenceStep& range = ranges_[i % ranges_.size()];
    values[i] = std::clamp(values[i] + origin_[i % origin_.size()], range.low, range.high);
  }
  return values;
}

}  // namespace starling::app
