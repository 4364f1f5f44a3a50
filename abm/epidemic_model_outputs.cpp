#include <starling/abm/epidemic_model.hpp>

namespace starling {

void EpidemicModel::observe_batch(const Batch& batch, int lanes, std::span<double> observations) const {
  const std::vector<double> series =
      targets_ ? table_.values(batch.new_cases, batch.width, lanes) : std::vector<double>();
  for (std::size_t lane = 0; lane < static_cast<std::size_t>(lanes); ++lane) {
    const std::span<double> own = observations.subspan(lane * outputs(), outputs());
    if (targets_)
      targets_->observe(std::span(series).subspan(lane * table_.size(), table_.size()), own);
    else
      observation_.observe(batch.new_cases, batch.width, static_cast<int>(lane), own);
  }
}

std::vector<double> EpidemicModel::observe_batch_adjoint(const Batch& batch, int lanes,
                                                         std::span<const double> observations_adj) const {
  std::vector<double> new_cases_adj(batch.new_cases.size(), 0.0);
  std::vector<double> series_adj(targets_ ? static_cast<std::size_t>(lanes) * table_.size() : 0, 0.0);
  for (std::size_t lane = 0; lane < static_cast<std::size_t>(lanes); ++lane) {
    const std::span<const double> own = observations_adj.subspan(lane * outputs(), outputs());
    if (targets_)
      targets_->observe_adjoint(own, std::span(series_adj).subspan(lane * table_.size(), table_.size()));
    else
      observation_.observe_adjoint(batch.new_cases, batch.width, static_cast<int>(lane), own, new_cases_adj);
  }
  if (targets_) table_.adjoint(series_adj, batch.width, lanes, new_cases_adj);
  return new_cases_adj;
}

std::vector<double> EpidemicModel::batch_series(const Batch& batch, int lanes) const {
  if (!sampled_outcomes_) return table_.values(batch.new_cases, batch.width, lanes);
  const LaneNoise& noise = batch.trajectory.noise;
  std::vector<std::uint32_t> lane_sample = noise.lane_sample;
  lane_sample.resize(static_cast<std::size_t>(batch.width), 0);
  const std::vector<std::int64_t> events =
      sampled_outcomes_->events(batch.trajectory.infection_step, noise.seed, lane_sample);
  return table_.sampled_values(batch.new_cases, events, batch.width, lanes);
}

}  // namespace starling
