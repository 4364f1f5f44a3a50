#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include <starling/app/calibration_tables.hpp>
#include <starling/app/configuration_keys.hpp>
#include <starling/app/structural_numbers.hpp>
#include <starling/core/error.hpp>
#include <starling/core/nearest_name.hpp>

namespace starling::app {

namespace {

using Numbers = std::vector<StructuralNumber>;

// Sections whose real numbers are the model's.
bool is_of_model(std::string_view path) {
  return path.starts_with("epidemic.") || path.starts_with("disease.") || path.starts_with("networks.") ||
         path.starts_with("policies.");
}

void add_list(Numbers& numbers, const Key<Configuration>& key, const std::vector<double>& values) {
  for (std::size_t k = 0; k < values.size(); ++k) {
    const std::string path = values.size() == 1 ? key.name : fmt::format("{}[{}]", key.name, k);
    numbers.push_back({path, values[k], key.allowed, [&key, k](Configuration& configuration, double value) {
                         auto list = std::get<std::vector<double>>(key.get(configuration));
                         list.at(k) = value;
                         return key.set(configuration, list);
                       }});
  }
}

void add_keys(Numbers& numbers, const Configuration& configuration) {
  for (const Key<Configuration>& key : configuration_keys()) {
    if (!is_of_model(key.name)) continue;
    const ConfigurationValue value = key.get(configuration);
    if (const auto* list = std::get_if<std::vector<double>>(&value)) add_list(numbers, key, *list);
    if (const auto* number = std::get_if<double>(&value))
      numbers.push_back({key.name, *number, key.allowed, [&key](Configuration& configured, double drawn) {
                           return key.set(configured, drawn);
                         }});
  }
}

/// The probability that holds for all people on all days; absent for a table.
std::optional<double> attendance_of_all(const NetworkSettings& network) {
  if (!network.attendance) return 1.0;
  const double one = network.attendance->at(DayType::weekday, 0, 0);
  if (*network.attendance == AttendanceTable(one)) return one;
  return std::nullopt;
}

void add_networks(Numbers& numbers, const Configuration& configuration) {
  const std::vector<NetworkSettings>& networks = configuration.epidemic.networks;
  for (std::size_t n = 0; n < networks.size(); ++n) {
    const std::optional<double> attendance = attendance_of_all(networks[n]);
    if (!attendance) continue;
    numbers.push_back({fmt::format("networks.{}.{}", networks[n].name, kAttendanceKey), *attendance,
                       "a probability from 0 to 1", [n](Configuration& configured, double value) {
                         if (!(value >= 0.0 && value <= 1.0)) return false;
                         configured.epidemic.networks.at(n).attendance = AttendanceTable(value);
                         return true;
                       }});
  }
}

std::optional<double> number_in(const ConfigurationValue& value) {
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  return std::nullopt;
}

bool set_policy(Configuration& configuration, std::size_t section, const std::string& key, double value) {
  configuration.policies.at(section).keys.at(key).value = value;
  try {
    configuration.epidemic.policies = policies_of(configuration.policies);
  } catch (const InputError&) {
    return false;
  }
  return true;
}

void add_policies(Numbers& numbers, const Configuration& configuration) {
  for (std::size_t s = 0; s < configuration.policies.size(); ++s) {
    const PolicySection& section = configuration.policies[s];
    for (const auto& [key, value] : section.keys) {
      const std::optional<double> number = number_in(value.value);
      const std::string allowed = allowed_for_policy(section, key);
      if (!number || !allowed.starts_with("a number")) continue;
      numbers.push_back({fmt::format("policies.{}.{}", section.name, key), *number, allowed,
                         [s, key = key](Configuration& configured, double drawn) {
                           return set_policy(configured, s, key, drawn);
                         }});
    }
  }
}

/// A calibrated structural number and the prior it is drawn from.
struct CalibratedNumber {
  StructuralNumber number;
  std::string parameter;  // its own path or the name of its tie
  MarginalPrior prior;
};

std::vector<CalibratedNumber> calibrated_numbers(const Configuration& configuration) {
  const Numbers all = structural_numbers(configuration);
  const ParameterMap map = parameter_map_of(configuration.calibrate);
  const Prior prior = prior_of(configuration.calibrate);
  std::vector<CalibratedNumber> result;
  for (std::size_t p = 0; p < map.parameters().size(); ++p) {
    for (const std::string& path : map.parameters()[p].paths) {
      const auto number = std::ranges::find(all, path, &StructuralNumber::path);
      if (number != all.end()) result.push_back({*number, map.parameters()[p].name, prior.marginals()[p]});
    }
  }
  return result;
}

// What a key allows is one interval: a support lies in it when its ends do.
void check_support(const Configuration& configuration, const CalibratedNumber& calibrated) {
  constexpr double kFar = 1e300;
  const double low = calibrated.prior.transform().low;
  const double high = calibrated.prior.transform().high;
  const double first = std::isfinite(low) ? std::nextafter(low, high) : -kFar;
  const double last = std::isfinite(high) ? std::nextafter(high, low) : kFar;
  for (const auto& [end, inside] : {std::pair{low, first}, std::pair{high, last}}) {
    Configuration probe = configuration;
    if (calibrated.number.set(probe, inside)) continue;
    throw InputError(
        fmt::format("{}: calibrate.priors: \"{}\" = \"{}\" reaches to {}, but {} must be {}: expected a "
                    "prior whose values all are, such as beta(2, 2) or uniform(low, high) between two ends, "
                    "log_normal(location, scale) above 0",
                    configuration.file.string(), calibrated.parameter, calibrated.prior.text(), end,
                    calibrated.number.path, calibrated.number.allowed));
  }
}

DifferencePoints points_in_unconstrained(const MarginalPrior& prior, double step, double value) {
  const double u = prior.transform().unconstrain(value);
  const double high = prior.transform().constrain(u + step * prior.start_scale());
  const double low = prior.transform().constrain(u - step * prior.start_scale());
  // A draw that was rounded to the end of its support has no neighbours.
  if (!std::isfinite(u) || !(high > low)) return {value, value, 0.0};
  return {high, low, high - low};
}

EpidemicSettings settings_with(Configuration configuration, const std::vector<CalibratedNumber>& numbers,
                               std::span<const double> values) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i].number.set(configuration, values[i])) continue;
    throw InputError(fmt::format("{} = {}, drawn from {}, expected {}", numbers[i].number.path, values[i],
                                 numbers[i].prior.text(), numbers[i].number.allowed));
  }
  check_disease(configuration.epidemic.disease);
  return std::move(configuration.epidemic);
}

