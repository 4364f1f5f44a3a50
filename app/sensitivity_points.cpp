#include <algorithm>
#include <charconv>
#include <cmath>

#include <starling/abm/csv_table.hpp>
#include <starling/app/sensitivity_points.hpp>
#include <starling/inference/noisy_function.hpp>
#include <starling/inference/sobol_sequence.hpp>

namespace starling::app {
namespace {

constexpr std::string_view kSeedPath = "epidemic.log10_seed_fraction";

double finite_number(const CsvTable& table, std::size_t row, std::size_t column) {
  const std::string& cell = table.text(row, column);
  double value = 0.0;
  const char* end = cell.data() + cell.size();
  const auto [stop, error] = std::from_chars(cell.data(), end, value);
  if (error != std::errc() || stop != end || !std::isfinite(value))
    table.fail(row, column, "a finite number");
  return value;
}

std::vector<double> posterior_points(const std::string& file, const std::vector<std::string>& names,
                                     std::size_t count) {
  const CsvTable table = CsvTable::read(file);
  std::vector<std::size_t> columns;
  for (const std::string& name : names) columns.push_back(table.column(name));
  std::vector<double> points;
  for (std::size_t i = 0; i < count; ++i) {
    for (const std::size_t column : columns)
      points.push_back(finite_number(table, i * table.rows() / count, column));
  }
  return points;
}

/// Where the model takes a value as it is; it moves others to the nearest end.
DifferenceStep range_of_path(const std::string& path, const EpidemicModel& model) {
  DifferenceStep range;
  // At most everybody is infected at the start.
  if (path == kSeedPath) range.high = 0.0;
  for (const PolicyValue& value : model.schedule().policies().values()) {
    if (value.path == path) range = {.low = value.low, .high = value.high};
  }
  return range;
}

}  // namespace

std::vector<SensitivityParameter> sensitivity_parameters(const ParameterMap& map, const EpidemicModel& model,
                                                         const std::string& at) {
  const std::vector<std::optional<double>> values = map.shared_values(model.configured());
  std::vector<SensitivityParameter> parameters;
  for (std::size_t d = 0; d < values.size(); ++d) {
    const FreeParameter& parameter = map.parameters()[d];
    const bool is_log10 = std::ranges::all_of(parameter.paths, [](const std::string& path) {
      return path.substr(path.rfind('.') + 1).starts_with("log10_");
    });
    parameters.push_back({parameter.name, is_log10, at == "configured" ? values[d] : std::nullopt});
  }
  return parameters;
}

SensitivityPoints::SensitivityPoints(const SensitivitySection& section, const ParameterMap& map,
                                     const EpidemicModel& model)
    : section_(section), map_(map), origin_(map.paths().size(), 0.0) {
  if (section.at == "configured") origin_ = model.configured();
  std::size_t path = 0;
  for (const FreeParameter& parameter : map.parameters()) {
    DifferenceStep one{.step = section.step};
    for (const std::string& name : parameter.paths) {
      const DifferenceStep range = range_of_path(name, model);
      one.low = std::max(one.low, range.low - origin_[path]);
      one.high = std::min(one.high, range.high - origin_[path]);
      ++path;
    }
    steps_.push_back(one);
  }
}

std::vector<double> SensitivityPoints::points(const Prior& prior, std::uint64_t seed) const {
  const auto count = static_cast<std::size_t>(section_.replicates);
  std::vector<double> points(count * steps_.size(), 0.0);
  if (section_.at == "prior")
    points = prior_quantiles(
        prior,
        SobolSequence(prior.dimensions(), seed).points(0, static_cast<std::uint32_t>(section_.replicates)));
  else if (section_.at != "configured")
    points = posterior_points(section_.at, map_.names(), count);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const DifferenceStep& step = steps_[i % steps_.size()];
    points[i] = std::clamp(points[i], step.low, step.high);
  }
  return points;
}

std::vector<double> SensitivityPoints::path_values(std::span<const double> points) const {
  std::vector<double> values = map_.expand_values(points);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] += origin_[i % origin_.size()];
  return values;
}

}  // namespace starling::app
