#include <algorithm>
#include <chrono>
#include <fstream>
#include <memory>
#include <sstream>

#include <fmt/format.h>

#include <starling/app/calibration_gradient.hpp>
#include <starling/app/calibration_problem.hpp>
#include <starling/app/calibration_result.hpp>
#include <starling/app/calibration_tables.hpp>
#include <starling/app/interrupt.hpp>
#include <starling/app/population_source.hpp>
#include <starling/app/progress.hpp>
#include <starling/app/verbs.hpp>
#include <starling/core/error.hpp>
#include <starling/core/random.hpp>
#include <starling/inference/checkpoint.hpp>

namespace starling::app {

namespace {

// Streams of the invocation's seed, beside those of a CalibrationProblem.
constexpr std::uint64_t kPredictiveStream = 14;
constexpr std::uint64_t kGradientStream = 18;
constexpr std::chrono::minutes kBetweenCheckpoints{5};
constexpr const char* kCheckpointName = "checkpoint.bin";

struct StopRequested {};

/// From locations, then scales.
SearchRegion region_of(const std::vector<double>& start) {
  const auto middle = start.begin() + static_cast<std::ptrdiff_t>(start.size() / 2);
  return {{start.begin(), middle}, {middle, start.end()}};
}

/// One `starling calibrate`, phase by phase.
class Calibration {
 public:
  Calibration(const Invocation& invocation, const Configuration& configuration)
      : invocation_(invocation),
        configuration_(configuration),
        settings_(configuration.calibrate),
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
  void start_flow();
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
  OutputFolder folder_;
  Exec exec_;
  std::uint64_t fingerprint_;
  PhaseClock clock_;
  Population population_;
  std::optional<CalibrationProblem> problem_;
  std::unique_ptr<Variational> variational_;
  CalibrationResult result_;
  std::int64_t agent_steps_of_fit_ = 0;
  std::size_t epochs_before_ = 0;
};

void Calibration::prepare() {
  if (invocation_.resume) load_checkpoint();
  clock_.start("population");
  population_ = make_population_of(invocation_, configuration_).population;
  clock_.start("comparison");
  problem_.emplace(exec_, population_, configuration_, configuration_.gradient, invocation_.seed);
  problem_->model().set_batch_hook([] {
    if (interrupted()) throw StopRequested{};
  });
  result_.parameters = problem_->map().names();
  result_.priors = problem_->prior().marginals();
  problem_->observe();
  result_.truth = problem_->truth();
  result_.observed_cumulative = problem_->observed_cumulative();
  if (problem_->comparison()) {
    result_.pilot = problem_->comparison()->pilot;
    if (problem_->comparison()->noise) result_.noise_sd = problem_->comparison()->noise->sd;
  }
  start_flow();
}

void Calibration::start_flow() {
  VariationalState& state = result_.state;
  const bool under_way = !state.history.empty() || !state.start.empty();
  const SearchRegion start = state.start.empty() ? problem_->find_start() : region_of(state.start);
  variational_ = problem_->variational(start);
  if (under_way) return;
  state = variational_->initial_state(problem_->variational_seed());
  state.start = start.mean;
  state.start.insert(state.start.end(), start.sd.begin(), start.sd.end());
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
  const std::int64_t agent_steps_before = problem_->model().agent_steps();
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
  agent_steps_of_fit_ = problem_->model().agent_steps() - agent_steps_before;
}

void Calibration::sample_posterior() {
  clock_.start("gradient");
  const int dimensions = static_cast<int>(result_.parameters.size());
  result_.draws = variational_->sample(result_.state, settings_.posterior_samples);
  result_.marginals = summarise_draws(result_.draws.theta, dimensions);
  result_.gradient = calibration_gradient(
      configuration_, result_.draws.theta, result_.priors,
      [this](Tape<double>& tape, Var<double> theta, std::uint64_t seed) {
        return problem_->loss(tape, theta, seed);
      },
      [this](std::span<const double> points, std::uint64_t seed) {
        return problem_->loss_values(points, seed);
      },
      derive_seed(invocation_.seed, kGradientStream));
}

void Calibration::predict() {
  clock_.start("prediction");
  const int runs = std::min(settings_.predictive_runs, settings_.posterior_samples);
  const std::span<const double> theta(result_.draws.theta.data(),
                                      static_cast<std::size_t>(runs) * result_.parameters.size());
  const std::uint64_t seed = derive_seed(invocation_.seed, kPredictiveStream);
  RunDetails details;
  if (problem_->targets() != nullptr)
    result_.targets = problem_->targets()->predict(problem_->map(), theta, seed, details);
  else
    details = problem_->model().details(problem_->map().expand_values(theta), {seed, 1});
  result_.summary =
      summarise_epidemic(details, configuration_.epidemic, population_.age_years, settings_of_run(theta));
  result_.predicted = std::move(details.new_cases);
}

/// Of runs at theta [runs][parameters]; empty where all have the configured settings.
SettingsOfRun Calibration::settings_of_run(std::span<const double> theta) const {
  if (!problem_->model().has_structural()) return {};
  return [this, theta](std::size_t run) {
    const std::size_t parameters = result_.parameters.size();
    return problem_->model().settings_of(
        problem_->map().expand_values(theta.subspan(run * parameters, parameters)));
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
                     predictive_csv(result_, configuration_, problem_->model().schedule().calendar()));
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
