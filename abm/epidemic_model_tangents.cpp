#include <starling/abm/epidemic_model.hpp>

namespace starling {

namespace {

/// Rows of [rows][width] repeated for each direction, and filled up: [rows][columns].
std::vector<double> repeated_columns(const std::vector<double>& values, int width, int columns) {
  const auto from = static_cast<std::size_t>(width);
  const auto to = static_cast<std::size_t>(columns);
  std::vector<double> result(values.size() / from * to);
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = values[i / to * from + i % to % from];
  return result;
}

}  // namespace

RunJacobians EpidemicModel::forward_mode_jacobians(ParameterRows theta, const RunNoise& noise) {
  const LaneRuns runs = lane_runs(theta, slots_.size(), noise);
  const std::size_t slopes = slots_.size() * outputs();  // of one run
  RunJacobians result{std::vector<double>(runs.lanes.size() * outputs()),
                      std::vector<double>(runs.lanes.size() * slopes)};
  run_lanes(runs, [&](std::size_t first, std::size_t lanes, const Batch& batch) {
    observe_batch(batch, static_cast<int>(lanes),
                  std::span(result.observations).subspan(first * outputs(), lanes * outputs()));
    if (!slots_.empty())
      batch_jacobians(batch, static_cast<int>(lanes),
                      std::span(result.jacobians).subspan(first * slopes, lanes * slopes));
  });
  return result;
}

std::vector<LaneParameters> EpidemicModel::unit_directions(int lanes) const {
  std::vector<LaneParameters> directions(
      slots_.size(),
      LaneParameters(world_->networks(), lanes, static_cast<int>(schedule_->policies().values().size())));
  for (std::size_t d = 0; d < slots_.size(); ++d)
    for (int lane = 0; lane < lanes; ++lane) value_at(directions[d], slots_[d], lane) = 1.0;
  return directions;
}

void EpidemicModel::batch_jacobians(const Batch& batch, int lanes, std::span<double> jacobians) {
  SampledTangents& tangents =
      tangents_.try_emplace(batch.width, simulator(lanes), dimensions()).first->second;
  const std::vector<float> swept = tangents.new_cases(batch.trajectory, unit_directions(lanes), slope());
  const std::vector<double> new_cases_tangent(swept.begin(), swept.end());
  const int columns = tangents.columns();
  const std::vector<double> left = repeated_columns(symptoms_left(batch), batch.width, columns);
  // Series are linear in the cases, so that each column is one more run to them.
  const std::vector<double> series =
      targets_ ? table_.values(new_cases_tangent, columns, columns, {.symptoms_left = left})
               : std::vector<double>();
  std::size_t place = 0;
  for (int lane = 0; lane < lanes; ++lane) {
    for (int d = 0; d < dimensions(); ++d, place += outputs()) {
      const int column = d * batch.width + lane;
      const std::span<double> own = jacobians.subspan(place, outputs());
      if (targets_)
        targets_->observe(
            std::span(series).subspan(static_cast<std::size_t>(column) * table_.size(), table_.size()), own);
      else
        observation_.observe_tangent(batch.new_cases, batch.width, lane, new_cases_tangent, columns, column,
                                     own);
    }
  }
}

}  // namespace starling
