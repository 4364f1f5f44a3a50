#pragma once

#include <string>
#include <vector>

#include <starling/autodiff/gradient_horizon.hpp>
#include <starling/examples/calibration.hpp>

namespace starling::examples {

/// The models of this folder with parameters to find, a prior, and what is compared with the observation.
std::vector<std::string> problem_names();
/// InputError for a name that is not among them.
Problem make_problem(const std::string& name, const GradientHorizon& horizon, const Exec& exec);

}  // namespace starling::examples
