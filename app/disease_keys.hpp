#pragma once

#include <vector>

#include <starling/app/configuration_keys.hpp>

namespace starling::app {

/// Appends the keys of [disease]. Lists are checked against disease.age_bands by check_disease, once all keys
/// are known.
void add_disease_keys(std::vector<Key<Configuration>>& keys);

}  // namespace starling::app
