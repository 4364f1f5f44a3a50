#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <starling/app/configuration.hpp>
#include <starling/app/configuration_value.hpp>

namespace starling::app {

/// One known key of the configuration file.
template <typename Target>
struct Key {
  std::string name;     // "epidemic.days"; without the "networks.<name>." prefix in the table of networks
  std::string allowed;  // type and range in words
  std::string help;
  std::function<bool(Target&, const ConfigurationValue&)> set;  // false: the value is not allowed
  std::function<ConfigurationValue(const Target&)> get;
};

/// All keys outside [networks.*], section by section.
const std::vector<Key<Configuration>>& configuration_keys();
/// The keys of each [networks.<name>] but attendance, which needs to know where its tables lie.
const std::vector<Key<NetworkSettings>>& network_keys();

/// networks.<name>.attendance
inline constexpr std::string_view kAttendanceKey = "attendance";
inline constexpr std::string_view kAttendanceAllowed =
    "a probability from 0 to 1, the name of a network in data/attendance/leisure.csv, or a CSV file like it";

}  // namespace starling::app
