#pragma once

#include <vector>

#include <starling/app/configuration_keys.hpp>

namespace starling::app {

/// Appends the keys of [calibrate].
void add_calibration_keys(std::vector<Key<Configuration>>& keys);

}  // namespace starling::app
