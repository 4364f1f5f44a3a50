#include <starling/abm/epidemic_model.hpp>
#include <starling/abm/lane_shares.hpp>

namespace starling {

void EpidemicModel::observe_batch(const Batch& batch, int lanes, std::span<double> observations) const {
  const std::vector<double> left = symptoms_left(batch);
  const OutcomeScales scales{.symptoms_left = left};
  const std::vector<double> series =
      targets_ ? table_.values(batch.new_cases, batch.width, lanes, scales) : std::vector<double>();
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
  const std::vector<double> left = symptoms_left(batch);
  if (targets_) table_.adjoint(series_adj, batch.width, lanes, new_cases_adj, {.symptoms_left = left});
  return new_cases_adj;
}

std::vector<double> EpidemicModel::symptoms_left(const Batch& batch) const {
  if (groups_.vaccination_statuses == 1) return {};
  std::vector<double> left(static_cast<std::size_t>(batch.width), 1.0);
  const auto vaccinated = shares_left<double>(schedule_->policies().vaccinations(),
                                              batch.trajectory.parameters, batch.width, kEfficacySymptoms);
  left.insert(left.end(), vaccinated.begin(), vaccinated.end());
  return left;
}

std::vector<double> EpidemicModel::batch_series(const Batch& batch, int lanes) const {
  if (sampled_outcomes_)
    return table_.sampled_values(batch.new_cases, sampled_events(batch), batch.width, lanes);
  const std::vector<double> left = symptoms_left(batch);
  return table_.values(batch.new_cases, batch.width, lanes, {.symptoms_left = left});
}

std::vector<std::int64_t> EpidemicModel::sampled_events(const Batch& batch) const {
  const LaneNoise& noise = batch.trajectory.noise;
  std::vector<std::uint32_t> lane_sample = noise.lane_sample;
  lane_sample.resize(static_cast<std::size_t>(batch.width), 0);
  if (!rules_.vaccination_eases_symptoms)
    return sampled_outcomes_->events(batch.trajectory.infection_step, noise.seed, lane_sample);
  const Buffer<float> left(
      world_->exec(), shares_left<float>(schedule_->policies().vaccinations(), batch.trajectory.parameters,
                                         batch.width, kEfficacySymptoms));
  return sampled_outcomes_->events(batch.trajectory.infection_step, noise.seed, lane_sample, {},
                                   {rules_.vaccination->step(), rules_.vaccination->policy(), left.data()});
}

std::vector<double> EpidemicModel::observe(ParameterRows theta, const RunNoise& noise) {
  return observe(lane_runs(theta, slots_.size(), noise));
}

std::vector<double> EpidemicModel::observe(const LaneRuns& runs) {
  std::vector<double> observations(runs.lanes.size() * outputs());
  run_lanes(runs, [&](std::size_t first, std::size_t lanes, const Batch& batch) {
    observe_batch(batch, static_cast<int>(lanes),
                  std::span(observations).subspan(first * outputs(), lanes * outputs()));
  });
  return observations;
}

std::vector<double> EpidemicModel::series(ParameterRows theta, const RunNoise& noise, RunDetails* details) {
  return series(lane_runs(theta, slots_.size(), noise), details);
}

std::vector<double> EpidemicModel::series(const LaneRuns& runs, RunDetails* details) {
  std::vector<double> result;
  result.reserve(runs.lanes.size() * table_.size());
  if (details != nullptr) *details = {};
  const VisitBatch visit = [&](std::size_t, std::size_t lanes, const Batch& batch) {
    const std::vector<double> own = batch_series(batch, static_cast<int>(lanes));
    result.insert(result.end(), own.begin(), own.end());
    if (details == nullptr) return;
    append_new_cases(batch, lanes, details->new_cases);
    append_network_cases(batch, lanes, details->network_cases);
  };
  run_lanes(runs, visit, details != nullptr ? Attribution::by_network : Attribution::none);
  return result;
}

RunDetails EpidemicModel::details(ParameterRows theta, const RunNoise& noise) {
  return details(lane_runs(theta, slots_.size(), noise));
}

RunDetails EpidemicModel::details(const LaneRuns& runs) {
  RunDetails result;
  const VisitBatch visit = [&](std::size_t, std::size_t lanes, const Batch& batch) {
    append_new_cases(batch, lanes, result.new_cases);
    append_network_cases(batch, lanes, result.network_cases);
  };
  run_lanes(runs, visit, Attribution::by_network);
  return result;
}

std::vector<std::int64_t> EpidemicModel::new_cases(ParameterRows theta, const RunNoise& noise) {
  return new_cases(lane_runs(theta, slots_.size(), noise));
}

std::vector<std::int64_t> EpidemicModel::new_cases(const LaneRuns& runs) {
  std::vector<std::int64_t> result;
  run_lanes(runs, [&](std::size_t, std::size_t lanes, const Batch& batch) {
    append_new_cases(batch, lanes, result);
  });
  return result;
}

void EpidemicModel::append_new_cases(const Batch& batch, std::size_t lanes,
                                     std::vector<std::int64_t>& new_cases) const {
  const std::size_t cells = observation_.size();
  const auto bins = static_cast<std::size_t>(observation_.age_bins());
  const auto records = static_cast<std::size_t>(observation_.records());
  const std::size_t first = new_cases.size();
  new_cases.resize(first + lanes * cells);
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const auto cases = observation_.binned(batch.new_cases, batch.width, static_cast<int>(lane));
    for (std::size_t cell = 0; cell < cells; ++cell)
      new_cases[first + lane * cells + cell % records * bins + cell / records] = cases[cell];
  }
}

void EpidemicModel::append_network_cases(const Batch& batch, std::size_t lanes,
                                         std::vector<double>& network_cases) {
  const auto width = static_cast<std::size_t>(batch.width);
  for (std::size_t lane = 0; lane < lanes; ++lane)
    for (std::size_t i = lane; i < batch.network_cases.size(); i += width)
      network_cases.push_back(batch.network_cases[i]);
}

}  // namespace starling
