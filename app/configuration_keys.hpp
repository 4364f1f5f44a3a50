#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <starling/app/configuration.hpp>

namespace starling::app {

/// What a key can hold. An empty list is a list of text; a list with whole numbers only is one of integers.
using ConfigurationValue = std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>,
                                        std::vector<std::int64_t>, std::vector<double>>;

/// As it would stand in the file.
std::string to_text(const ConfigurationValue& value);

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
/// The keys of each [networks.<name>].
const std::vector<Key<NetworkSettings>>& network_keys();

}  // namespace starling::app
