#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include <starling/abm/epidemic_model_family.hpp>
#include <starling/app/calibration_gradient.hpp>
#include <starling/app/calibration_result.hpp>
#include <starling/app/calibration_tables.hpp>
#include <starling/app/csv_reader.hpp>
#include <starling/app/interrupt.hpp>
#include <starling/app/population_source.hpp>
#include <starling/app/progress.hpp>
#include <starling/app/structural_numbers.hpp>
#include <starling/app/target_comparison.hpp>
#include <starling/app/verbs.hpp>
#include <starling/core/error.hpp>
#include <starling/core/random.hpp>
#include <starling/inference/checkpoint.hpp>

namespace starling::app {

namespace {

// Streams of the invocation's seed.
constexpr std::uint64_t kTruthStream = 11;
constexpr std::uint64_t kComparisonStream = 12;
constexpr std::uint64_t kVariationalStream = 13;
constexpr std::uint64_t kPredictiveStream = 14;
constexpr std::uint64_t kGradientStream = 18;
constexpr std::chrono::minutes kBetweenCheckpoints{5};
constexpr const char* kCheckpointName = "checkpoint.bin";

struct StopRequested {};

std::uint64_t truth_seed_of(const CalibrationSettings& settings, std::uint64_t seed) {
  return settings.truth_seed.value_or(derive_seed(seed, kTruthStream));
}

/// Cumulative cases [age bins][records] of the observation: one run at the configured values, or a file.
std::vector<double> observed_cumulative(EpidemicModelFamily& model, const Configuration& configuration,
                                        std::uint64_t seed) {
  const int records = model.observation().records();
  const int bins = model.observation().age_bins();
  std::vector<double> by_record;  // [records][age bins]
  if (configuration.calibrate.observed == "synthetic") {
    const RunNoise noise{truth_seed_of(configuration.calibrate, seed), 1};
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

/// From locations, then scales.
SearchRegion region_of(const std::vector<double>& start) {
  const auto middle = start.begin() + static_cast<std::ptrdiff_t>(start.size() / 2);
  return {{start.begin(), middle}, {middle, start.end()}};
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

/// One `starling calibrate`, phase by phase.
class Calibration {
 public:
  Calibration(const Invocation& invocation, const Configuration& configuration)
      : invocation_(invocation),
        configuration_(configuration),
        settings_(configuration.calibrate),
        map_(parameter_map_of(settings_)),
        folder_(invocation.output_directory),
        exec_(make_exec(invocation)),
        fingerprint_(fingerprint_of(to_json(configuration) + std::to_string(invocation.seed))) {}

  void run() {
    try {
      prepare();
      fit();
      sample_posterior();
      predict();
    } catch (const StopRequested&) {
      save_checkpoint();
      throw Interrupted(fmt::format("stopped after {} of {} epochs; {} is saved, go on with --resume",
                                    result_.state.history.size(), settings_.epochs,
                                    folder_.file(kCheckpointName).string()));
    }
    write_results();
  }

 private:
  void prepare();
  void start_flow(const Prior& prior, const SearchRegion& region);
  void compare_cases(const Prior& prior);
  void compare_targets(const Prior& prior);
  Var<double> compare(Tape<double>& tape, Var<double> outputs, Var<double> theta) const;
  Var<double> loss(Tape<double>& tape, Var<double> theta, std::uint64_t seed);
  [[nodiscard]] std::vector<double> loss_values(std::span<const double> points, std::uint64_t seed);
  void fit();
  void sample_posterior();
  void predict();
  [[nodiscard]] SettingsOfRun settings_of_run(std::span<const double> theta) const;
  void write_results();
  void load_checkpoint();
  void save_checkpoint() const {
    folder_.write_file(kCheckpointName, write_checkpoint(result_.state, fingerprint_));
  }
  [[nodiscard]] RunRecord run_record() const;

  const Invocation& invocation_;
  const Configuration& configuration_;
  const CalibrationSettings& settings_;
  ParameterMap map_;
  OutputFolder folder_;
  Exec exec_;
  std::uint64_t fingerprint_;
  PhaseClock clock_;
  Population population_;
  std::optional<EpidemicModelFamily> model_;
  std::optional<Comparison> comparison_;     // of a calibration without targets
  std::optional<TargetComparison> targets_;  // of one with targets
  std::optional<Variational> variational_;
  CalibrationResult result_;
  std::int64_t agent_steps_of_fit_ = 0;
  std::size_t epochs_before_ = 0;
};

Var<double> Calibration::compare(Tape<double>& tape, Var<double> outputs, Var<double> theta) const {
  if (targets_) return targets_->loss(tape, outputs, theta, settings_.replicates);
  return comparison_->loss(tape, outputs, settings_.replicates);
}

Var<double> Calibration::loss(Tape<double>& tape, Var<double> theta, std::uint64_t seed) {
  return compare(tape, model_->observe(tape, map_.expand(theta), {seed, settings_.replicates}), theta);
}

/// Without derivatives. points [rows][parameters] -> [rows]
std::vector<double> Calibration::loss_values(std::span<const double> points, std::uint64_t seed) {
  const auto parameters = static_cast<std::int64_t>(result_.parameters.size());
  const auto rows = static_cast<std::int64_t>(points.size()) / parameters;
  Tape<double> tape(Exec::cpu(1));
  const std::vector<double> outputs =
      model_->observe(map_.expand_values(points), {seed, settings_.replicates});
  const auto runs = rows * settings_.replicates;
  return compare(tape, tape.constant({runs, static_cast<std::int64_t>(outputs.size()) / runs}, outputs),
                 tape.constant({rows, parameters}, points))
      .value();
}

void Calibration::start_flow(const Prior& prior, const SearchRegion& region) {
  variational_.emplace(
      flow_of(settings_, region), prior,
      [this](Tape<double>& tape, Var<double> theta, std::uint64_t seed) { return loss(tape, theta, seed); },
      variational_settings(settings_), Exec::cpu(exec_.threads()));
}

void Calibration::prepare() {
  const Prior prior = prior_of(settings_);
  start_flow(prior, {prior.start_location(), prior.start_scale()});
  result_.state = variational_->initial_state(derive_seed(invocation_.seed, kVariationalStream));
  if (invocation_.resume) load_checkpoint();

  clock_.start("population");
  population_ = make_population_of(invocation_, configuration_).population;
  clock_.start("comparison");
  model_.emplace(exec_, population_, configuration_.epidemic, configuration_.gradient, map_.paths(),
                 target_outputs(settings_), structural_parameters_of(configuration_));
  model_->set_batch_hook([] {
    if (interrupted()) throw StopRequested{};
  });
  result_.parameters = map_.names();
  result_.priors = prior.marginals();
  result_.truth.resize(result_.parameters.size());
  if (settings_.targets.empty())
    compare_cases(prior);
  else
    compare_targets(prior);
}

void Calibration::compare_cases(const Prior& prior) {
  if (settings_.observed == "synthetic") result_.truth = map_.shared_values(model_->configured());
  result_.observed_cumulative = observed_cumulative(*model_, configuration_, invocation_.seed);
  const OutputFunction outputs = [this](std::span<const double> theta, const RunNoise& noise) {
    return model_->observe(map_.expand_values(theta), noise);
  };
  const QuadraticLoss simple = QuadraticLoss::log_mse(
      model_->observation().observe_cumulative(result_.observed_cumulative), model_->observation().records());
  comparison_ =
      prepare_comparison(outputs, prior, simple, settings_, derive_seed(invocation_.seed, kComparisonStream));
  result_.pilot = comparison_->pilot;
  if (comparison_->noise) result_.noise_sd = comparison_->noise->sd;
}

void Calibration::compare_targets(const Prior& prior) {
  targets_.emplace(*model_, settings_, truth_seed_of(settings_, invocation_.seed));
  if (targets_->is_synthetic()) result_.truth = map_.shared_values(model_->configured());
  const std::vector<std::optional<double>> dispersions = targets_->true_log_dispersions();
  std::ranges::copy_backward(dispersions, result_.truth.end());
  if (!result_.state.start.empty()) {  // resumed
    start_flow(prior, region_of(result_.state.start));
    return;
  }
  const SearchRegion region =
      targets_->find_start(map_, prior, derive_seed(invocation_.seed, kComparisonStream));
  start_flow(prior, region);
  result_.state = variational_->initial_state(derive_seed(invocation_.seed, kVariationalStream));
  result_.state.start = region.mean;
  result_.state.start.insert(result_.state.start.end(), region.sd.begin(), region.sd.end());
  save_checkpoint();
}

void Calibration::load_checkpoint() {
  const std::filesystem::path path = folder_.file(kCheckpointName);
  std::ifstream file(path, std::ios::binary);
  if (!file) throw InputError(fmt::format("--resume: there is no {}", path.string()));
  std::ostringstream bytes;
  bytes << file.rdbuf();
  result_.state = read_checkpoint(bytes.str(), fingerprint_);
}

void Calibration::fit() {
  clock_.start("fit");
  const std::int64_t agent_steps_before = model_->agent_steps();
  epochs_before_ = result_.state.history.size();
  Progress progress("epoch", settings_.epochs, progress_style(invocation_.quiet),
                    static_cast<std::int64_t>(epochs_before_));
  auto saved = std::chrono::steady_clock::now();
  while (!variational_->finished(result_.state)) {
    if (interrupted()) throw StopRequested{};
    const EpochRecord& record = variational_->step(result_.state);
    const auto done = static_cast<std::int64_t>(result_.state.history.size());
    progress.update(done, fmt::format("loss {:.4g}, KL {:.3g}", record.loss, record.kl));
    if (std::chrono::steady_clock::now() - saved < kBetweenCheckpoints) continue;
    save_checkpoint();
    saved = std::chrono::steady_clock::now();
  }
  agent_steps_of_fit_ = model_->agent_steps() - agent_steps_before;
}

void Calibration::sample_posterior() {
  clock_.start("gradient");
  const int dimensions = static_cast<int>(result_.parameters.size());
  result_.draws = variational_->sample(result_.state, settings_.posterior_samples);
  result_.marginals = summarise_draws(result_.draws.theta, dimensions);
  result_.gradient = calibration_gradient(
      configuration_, result_.draws.theta, result_.priors,
      [this](Tape<double>& tape, Var<double> theta, std::uint64_t seed) { return loss(tape, theta, seed); },
      [this](std::span<const double> points, std::uint64_t seed) { return loss_values(points, seed); },
      derive_seed(invocation_.seed, kGradientStream));
}

void Calibration::predict() {
  clock_.start("prediction");
  const int runs = std::min(settings_.predictive_runs, settings_.posterior_samples);
  const std::span<const double> theta(result_.draws.theta.data(),
                                      static_cast<std::size_t>(runs) * result_.parameters.size());
  const std::uint64_t seed = derive_seed(invocation_.seed, kPredictiveStream);
  RunDetails details;
  if (targets_)
    result_.targets = targets_->predict(map_, theta, seed, details);
  else
    details = model_->details(map_.expand_values(theta), {seed, 1});
  result_.summary =
      summarise_epidemic(details, configuration_.epidemic, population_.age_years, settings_of_run(theta));
  result_.predicted = std::move(details.new_cases);
}

/// Of runs at theta [runs][parameters]; empty where all have the configured settings.
SettingsOfRun Calibration::settings_of_run(std::span<const double> theta) const {
  if (!model_->has_structural()) return {};
  return [this, theta](std::size_t run) {
    const std::size_t parameters = result_.parameters.size();
    return model_->settings_of(map_.expand_values(theta.subspan(run * parameters, parameters)));
  };
}

RunRecord Calibration::run_record() const {
  RunRecord record;
  record.agents = population_.agents();
  record.edges = population_.memberships.entries();
  record.seconds = clock_.seconds();
  const double fit_seconds = clock_.seconds_of("fit");
  const auto epochs = static_cast<double>(result_.state.history.size() - epochs_before_);
  record.agent_steps_per_second = static_cast<double>(agent_steps_of_fit_) / std::max(fit_seconds, 1e-9);
  record.host_peak_bytes = host_peak_bytes();
  record.device_peak_bytes = exec_.backend() == Backend::cuda ? exec_.memory().peak_bytes : 0;
  record.facts = {{"epochs", static_cast<double>(result_.state.history.size())},
                  {"seconds_per_epoch", fit_seconds / std::max(epochs, 1.0)},
                  {"clipped_epochs", static_cast<double>(result_.state.clipped)}};
  return record;
}

void Calibration::write_results() {
  clock_.start("report");
  folder_.write_file("posterior.csv", posterior_csv(result_));
  folder_.write_file("loss.csv", loss_csv(result_.state));
  folder_.write_file("predictive.csv",
                     predictive_csv(result_, configuration_, model_->schedule().calendar()));
  folder_.write_file("reproduction.csv", reproduction_csv(result_.summary));
  folder_.write_file("diagnostics.json", diagnostics_json(result_));
  save_checkpoint();
  std::vector<RenderedPlot> plots = render_plots(calibration_plots(result_, configuration_), folder_);
  clock_.stop();
  const RunRecord record = run_record();
  folder_.write_file("run.json", to_json(record, invocation_, exec_, configuration_));
  folder_.write_file("report.html", render_report(calibration_report(result_, configuration_, record,
                                                                     exec_.device_name(), std::move(plots))));
  if (invocation_.quiet) return;
  for (const std::string& warning : gradient_warnings(result_.gradient, result_.parameters))
    fmt::print(stderr, "{}\n", warning);
  for (std::size_t d = 0; d < result_.parameters.size(); ++d) {
    const MarginalSummary& marginal = result_.marginals[d];
    fmt::print("{}: {:.3f} ± {:.3f}, 95 % interval [{:.3f}, {:.3f}]", result_.parameters[d], marginal.mean,
               marginal.sd, marginal.lower, marginal.upper);
    fmt::print("{}\n", result_.truth[d] ? fmt::format(", truth {:g}", *result_.truth[d]) : "");
  }
  fmt::print("{}\n", folder_.file("report.html").string());
}

}  // namespace

void run_calibrate(const Invocation& invocation, const Configuration& configuration) {
  Calibration(invocation, configuration).run();
}

}  // namespace starling::app
