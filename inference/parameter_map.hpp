#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include <starling/autodiff/tape.hpp>

namespace starling {

/// One calibrated value and the inputs of the simulator that take it: several when they are tied to each
/// other, none when the value is not the simulator's (such as the dispersion of a likelihood).
struct FreeParameter {
  std::string name;
  std::vector<std::string> paths;
};

/// From calibrated values to the inputs of the simulator. The paths stand in the order of the parameters.
class ParameterMap {
 public:
  /// Throws InputError when a name or a path stands twice, naming it and the parameters it stands in.
  explicit ParameterMap(std::vector<FreeParameter> parameters);

  [[nodiscard]] const std::vector<FreeParameter>& parameters() const { return parameters_; }
  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] const std::vector<std::string>& paths() const { return paths_; }

  /// Every path gets its parameter's value: theta [draws][parameters] -> [draws][paths]. On the way back the
  /// derivatives by tied paths add up. theta itself where each parameter has one path.
  [[nodiscard]] Var<double> expand(Var<double> theta) const;
  [[nodiscard]] std::vector<double> expand_values(std::span<const double> theta) const;
  /// The value all paths of a parameter share in `values` [paths]; absent where they differ or there is no
  /// path. [parameters]
  [[nodiscard]] std::vector<std::optional<double>> shared_values(std::span<const double> values) const;

 private:
  [[nodiscard]] bool is_identity() const;

  std::vector<FreeParameter> parameters_;
  std::vector<std::string> paths_;
  std::vector<std::size_t> parameter_of_path_;  // [paths]
};

}  // namespace starling
