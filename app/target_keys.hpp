#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <starling/app/configuration_keys.hpp>
#include <starling/app/toml_entries.hpp>
#include <starling/inference/target_settings.hpp>

namespace starling::app {

/// The tables [calibrate.targets.<name>], one for each series to explain, in the order of the file.

/// Applies an entry of one of these tables; false for other entries. A relative path in a file is resolved
/// against `folder`. Throws InputError naming the place, the key, the value and what is allowed; for an
/// unknown key, the nearest known one.
bool apply_target_entry(std::vector<TargetSettings>& targets, const TomlEntry& entry,
                        const std::filesystem::path& folder);

/// Throws InputError, which starts with `file`, for a target that check_target() refuses.
void check_targets(const std::vector<TargetSettings>& targets, const std::string& file);

/// Every entry with its path, as the file would hold it.
std::vector<std::pair<std::string, ConfigurationValue>> target_entries(
    const std::vector<TargetSettings>& targets);

/// Lines for describe_keys().
std::string describe_target_keys();

}  // namespace starling::app
