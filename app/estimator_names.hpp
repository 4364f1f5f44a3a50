#pragma once

#include <string>
#include <utility>
#include <vector>

#include <starling/abm/epidemic_settings.hpp>

namespace starling::app {

/// The estimators as gradient.estimator names them.
const std::vector<std::pair<std::string, Estimator>>& estimator_names();

}  // namespace starling::app
