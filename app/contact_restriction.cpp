#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <starling/abm/calendar.hpp>
#include <starling/app/contact_restriction.hpp>
#include <starling/core/error.hpp>

namespace starling::app {
namespace {

constexpr const char* kAfterAllRuns = "9999-12-31";

/// A name that no configured policy has.
std::string free_name(const std::vector<PolicySection>& policies) {
  std::string name = "restriction";
  while (std::ranges::find(policies, name, &PolicySection::name) != policies.end()) name += "_";
  return name;
}

std::vector<std::string> networks_that_meet(const Configuration& configuration, const Calendar& calendar,
                                            const std::string& from) {
  std::vector<std::string> names;
  for (const NetworkSettings& network : configuration.epidemic.networks) {
    for (int step = 1; step <= calendar.steps(); ++step) {
      if (calendar.record(step).date < from || !calendar.active(network, step)) continue;
      names.push_back(network.name);
      break;
    }
  }
  return names;
}

MeanEstimate scaled(const MeanEstimate& estimate, double factor) {
  return {estimate.mean * factor, estimate.standard_error * std::abs(factor)};
}

/// Mean change of an output of `other` against `base`, both [rows][outputs], row by row.
MeanEstimate change(const std::vector<double>& other, const std::vector<double>& base, std::size_t output,
                    std::size_t outputs) {
  std::vector<double> changes;
  for (std::size_t i = output; i < base.size(); i += outputs) changes.push_back(other[i] - base[i]);
  return mean_estimate(changes);
}

}  // namespace

std::vector<int> RestrictionEffects::ranking(int outcome) const {
  std::vector<int> places(networks.size());
  std::iota(places.begin(), places.end(), 0);
  std::ranges::stable_sort(places, std::greater<>(),
                           [&](int network) { return std::abs(at(network, outcome).of_one_percent.mean); });
  return places;
}

ContactRestriction::ContactRestriction(const Configuration& configuration)
    : name_(free_name(configuration.policies)), from_(configuration.sensitivity.restrict_from) {
  if (from_.empty()) return;
  const std::string file = configuration.file.string();
  const Calendar calendar(configuration.epidemic);
  const std::string& last = calendar.record(calendar.steps()).date;
  if (from_ > last)
    throw InputError(fmt::format("{}: sensitivity.restrict_from = {} is after the run, which ends on {}",
                                 file, from_, last));
  const std::vector<std::string> known = networks_that_meet(configuration, calendar, from_);
  networks_ = configuration.sensitivity.restricted.empty() ? known : configuration.sensitivity.restricted;
  for (const std::string& network : networks_) {
    if (std::ranges::count(known, network) == 0)
      throw InputError(
          fmt::format("{}: sensitivity.restrict: \"{}\" is no network that meets from {} on, "
                      "expected some of {}",
                      file, network, from_, fmt::join(known, ", ")));
  }
}

Configuration ContactRestriction::applied_to(Configuration configuration) const {
  if (networks_.empty()) return configuration;
  PolicySection section{name_, {}};
  const auto set = [&](const std::string& key, const ConfigurationValue& value) {
    section.keys.insert_or_assign(key, PolicySection::Value{value, "sensitivity.restrict"});
  };
  set("kind", std::string("interaction"));
  set("begin", from_);
  set("end", std::string(kAfterAllRuns));
  for (const std::string& network : networks_) set("factors." + network, 1.0);
  configuration.policies.push_back(section);
  configuration.epidemic.policies = policies_of(configuration.policies);
  return configuration;
}

std::vector<std::string> ContactRestriction::paths() const {
  std::vector<std::string> paths;
  for (const std::string& network : networks_)
    paths.push_back(fmt::format("policies.{}.factors.{}", name_, network));
  return paths;
}

std::vector<double> ContactRestriction::with_factors(const std::vector<double>& inputs, std::size_t rows,
                                                     std::span<const double> factors) const {
  const std::size_t width = inputs.size() / rows;
  std::vector<double> result;
  for (std::size_t row = 0; row < rows; ++row) {
    const auto first = inputs.begin() + static_cast<std::ptrdiff_t>(row * width);
    result.insert(result.end(), first, first + static_cast<std::ptrdiff_t>(width));
    for (std::size_t n = 0; n < networks_.size(); ++n)
      result.push_back(factors.empty() ? 1.0 : factors[row * networks_.size() + n]);
  }
  return result;
}

RestrictionEffects restriction_effects(const NoisyFunction& outcomes_of_factors,
                                       const std::vector<std::string>& networks, std::size_t rows,
                                       double step, std::uint64_t noise) {
  const std::size_t count = networks.size();
  const std::vector<double> ones(rows * count, 1.0);
  // Its check with half the step is what is wanted here, and the whole step the check.
  const std::vector<DifferenceStep> steps(count, DifferenceStep{.step = 2.0 * step, .low = 0.0});
  const LocalDerivatives slopes = local_derivatives(outcomes_of_factors, ones, steps, noise);
  const std::vector<double> base = checked_outputs(outcomes_of_factors, ones, noise, rows);
  const auto outputs = static_cast<std::size_t>(slopes.outputs);
  RestrictionEffects result{networks, slopes.value, {}};
  for (std::size_t n = 0; n < count; ++n) {
    const auto with_factor = [&](double factor) {
      std::vector<double> factors = ones;
      for (std::size_t i = n; i < factors.size(); i += count) factors[i] = factor;
      return checked_outputs(outcomes_of_factors, factors, noise, rows);
    };
    const std::vector<double> ten = with_factor(0.9);
    const std::vector<double> twenty = with_factor(0.8);
    for (std::size_t output = 0; output < outputs; ++output) {
      const LocalDerivative& slope = slopes.at(static_cast<int>(n), static_cast<int>(output));
      result.effects.push_back({scaled(slope.half_step, -0.01), scaled(slope.derivative, -0.01),
                                slope.steps_agree(), change(ten, base, output, outputs),
                                change(twenty, base, output, outputs)});
    }
  }
  return result;
}

}  // namespace starling::app
