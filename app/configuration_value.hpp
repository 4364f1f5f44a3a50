#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace starling::app {

/// What a key can hold. An empty list is a list of text; a list with whole numbers only is one of integers.
using ConfigurationValue = std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>,
                                        std::vector<std::int64_t>, std::vector<double>>;

/// As it would stand in the file.
std::string to_text(const ConfigurationValue& value);

}  // namespace starling::app
