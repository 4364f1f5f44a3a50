#pragma once

#include <string>
#include <utility>
#include <vector>

#include <starling/abm/epidemic_settings.hpp>

namespace starling::app {

/// The estimators as gradient.estimator names them.
const std::vector<std::pair<std::string, Estimator>>& estimator_names();
const std::string& name_of(Estimator estimator);

/// The settings with another estimator, in reverse mode where it has no other.
GradientSettings with_estimator(GradientSettings settings, Estimator estimator);

}  // namespace starling::app
