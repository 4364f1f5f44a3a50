#include <algorithm>

#include <starling/app/generations_of_runs.hpp>

namespace starling::app {
namespace {

constexpr std::int64_t kMostProfiles = 2000;

}  // namespace

GenerationsOfRuns::GenerationsOfRuns(const EpidemicModelFamily& model, std::int64_t agents)
    : model_(model),
      columns_(model.structural_columns()),
      // The profiles of people the population has: others could be such as no run can use.
      profiles_(static_cast<int>(std::min(agents, kMostProfiles))) {}

const GenerationDistribution& GenerationsOfRuns::of_run(std::span<const double> theta, std::size_t run) {
  const auto dimensions = static_cast<std::size_t>(model_.dimensions());
  const std::span<const double> own = theta.subspan(run * dimensions, dimensions);
  std::vector<double> values;
  for (const std::size_t column : columns_) values.push_back(own[column]);
  if (!latest_ || values != values_) {
    latest_.emplace(model_.settings_of(own), profiles_);
    values_ = std::move(values);
  }
  return *latest_;
}

}  // namespace starling::app
