#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <starling/abm/policy_settings.hpp>
#include <starling/app/toml_entries.hpp>

namespace starling::app {

/// One [policies.<name>] as the file holds it: what its keys mean depends on `kind`, which may come last.
struct PolicySection {
  struct Value {
    ConfigurationValue value;
    std::string place;  // "london.toml:12"
  };
  std::string name;
  std::map<std::string, Value> keys;  // "begin", "factors.company", …
};

/// Applies an entry of [policies.<name>]; false for other entries. Throws InputError naming the place and the
/// key for one that no kind of policy has.
bool apply_policy(std::vector<PolicySection>& sections, const TomlEntry& entry);

/// What the section's key can hold, in words. Throws InputError for a kind that does not exist and keys it
/// does not have.
std::string allowed_for_policy(const PolicySection& section, const std::string& key);

/// The policies that the sections describe. Throws InputError naming place, key, value and what is allowed
/// for a kind that does not exist, a key that the kind does not have, and one that is missing.
PolicySettings policies_of(const std::vector<PolicySection>& sections);

/// Every entry with its path, as the file would hold it.
std::vector<std::pair<std::string, ConfigurationValue>> policy_entries(
    const std::vector<PolicySection>& sections);

/// Lines for describe_keys().
std::string describe_policies();

}  // namespace starling::app
