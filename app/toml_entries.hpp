#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <starling/app/configuration_value.hpp>

namespace starling::app {

/// One assignment of a TOML document, flattened: "networks.household.log10_beta" = 0.9.
struct TomlEntry {
  std::string path;
  std::string place;                        // "camden.toml:12" or "--set"
  std::string text;                         // the value as written, for messages
  std::optional<ConfigurationValue> value;  // absent for a table without keys and for values no key can hold
  bool empty_table = false;
};

/// The assignments of a file in the order they stand in it. Throws InputError naming file, line and column.
std::vector<TomlEntry> read_toml_entries(const std::filesystem::path& file);

/// The assignments of one "key=value"; a value that is not TOML is text. Throws InputError without a '='.
std::vector<TomlEntry> read_override(std::string_view assignment);

}  // namespace starling::app
