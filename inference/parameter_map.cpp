#include <map>
#include <set>

#include <fmt/format.h>

#include <starling/autodiff/slicing.hpp>
#include <starling/core/check.hpp>
#include <starling/core/error.hpp>
#include <starling/inference/parameter_map.hpp>

namespace starling {

ParameterMap::ParameterMap(std::vector<FreeParameter> parameters) : parameters_(std::move(parameters)) {
  std::set<std::string> names;
  std::map<std::string, std::string> owner;
  for (std::size_t p = 0; p < parameters_.size(); ++p) {
    const FreeParameter& parameter = parameters_[p];
    if (!names.insert(parameter.name).second)
      throw InputError(fmt::format("ParameterMap: \"{}\" stands twice, expected each once", parameter.name));
    for (const std::string& path : parameter.paths) {
      const auto [place, added] = owner.emplace(path, parameter.name);
      if (!added)
        throw InputError(
            fmt::format("ParameterMap: {} takes its value from \"{}\" and from \"{}\", "
                        "expected one of them",
                        path, place->second, parameter.name));
      paths_.push_back(path);
      parameter_of_path_.push_back(p);
    }
  }
}

std::vector<std::string> ParameterMap::names() const {
  std::vector<std::string> result;
  for (const FreeParameter& parameter : parameters_) result.push_back(parameter.name);
  return result;
}

bool ParameterMap::is_identity() const {
  if (parameter_of_path_.size() != parameters_.size()) return false;
  for (std::size_t i = 0; i < parameter_of_path_.size(); ++i) {
    if (parameter_of_path_[i] != i) return false;
  }
  return true;
}

Var<double> ParameterMap::expand(Var<double> theta) const {
  check_equal_size("ParameterMap::expand", "columns of theta", theta.shape().last(),
                   static_cast<std::int64_t>(parameters_.size()));
  if (is_identity()) return theta;
  std::vector<Var<double>> columns;
  for (const std::size_t parameter : parameter_of_path_)
    columns.push_back(slice(theta, 1, static_cast<std::int64_t>(parameter), 1));
  return concatenate(std::span<const Var<double>>(columns), 1);
}

std::vector<double> ParameterMap::expand_values(std::span<const double> theta) const {
  const std::size_t free = parameters_.size();
  check_that(free > 0 && theta.size() % free == 0, "ParameterMap::expand_values",
             fmt::format("{} values, expected rows of {} parameters", theta.size(), free));
  std::vector<double> result;
  for (std::size_t row = 0; row < theta.size(); row += free) {
    for (const std::size_t parameter : parameter_of_path_) result.push_back(theta[row + parameter]);
  }
  return result;
}

std::vector<std::optional<double>> ParameterMap::shared_values(std::span<const double> values) const {
  check_equal_size("ParameterMap::shared_values", "values", static_cast<std::int64_t>(values.size()),
                   static_cast<std::int64_t>(paths_.size()));
  std::vector<std::optional<double>> result(parameters_.size());
  std::vector<bool> differ(parameters_.size(), false);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t parameter = parameter_of_path_[i];
    if (!result[parameter]) result[parameter] = values[i];
    if (*result[parameter] != values[i]) differ[parameter] = true;
  }
  for (std::size_t p = 0; p < result.size(); ++p) {
    if (differ[p]) result[p].reset();
  }
  return result;
}

}  // namespace starling
