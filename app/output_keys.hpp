#pragma once

#include <vector>

#include <starling/abm/epidemic_model.hpp>
#include <starling/app/configuration_keys.hpp>

namespace starling::app {

/// Adds the keys of section [outputs].
void add_output_keys(std::vector<Key<Configuration>>& keys);

/// The series that `simulate` reports: those of timeseries.csv that never go away, then the configured ones.
OutputSettings output_settings(const OutputsSection& outputs);

}  // namespace starling::app
