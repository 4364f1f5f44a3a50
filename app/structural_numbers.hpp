#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <starling/abm/epidemic_model_family.hpp>
#include <starling/app/configuration.hpp>
#include <starling/inference/prior.hpp>

namespace starling::app {

/// A real number of the configuration that calibratable_parameters() lacks but that can be calibrated by its
/// path: of [epidemic], [disease], [networks.<name>] or [policies.<name>]. One of a list has its position in
/// the path, as "disease.severe[3]", unless the list has one element.
struct StructuralNumber {
  std::string path;
  double configured = 0.0;
  std::string allowed;  // in words
  /// Sets the number and all that follows from it; false for a value it cannot have.
  std::function<bool(Configuration&, double)> set;
};

/// All of them, in the order of the key table, then networks, then policies. Throws InputError for policies
/// that cannot act.
std::vector<StructuralNumber> structural_numbers(const Configuration& configuration);

/// Between which values a structural number can be set; its configured value lies inside.
struct NumberRange {
  double low = 0.0;
  double high = 0.0;
};
/// Of one that must be positive, the lower end is a thousandth of the configured value.
NumberRange range_of(const StructuralNumber& number, Configuration configuration);

/// Why calibrate.parameters cannot name `path`, in words that can follow it.
std::string why_not_calibrated(const Configuration& configuration, std::string_view path);

/// Throws InputError, which starts with the configuration's file, unless the priors of calibrated structural
/// numbers lie in what their keys allow and the estimator has derivatives by them.
void check_structural_numbers(const Configuration& configuration);

/// The calibrated structural numbers, among the paths of parameter_map_of(), with differences at
/// gradient.difference_step standard deviations of the prior to both sides in its unconstrained coordinate,
/// which are values that the prior allows.
StructuralParameters structural_parameters_of(const Configuration& configuration);

}  // namespace starling::app