std::string why_not_list(const std::string& path, std::size_t elements) {
  return fmt::format("holds {} numbers, each of which can, as {}[0] to {}[{}]; or configure one for all",
                     elements, path, path, elements - 1);
}

std::string nearest_of(const Configuration& configuration, std::string_view path) {
  std::vector<std::string> known;
  for (const EpidemicParameter& parameter : calibratable_parameters(configuration.epidemic))
    known.push_back(parameter.path);
  for (const StructuralNumber& number : structural_numbers(configuration)) known.push_back(number.path);
  return nearest_name(path, known);
}

}  // namespace

std::vector<StructuralNumber> structural_numbers(const Configuration& configuration) {
  Numbers numbers;
  add_keys(numbers, configuration);
  add_networks(numbers, configuration);
  add_policies(numbers, configuration);
  const std::vector<EpidemicParameter> of_lanes = calibratable_parameters(configuration.epidemic);
  std::erase_if(numbers, [&](const StructuralNumber& number) {
    return std::ranges::find(of_lanes, number.path, &EpidemicParameter::path) != of_lanes.end();
  });
  return numbers;
}

// Keys allow every number, those of at least 0, those above 0, or shares.
NumberRange range_of(const StructuralNumber& number, Configuration configuration) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  constexpr double kFar = 1e300;
  const auto allows = [&](double value) { return number.set(configuration, value); };
  const double low = allows(-kFar) ? -kInfinity : allows(0.0) ? 0.0 : 1e-3 * number.configured;
  const double high = allows(kFar) ? kInfinity : allows(1.0) ? 1.0 : number.configured;
  return {low, high};
}

std::string why_not_calibrated(const Configuration& configuration, std::string_view path) {
  for (const Key<Configuration>& key : configuration_keys()) {
    if (key.name != path) continue;
    const ConfigurationValue value = key.get(configuration);
    const auto* list = std::get_if<std::vector<double>>(&value);
    if (list != nullptr && is_of_model(path)) return why_not_list(key.name, list->size());
  }
  const auto entries = describe(configuration);
  const auto entry = std::ranges::find(entries, path, [](const auto& one) { return one.first; });
  if (entry == entries.end())
    return fmt::format("is not in the configuration; the nearest number that can is {}",
                       nearest_of(configuration, path));
  if (!is_of_model(path))
    return fmt::format(
        "has the value {} but is no number of the model: only those of [epidemic], [disease], "
        "networks and policies can",
        entry->second);
  return fmt::format("has the value {}, which is not one real number", entry->second);
}

void check_structural_numbers(const Configuration& configuration) {
  for (const CalibratedNumber& calibrated : calibrated_numbers(configuration)) {
    check_support(configuration, calibrated);
    if (configuration.gradient.estimator == Estimator::common_noise_differences) continue;
    const auto entries = describe(configuration);
    const auto estimator =
        std::ranges::find(entries, "gradient.estimator", [](const auto& one) { return one.first; });
    throw InputError(
        fmt::format("{}: gradient.estimator = {} has no derivatives by {}, expected "
                    "\"common_noise_differences\" where it is calibrated",
                    configuration.file.string(), estimator->second, calibrated.number.path));
  }
}

StructuralParameters structural_parameters_of(const Configuration& configuration) {
  const std::vector<CalibratedNumber> numbers = calibrated_numbers(configuration);
  StructuralParameters result;
  const double step = configuration.gradient.difference_step;
  for (const CalibratedNumber& calibrated : numbers)
    result.parameters.push_back({calibrated.number.path, calibrated.number.configured,
                                 [prior = calibrated.prior, step](double value) {
                                   return points_in_unconstrained(prior, step, value);
                                 },
                                 calibrated.prior.text()});
  result.settings_at = [configuration, numbers](std::span<const double> values) {
    return settings_with(configuration, numbers, values);
  };
  return result;
}

}  // namespace starling::app
