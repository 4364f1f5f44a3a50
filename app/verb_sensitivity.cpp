#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include <starling/abm/epidemic_model_family.hpp>
#include <starling/app/calibration_tables.hpp>
#include <starling/app/contact_restriction.hpp>
#include <starling/app/epidemic_outcomes.hpp>
#include <starling/app/generations_of_runs.hpp>
#include <starling/app/interrupt.hpp>
#include <starling/app/output_folder.hpp>
#include <starling/app/population_source.hpp>
#include <starling/app/progress.hpp>
#include <starling/app/run_record.hpp>
#include <starling/app/sensitivity_keys.hpp>
#include <starling/app/sensitivity_points.hpp>
#include <starling/app/sensitivity_result.hpp>
#include <starling/app/structural_numbers.hpp>
#include <starling/app/verbs.hpp>
#include <starling/core/error.hpp>
#include <starling/core/random.hpp>

namespace starling::app {

namespace {

// Streams of the invocation's seed.
constexpr std::uint64_t kPointsStream = 15;
constexpr std::uint64_t kLocalStream = 16;
constexpr std::uint64_t kGlobalStream = 17;
constexpr std::uint64_t kSecondRunsStream = 18;
// Rows of a design that one call runs: several full batches of lanes.
constexpr int kRowsPerCall = 128;

/// The parameters that are the epidemic's own: those of likelihoods change no outcome.
CalibrationSettings without_targets(CalibrationSettings settings) {
  settings.targets.clear();
  return settings;
}

/// Runs that all methods together need.
std::int64_t runs_of(const SensitivitySection& section, std::int64_t parameters, bool over_posterior,
                     std::int64_t restricted) {
  const std::int64_t second_runs = over_posterior ? 2 : 0;
  std::int64_t runs = 0;
  if (uses_method(section, "local")) runs += section.replicates * (1 + 4 * parameters + second_runs);
  if (restricted > 0) runs += section.replicates * (2 + 6 * restricted);
  if (uses_method(section, "sobol")) runs += section.rows * (3 + parameters);
  if (uses_method(section, "morris")) runs += section.trajectories * (1 + parameters);
  if (uses_method(section, "dgsm")) runs += section.rows * (1 + 2 * parameters);
  return runs;
}

/// One `starling sensitivity`.
class Analysis {
 public:
  Analysis(const Invocation& invocation, const Configuration& configuration)
      : invocation_(invocation),
        configuration_(configuration),
        section_(configuration.sensitivity),
        restriction_(configuration),
        settings_(without_targets(configuration.calibrate)),
        map_(parameter_map_of(settings_)),
        prior_(prior_of(settings_)),
        folder_(invocation.output_directory),
        exec_(make_exec(invocation)) {}

  void run() {
    prepare();
    clock_.start("local");
    if (uses_method(section_, "local")) run_local();
    if (!restriction_.networks().empty()) run_restrictions();
    clock_.start("global");
    run_global();
    progress_.reset();
    write_results();
  }

 private:
  void prepare();
  /// Outcomes as a function of points, which `path_values` turns into inputs of the model.
  template <class PathValues>
  [[nodiscard]] NoisyFunction outcomes_function(const EpidemicOutcomes& outcomes,
                                                const PathValues& path_values);
  /// Model inputs at points, with factors of the restriction that are all 1.
  [[nodiscard]] std::vector<double> unrestricted(const std::vector<double>& inputs,
                                                 std::span<const double> points) const {
    return restriction_.with_factors(inputs, points.size() / map_.parameters().size());
  }
  [[nodiscard]] std::uint64_t local_seed() const { return derive_seed(invocation_.seed, kLocalStream); }
  void run_local();
  void run_uncertainty(const NoisyFunction& function, std::span<const double> points);
  void run_restrictions();
  void run_global();
  void write_results();
  [[nodiscard]] RunRecord run_record() const;

