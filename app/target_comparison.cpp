#include <algorithm>
#include <cmath>

#include <starling/app/target_comparison.hpp>
#include <starling/app/target_observations.hpp>
#include <starling/autodiff/slicing.hpp>
#include <starling/core/random.hpp>
#include <starling/inference/observed_totals.hpp>

namespace starling::app {

namespace {

constexpr const char* kSynthetic = "synthetic";

/// Values of the window of [rows][points].
std::vector<double> inside_of(const TargetObservation::Part& part, std::span<const double> all) {
  std::vector<double> values;
  const auto points = static_cast<std::size_t>(part.points.size());
  for (std::size_t row = 0; row < static_cast<std::size_t>(part.rows.count); ++row) {
    const auto own = all.subspan(row * points + static_cast<std::size_t>(part.points.first_inside()),
                                 static_cast<std::size_t>(part.points.inside()));
    values.insert(values.end(), own.begin(), own.end());
  }
  return values;
}

}  // namespace

OutputSettings target_outputs(const CalibrationSettings& settings) {
  OutputSettings outputs;
  for (const TargetSettings& target : settings.targets) outputs.targets.push_back(target.series);
  return outputs;
}

TargetComparison::TargetComparison(EpidemicModelFamily& model, const CalibrationSettings& settings,
                                   std::uint64_t truth_seed)
    : model_(&model), settings_(&settings) {
  const std::vector<double> synthetic =
      is_synthetic() ? model.series(model.configured(), {truth_seed, 1}) : std::vector<double>();
  std::vector<Target> losses;
  for (std::size_t t = 0; t < settings.targets.size(); ++t) {
    observed_.push_back(observe(t, synthetic, truth_seed));
    if (settings.targets[t].weight == 0.0) continue;
    losses.push_back(target_loss(settings.targets[t], static_cast<std::int64_t>(part(t).first),
                                 inside_of(part(t), observed_[t]), part(t).rows.count));
  }
  losses_.emplace(std::move(losses), static_cast<std::int64_t>(model.outputs()));
  dispersions_ = static_cast<std::size_t>(losses_->dispersions());
  parameters_ = settings.parameters.size() + dispersions_;
}

std::vector<double> TargetComparison::observe(std::size_t target, std::span<const double> synthetic,
                                              std::uint64_t seed) const {
  const TargetSettings& settings = settings_->targets[target];
  const SeriesPoints& points = part(target).points;
  if (settings.observed != kSynthetic) {
    const std::vector<std::string>& labels = model_->table().labels_of(settings.series.key);
    return read_target_observations(settings.observed, settings.series.key, labels, points);
  }
  std::vector<double> values = model_->targets()->all_points(part(target), synthetic);
  add_observation_noise(settings, values.size(), {},
                        {derive_seed(seed, target), static_cast<std::uint32_t>(target)}, values);
  return values;
}

bool TargetComparison::is_synthetic() const {
  return std::ranges::any_of(settings_->targets,
                             [](const TargetSettings& target) { return target.observed == kSynthetic; });
}

std::vector<std::optional<double>> TargetComparison::true_log_dispersions() const {
  std::vector<std::optional<double>> values;
  for (const TargetSettings& target : settings_->targets) {
    if (!target.calibrate_dispersion) continue;
    values.emplace_back();
    if (target.observed == kSynthetic) values.back() = std::log(target.dispersion);
  }
  return values;
}

Var<double> TargetComparison::loss(Tape<double>& tape, Var<double> outputs, Var<double> theta,
                                   int replicates) const {
  if (dispersions_ == 0) return (*losses_)(tape, outputs, replicates);
  return (*losses_)(tape, outputs, replicates,
                    slice(theta, 1, static_cast<std::int64_t>(parameters_ - dispersions_),
                          static_cast<std::int64_t>(dispersions_)));
}

SearchRegion TargetComparison::find_start(const ParameterMap& map, const Prior& prior,
                                          std::uint64_t seed) const {
  const OutputFunction outputs = [&](std::span<const double> theta, const RunNoise& noise) {
    return model_->observe(map.expand_values(theta), noise);
  };
  // With dispersions that are searched for as well, draws that overshoot wildly and call it noise would be
  // among the best: too many deaths cost little where the dispersion is large, and fits are rarer.
  const SearchRegion start{prior.start_location(), prior.start_scale()};
  const auto first = static_cast<std::ptrdiff_t>(parameters_ - dispersions_);
  const std::vector<double> location = prior.constrain_values(start.mean);
  const RunLoss loss = [&](std::span<const double> theta, std::span<const double> values) {
    std::vector<double> log_dispersions;
    for (std::size_t run = 0; run < theta.size() / parameters_; ++run)
      log_dispersions.insert(log_dispersions.end(), location.begin() + first, location.end());
    return losses_->single_run_values(values, log_dispersions);
  };
  SearchRegion region = find_region(outputs, prior, start, kSearchRounds, loss, seed);
  std::copy(start.mean.begin() + first, start.mean.end(), region.mean.begin() + first);
  std::copy(start.sd.begin() + first, start.sd.end(), region.sd.begin() + first);
  return region;
}

std::vector<double> TargetComparison::log_dispersions(std::size_t target,
                                                      std::span<const double> theta) const {
  std::vector<double> values;
  if (!settings_->targets[target].calibrate_dispersion) return values;
  std::size_t column = parameters_ - dispersions_;
  for (std::size_t t = 0; t < target; ++t) column += settings_->targets[t].calibrate_dispersion ? 1U : 0U;
  for (std::size_t i = column; i < theta.size(); i += parameters_) values.push_back(theta[i]);
  return values;
}

std::vector<TargetResult> TargetComparison::predict(const ParameterMap& map, std::span<const double> theta,
                                                    std::uint64_t seed, RunDetails& details) const {
  const std::vector<double> series = model_->series(map.expand_values(theta), {seed, 1}, &details);
  const std::size_t size = model_->table().size();
  std::vector<TargetResult> results;
  for (std::size_t t = 0; t < settings_->targets.size(); ++t) {
    const TargetSettings& settings = settings_->targets[t];
    std::vector<double> predicted;
    for (std::size_t run = 0; run < series.size() / size; ++run) {
      const std::vector<double> own =
          model_->targets()->all_points(part(t), std::span(series).subspan(run * size, size));
      predicted.insert(predicted.end(), own.begin(), own.end());
    }
    if (settings.composition) predicted = ObservedTotals(observed_[t], part(t).rows.count).apply(predicted);
    add_observation_noise(settings, observed_[t].size(), log_dispersions(t, theta),
                          {derive_seed(seed, t), static_cast<std::uint32_t>(t)}, predicted);
    results.push_back(make_target_result(settings, model_->table().labels_of(settings.series.key),
                                         part(t).points, observed_[t], predicted));
  }
  return results;
}

}  // namespace starling::app
