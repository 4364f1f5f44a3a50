#include <algorithm>

#include <starling/app/calibration_problem.hpp>
#include <starling/app/calibration_tables.hpp>
#include <starling/app/case_series.hpp>
#include <starling/app/csv_reader.hpp>
#include <starling/app/structural_numbers.hpp>
#include <starling/core/random.hpp>

namespace starling::app {

namespace {

// Streams of the seed.
constexpr std::uint64_t kTruthStream = 11;
constexpr std::uint64_t kComparisonStream = 12;
constexpr std::uint64_t kVariationalStream = 13;

/// Cumulative cases [age bins][records] of the observation: one run at the configured values, or a file.
std::vector<double> observed_cumulative(EpidemicModelFamily& model, const Configuration& configuration,
                                        std::uint64_t truth_seed) {
  const int records = model.observation().records();
  const int bins = model.observation().age_bins();
  std::vector<double> by_record;  // [records][age bins]
  if (configuration.calibrate.observed == "synthetic") {
    const RunNoise noise{truth_seed, 1};
    const CaseSeries series(model.new_cases(model.configured(), noise), records, bins);
    for (int record = 0; record < records; ++record) {
      for (int bin = 0; bin < bins; ++bin)
        by_record.push_back(static_cast<double>(series.cumulative(0, record, bin)));
    }
  } else {
    by_record = read_observed_series(configuration.calibrate.observed,
                                     age_series_names(configuration.epidemic.age_bin_edges), records);
  }
  std::vector<double> result;
  for (int bin = 0; bin < bins; ++bin) {
    for (int record = 0; record < records; ++record)
      result.push_back(by_record[static_cast<std::size_t>(std::int64_t{record} * bins + bin)]);
  }
  return result;
}

/// A flow that starts in a region of the prior's unconstrained coordinate.
Flow flow_of(const CalibrationSettings& settings, const SearchRegion& start) {
  FlowSettings flow;
  flow.layers = settings.flow.layers;
  flow.conditioner.dimensions = static_cast<int>(start.mean.size());
  flow.conditioner.hidden = settings.flow.hidden;
  flow.conditioner.blocks = settings.flow.blocks;
  flow.initial_location = start.mean;
  flow.initial_scale = start.sd;
  return Flow(flow);
}

VariationalSettings variational_settings(const CalibrationSettings& settings) {
  VariationalSettings result;
  result.weight = settings.weight;
  result.samples = settings.samples;
  result.kl_samples = settings.kl_samples;
  result.epochs = settings.epochs;
  result.learning_rate = {settings.learning_rate, settings.warm_up_epochs, settings.epochs};
  result.weight_decay = settings.weight_decay;
  result.clip_norm = settings.clip_norm;
  return result;
}

}  // namespace

CalibrationProblem::CalibrationProblem(const Exec& exec, const Population& population,
                                       const Configuration& configuration, const GradientSettings& gradient,
                                       std::uint64_t seed)
    : exec_(exec),
      configuration_(configuration),
      settings_(configuration.calibrate),
      seed_(seed),
      map_(parameter_map_of(settings_)),
      prior_(prior_of(settings_)),
      model_(exec, population, configuration.epidemic, gradient, map_.paths(), target_outputs(settings_),
             structural_parameters_of(configuration)) {}

std::uint64_t CalibrationProblem::truth_seed() const {
  return settings_.truth_seed.value_or(derive_seed(seed_, kTruthStream));
}

void CalibrationProblem::observe() {
  if (settings_.targets.empty())
    observe_cases();
  else
    targets_.emplace(model_, settings_, truth_seed());
}

OutputFunction CalibrationProblem::outputs() {
  return [this](std::span<const double> theta, const RunNoise& noise) {
    return model_.observe(map_.expand_values(theta), noise);
  };
}

void CalibrationProblem::observe_cases() {
  observed_cumulative_ = starling::app::observed_cumulative(model_, configuration_, truth_seed());
  const QuadraticLoss simple = QuadraticLoss::log_mse(
      model_.observation().observe_cumulative(observed_cumulative_), model_.observation().records());
  comparison_ =
      prepare_comparison(outputs(), prior_, simple, settings_, derive_seed(seed_, kComparisonStream));
}

SearchRegion CalibrationProblem::find_start() {
  if (targets_) return find_region();
  return {prior_.start_location(), prior_.start_scale()};
}

SearchRegion CalibrationProblem::find_region() {
  const std::uint64_t seed = derive_seed(seed_, kComparisonStream);
  if (targets_) return targets_->find_start(map_, prior_, seed);
  if (!comparison_->region.mean.empty()) return comparison_->region;
  return starling::find_region(outputs(), prior_, {prior_.start_location(), prior_.start_scale()},
                               kSearchRounds, single_runs(comparison_->loss), seed);
}

std::uint64_t CalibrationProblem::variational_seed() const {
  return derive_seed(seed_, kVariationalStream);
}

std::vector<std::optional<double>> CalibrationProblem::truth() const {
  std::vector<std::optional<double>> truth(map_.names().size());
  if (targets_ ? targets_->is_synthetic() : settings_.observed == "synthetic")
    truth = map_.shared_values(model_.configured());
  if (!targets_) return truth;
  const std::vector<std::optional<double>> dispersions = targets_->true_log_dispersions();
  std::ranges::copy_backward(dispersions, truth.end());
  return truth;
}

Var<double> CalibrationProblem::compare(Tape<double>& tape, Var<double> outputs, Var<double> theta) const {
  if (targets_) return targets_->loss(tape, outputs, theta, settings_.replicates);
  return comparison_->loss(tape, outputs, settings_.replicates);
}

Var<double> CalibrationProblem::loss(Tape<double>& tape, Var<double> theta, std::uint64_t seed) {
  return compare(tape, model_.observe(tape, map_.expand(theta), {seed, settings_.replicates}), theta);
}

std::vector<double> CalibrationProblem::loss_values(std::span<const double> theta, std::uint64_t seed) {
  const auto parameters = static_cast<std::int64_t>(map_.names().size());
  const auto rows = static_cast<std::int64_t>(theta.size()) / parameters;
  Tape<double> tape(Exec::cpu(1));
  const std::vector<double> outputs = model_.observe(map_.expand_values(theta), {seed, settings_.replicates});
  const auto runs = rows * settings_.replicates;
  return compare(tape, tape.constant({runs, static_cast<std::int64_t>(outputs.size()) / runs}, outputs),
                 tape.constant({rows, parameters}, theta))
      .value();
}

std::unique_ptr<Variational> CalibrationProblem::variational(const SearchRegion& start) {
  return std::make_unique<Variational>(
      flow_of(settings_, start), prior_,
      [this](Tape<double>& tape, Var<double> theta, std::uint64_t seed) { return loss(tape, theta, seed); },
      variational_settings(settings_), Exec::cpu(exec_.threads()));
}

}  // namespace starling::app