  const Invocation& invocation_;
  const Configuration& configuration_;
  const SensitivitySection& section_;
  ContactRestriction restriction_;
  CalibrationSettings settings_;
  ParameterMap map_;
  Prior prior_;
  OutputFolder folder_;
  Exec exec_;
  PhaseClock clock_;
  Population population_;
  std::optional<EpidemicModelFamily> model_;
  std::optional<GenerationsOfRuns> generations_;
  std::optional<SensitivityPoints> at_;
  std::optional<Progress> progress_;
  std::int64_t runs_done_ = 0;
  SensitivityResult result_;
};

void Analysis::prepare() {
  clock_.start("population");
  population_ = make_population_of(invocation_, configuration_).population;
  clock_.start("preparation");
  check_outcome_parts(section_.outcomes, population_, configuration_.file.string());
  OutputSettings outputs;
  outputs.series = series_of_outcomes(section_.outcomes);
  const Configuration restricted = restriction_.applied_to(configuration_);
  std::vector<std::string> paths = map_.paths();
  std::ranges::copy(restriction_.paths(), std::back_inserter(paths));
  model_.emplace(exec_, population_, restricted.epidemic, restricted.gradient, paths, outputs,
                 structural_parameters_of(restricted));
  at_.emplace(configuration_, map_, *model_);
  generations_.emplace(*model_, population_.agents());
  model_->set_batch_hook([] {
    if (interrupted()) throw Interrupted("sensitivity was stopped; nothing was written");
  });
  result_.parameters = sensitivity_parameters(map_, *model_, section_.at);
  progress_.emplace("run",
                    runs_of(section_, prior_.dimensions(), at_->draws().has_value(),
                            static_cast<std::int64_t>(restriction_.networks().size())),
                    progress_style(invocation_.quiet));
}

/// The noise of a row is that of its place in the call: lanes with the same place share random numbers.
template <class PathValues>
NoisyFunction Analysis::outcomes_function(const EpidemicOutcomes& outcomes, const PathValues& path_values) {
  return [this, &outcomes, path_values](std::span<const double> points, std::uint64_t noise) {
    RunDetails details;
    const std::vector<double> theta = path_values(points);
    const std::vector<double> series =
        model_->series(theta, {noise, 1}, outcomes.needs_details() ? &details : nullptr);
    runs_done_ += static_cast<std::int64_t>(theta.size()) / model_->dimensions();
    progress_->update(runs_done_);
    return outcomes.values({series, details, [this, &theta](std::size_t run) -> const auto& {
                              return generations_->of_run(theta, run);
  }
});
};
}

void Analysis::run_local() {
  const EpidemicOutcomes outcomes(*model_, configuration_, population_, true);
  const NoisyFunction function = outcomes_function(outcomes, [this](std::span<const double> points) {
    return unrestricted(at_->path_values(points), points);
  });
  const std::vector<double> points = at_->points(prior_, derive_seed(invocation_.seed, kPointsStream));
  result_.outcomes = outcomes.outcomes();
  result_.dates = outcomes.dates();
  result_.local = local_derivatives(function, points, at_->steps(), local_seed());
  if (at_->draws()) run_uncertainty(function, points);
}

/// Needs the derivatives. Each draw has a second run, with noise of its own.
void Analysis::run_uncertainty(const NoisyFunction& function, std::span<const double> points) {
  const auto rows = static_cast<std::size_t>(section_.replicates);
  const std::vector<double> first = checked_outputs(function, points, local_seed(), rows);
  const std::vector<double> second =
      checked_outputs(function, points, derive_seed(invocation_.seed, kSecondRunsStream), rows);
  PosteriorUncertainty uncertainty{at_->draws()->covariance(), {}, {}};
  const std::size_t outputs = first.size() / rows;
  for (int outcome = 0; outcome < result_.outcome_count(); ++outcome) {
    std::vector<double> derivatives;
    for (int input = 0; input < result_.parameter_count(); ++input)
      derivatives.push_back(result_.local->at(input, outcome).derivative.mean);
    uncertainty.parts.push_back(first_order_variance(derivatives, uncertainty.covariance));
    std::vector<double> of_first, of_second;
    for (std::size_t i = static_cast<std::size_t>(outcome); i < first.size(); i += outputs) {
      of_first.push_back(first[i]);
      of_second.push_back(second[i]);
    }
    uncertainty.runs.push_back(variance_of_runs(of_first, of_second));
  }
  result_.uncertainty = std::move(uncertainty);
}

void Analysis::run_restrictions() {
  const EpidemicOutcomes outcomes(*model_, configuration_, population_, false);
  const auto rows = static_cast<std::size_t>(section_.replicates);
  const std::vector<double> inputs =
      at_->path_values(at_->points(prior_, derive_seed(invocation_.seed, kPointsStream)));
  const NoisyFunction function = outcomes_function(outcomes, [&](std::span<const double> factors) {
    return restriction_.with_factors(inputs, rows, factors);
  });
  result_.outcomes = outcomes.outcomes();
  result_.restriction =
      restriction_effects(function, restriction_.networks(), rows, section_.step, local_seed());
}

void Analysis::run_global() {
  const EpidemicOutcomes outcomes(*model_, configuration_, population_, false);
  result_.outcomes = outcomes.outcomes();
  const NoisyFunction function = outcomes_function(outcomes, [this](std::span<const double> points) {
    return unrestricted(map_.expand_values(points), points);
  });
  const std::uint64_t seed = derive_seed(invocation_.seed, kGlobalStream);
  if (uses_method(section_, "sobol")) {
    SobolIndexSettings settings;
    settings.rows = section_.rows;
    settings.rows_per_call = kRowsPerCall;
    settings.noise_is_input = true;
    settings.seed = seed;
    result_.sobol = sobol_indices(function, prior_, settings);
  }
  if (uses_method(section_, "morris")) {
    ElementaryEffectSettings settings;
    settings.trajectories = section_.trajectories;
    settings.seed = seed;
    result_.morris = elementary_effects(function, prior_, settings);
  }
  if (uses_method(section_, "dgsm")) {
    DerivativeBoundSettings settings;
    settings.rows = section_.rows;
    // Wide enough for the noise that differences leave.
    settings.step = 0.1;
    settings.seed = seed;
    result_.bounds = derivative_bounds(function, prior_, settings);
  }
}

RunRecord Analysis::run_record() const {
  RunRecord record;
  record.agents = population_.agents();
  record.edges = population_.memberships.entries();
  record.seconds = clock_.seconds();
  record.agent_steps_per_second =
      static_cast<double>(model_->agent_steps()) / (clock_.seconds_of("local") + clock_.seconds_of("global"));
  record.host_peak_bytes = host_peak_bytes();
  record.device_peak_bytes = exec_.backend() == Backend::cuda ? exec_.memory().peak_bytes : 0;
  record.facts = {{"runs", static_cast<double>(runs_done_)},
                  {"steps_that_disagree", static_cast<double>(disagreements(result_))}};
  return record;
}

void Analysis::write_results() {
  clock_.start("output");
  if (result_.local) {
    folder_.write_file("sensitivity.csv", sensitivity_csv(result_));
    folder_.write_file("sensitivity_over_time.csv", sensitivity_over_time_csv(result_));
  }
  if (result_.uncertainty)
    folder_.write_file("posterior_uncertainty.csv", posterior_uncertainty_csv(result_));
  if (result_.restriction) folder_.write_file("policy.csv", policy_csv(result_));
  if (result_.sobol) folder_.write_file("sobol.csv", sobol_csv(result_));
  if (result_.morris) folder_.write_file("morris.csv", morris_csv(result_));
  if (result_.bounds) folder_.write_file("dgsm.csv", dgsm_csv(result_));
  const PlotDates dates{configuration_.epidemic.start, configuration_.epidemic.step_hours};
  for (const RenderedPlot& plot : render_plots(sensitivity_plots(result_, dates), folder_)) {
    if (!plot.problem.empty() && !invocation_.quiet)
      fmt::print(stderr, "no picture {}: {}\n", plot.name, plot.problem);
  }
  clock_.stop();
  folder_.write_file("run.json", to_json(run_record(), invocation_, exec_, configuration_));
  if (invocation_.quiet) return;
  if (const int count = disagreements(result_); count > 0)
    fmt::print(
        stderr,
        "{} of {} derivatives change by more than three standard errors with half the step; try a smaller "
        "sensitivity.step\n",
        count, result_.outcome_count() * result_.parameter_count());
  fmt::print("{}\n", folder_.path().string());
}

}  // namespace

void run_sensitivity(const Invocation& invocation, const Configuration& configuration) {
  Analysis(invocation, configuration).run();
}

}  // namespace starling::app
