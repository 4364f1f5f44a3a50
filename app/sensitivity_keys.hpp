#pragma once

#include <string_view>
#include <vector>

#include <starling/app/configuration_keys.hpp>

namespace starling::app {

/// Adds the keys of section [sensitivity].
void add_sensitivity_keys(std::vector<Key<Configuration>>& keys);

/// Whether sensitivity.methods names the method: "local", "sobol", "morris" or "dgsm".
bool uses_method(const SensitivitySection& section, std::string_view method);

}  // namespace starling::app
