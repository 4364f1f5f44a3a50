#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <starling/abm/epidemic_model_family.hpp>
#include <starling/app/bench_record.hpp>
#include <starling/app/calibration_tables.hpp>
#include <starling/app/estimator_names.hpp>
#include <starling/app/gradient_comparison.hpp>
#include <starling/app/structural_numbers.hpp>
#include <starling/autodiff/rearrange.hpp>
#include <starling/autodiff/reduction.hpp>
#include <starling/core/error.hpp>
#include <starling/core/random.hpp>
#include <starling/inference/local_derivatives.hpp>
#include <starling/inference/quadratic_loss.hpp>

namespace starling::app {
namespace {

// Streams of the seed.
constexpr std::uint64_t kTruthStream = 31;
constexpr std::uint64_t kEstimateStream = 32;
constexpr std::uint64_t kObservationStream = 33;

constexpr std::size_t kDays[] = {1, 3, 5, 10, 20, 30, 60};
constexpr double kTruthStep = 0.05;
// The observation of the loss is an epidemic somewhat below, so that its gradient is not zero.
constexpr double kObservedBelow = 0.1;
// Draws on one tape: a full batch of lanes of most estimators.
constexpr std::size_t kDrawsPerTape = 16;
// Repeats of a timing, of which the median counts.
constexpr int kTimings = 5;

/// Cumulative cases at the end of some days, as what a model observes.
OutputSettings cases_on_days(const Configuration& configuration, std::vector<std::string>& names) {
  const SeriesTarget cases{.key = {std::nullopt, ""}, .form = SeriesForm::cumulative};
  const std::vector<std::string> dates = SeriesPoints(Calendar(configuration.epidemic), cases).dates();
  OutputSettings outputs;
  for (const std::size_t day : kDays) {
    if (day >= dates.size()) continue;
    SeriesTarget target = cases;
    target.from = dates[day];
    if (day + 1 < dates.size()) target.until = dates[day + 1];
    outputs.targets.push_back(target);
    names.push_back(fmt::format("cases_day_{}", day));
  }
  return outputs;
}

/// The published distance from an epidemic whose parameters are somewhat lower.
QuadraticLoss loss_of(EpidemicModelFamily& model, const ParameterMap& map, std::vector<double> theta,
                      std::uint64_t seed) {
  for (double& value : theta) value -= kObservedBelow;
  return QuadraticLoss::log_mse(model.observe(map.expand_values(theta), {seed, 1}),
                                model.observation().records());
}

/// What is differentiated: two models of the same epidemic, one for the cases and one for the loss.
class Outcomes {
 public:
  Outcomes(const Exec& exec, const Population& population, const Configuration& configuration,
           const GradientSettings& gradient, std::uint64_t seed)
      : map_(parameter_map_of(configuration.calibrate)),
        cases_(exec, population, configuration.epidemic, gradient, map_.paths(),
               cases_on_days(configuration, names_), structural_parameters_of(configuration)),
        all_(exec, population, configuration.epidemic, gradient, map_.paths(), {},
             structural_parameters_of(configuration)),
        theta_(configured_values(configuration)),
        loss_(loss_of(all_, map_, theta_, derive_seed(seed, kObservationStream))) {
    names_.emplace_back("loss");
  }

  [[nodiscard]] const ParameterMap& map() const { return map_; }
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] const std::vector<double>& theta() const { return theta_; }

  /// Both without derivatives. [rows][outcomes]
  [[nodiscard]] std::vector<double> values(std::span<const double> theta, std::uint64_t noise) {
    const std::vector<double> expanded = map_.expand_values(theta);
    const std::vector<double> cases = cases_.observe(expanded, {noise, 1});
    const std::vector<double> losses = loss_.single_run_values(all_.observe(expanded, {noise, 1}));
    const std::size_t days = names_.size() - 1;
    std::vector<double> result;
    for (std::size_t row = 0; row < losses.size(); ++row) {
      const auto first = cases.begin() + static_cast<std::ptrdiff_t>(row * days);
      result.insert(result.end(), first, first + static_cast<std::ptrdiff_t>(days));
      result.push_back(losses[row]);
    }
    return result;
  }

  /// One epidemic, for its time.
  void run_once(std::uint64_t noise) {
    static_cast<void>(all_.observe(map_.expand_values(theta_), {noise, 1}));
  }

  /// Of each draw the mean over its replicates. [draws][days]
  [[nodiscard]] RecordedOutputs recorded_cases(int replicates) {
    return [this, replicates](Tape<double>& tape, Var<double> theta, std::uint64_t noise) {
      const Var<double> outputs = cases_.observe(tape, map_.expand(theta), {noise, replicates});
      if (replicates == 1) return outputs;
      return mean(reshape(outputs, {theta.shape().extent(0), replicates, outputs.shape().last()}), 1);
    };
  }
  [[nodiscard]] RecordedOutputs recorded_loss(int replicates) {
    return [this, replicates](Tape<double>& tape, Var<double> theta, std::uint64_t noise) {
      return loss_(tape, all_.observe(tape, map_.expand(theta), {noise, replicates}), replicates);
    };
  }

 private:
  [[nodiscard]] std::vector<double> configured_values(const Configuration& configuration) const {
    const std::vector<std::optional<double>> shared = map_.shared_values(cases_.configured());
    std::vector<double> values;
    for (std::size_t p = 0; p < shared.size(); ++p) {
      if (!shared[p])
        throw InputError(fmt::format(
            "{}: calibrate.ties.{} joins numbers that differ as configured, expected one value to compare "
            "gradients at",
            configuration.file.string(), map_.names()[p]));
      values.push_back(*shared[p]);
    }
    return values;
  }

  std::vector<std::string> names_;
  ParameterMap map_;
  EpidemicModelFamily cases_;
  EpidemicModelFamily all_;
  std::vector<double> theta_;
  QuadraticLoss loss_;
};

/// The limit of the difference quotient where its error is of second order in the step.
MeanEstimate extrapolated(const LocalDerivative& derivative) {
  return {derivative.half_step.mean - derivative.step_difference.mean / 3.0,
          std::hypot(derivative.half_step.standard_error, derivative.step_difference.standard_error / 3.0)};
}

void find_truth(Outcomes& outcomes, std::size_t runs, std::uint64_t seed, GradientComparison& result) {
  const NoisyFunction function = [&](std::span<const double> points, std::uint64_t noise) {
    return outcomes.values(points, noise);
  };
  const std::vector<DifferenceStep> steps(outcomes.theta().size(), DifferenceStep{kTruthStep});
  const LocalDerivatives found = local_derivatives(function, repeated_point(outcomes.theta(), runs), steps,
                                                   derive_seed(seed, kTruthStream));
  for (int outcome = 0; outcome < found.outputs; ++outcome) {
    result.means.push_back(found.value[static_cast<std::size_t>(outcome)].mean);
    for (int input = 0; input < found.inputs; ++input)
      result.truth.push_back(extrapolated(found.at(input, outcome)));
  }
}

/// Of processor time where the host works, which other programs do not change; else by the clock.
double median_seconds(const Exec& exec, const std::function<void()>& work) {
  const BenchSeconds seconds = time_work(exec, kTimings, work);
  return (exec.backend() == Backend::cpu ? seconds.processor : seconds.wall)[kTimings / 2];
}

void add_errors(const std::vector<double>& estimates, std::size_t gradients,
                std::span<const MeanEstimate> truth, EstimatorFigures& figures) {
  for (std::size_t place = 0; place < truth.size(); ++place) {
    std::vector<double> own;
    for (std::size_t gradient = 0; gradient < gradients; ++gradient)
      own.push_back(estimates[gradient * truth.size() + place]);
    figures.errors.push_back(estimator_error(own, truth[place]));
  }
}

/// Estimators that compare the replicates of a draw need several.
int replicates_of(Estimator estimator) {
  return estimator == Estimator::event_scores ? 4 : 1;
}

EstimatorFigures measure(const Exec& exec, Outcomes& outcomes, Estimator estimator, std::size_t gradients,
                         std::uint64_t seed, const GradientComparison& comparison) {
  EstimatorFigures figures;
  const int replicates = replicates_of(estimator);
  const RecordedOutputs cases = outcomes.recorded_cases(replicates);
  const RecordedOutputs loss = outcomes.recorded_loss(replicates);
  const std::span<const MeanEstimate> truth(comparison.truth);
  const std::size_t parameters = outcomes.theta().size();
  const std::size_t of_cases = truth.size() - parameters;
  const std::uint64_t noise = derive_seed(seed, kEstimateStream);
  add_errors(independent_estimates(cases, outcomes.theta(), gradients, kDrawsPerTape, noise), gradients,
             truth.first(of_cases), figures);
  add_errors(independent_estimates(loss, outcomes.theta(), gradients, kDrawsPerTape, noise), gradients,
             truth.subspan(of_cases), figures);
  figures.seconds = median_seconds(
      exec, [&] { static_cast<void>(estimated_derivatives(loss, outcomes.theta(), 1, noise)); });
  return figures;
}

}  // namespace

GradientComparison compare_gradients(const Exec& exec, const Population& population,
                                     const Configuration& configuration, std::uint64_t seed,
                                     const std::function<void(std::string_view)>& on_estimator) {
  if (configuration.calibrate.parameters.empty())
    throw InputError(fmt::format("{}: calibrate.parameters = [], expected the numbers to differentiate by",
                                 configuration.file.string()));
  const auto runs = static_cast<std::size_t>(configuration.gradient.check_runs);
  GradientComparison result;
  Outcomes plain(exec, population, configuration, {}, seed);
  result.parameters = plain.map().names();
  result.outcomes = plain.names();
  on_estimator("truth");
  find_truth(plain, runs, seed, result);
  result.run_seconds = median_seconds(exec, [&] { plain.run_once(seed); });
  for (const auto& [name, estimator] : estimator_names()) {
    on_estimator(name);
    EstimatorFigures figures;
    try {
      Outcomes outcomes(exec, population, configuration, with_estimator(configuration.gradient, estimator),
                        seed);
      figures = measure(exec, outcomes, estimator, runs, seed, result);
    } catch (const InputError& error) {
      figures.refusal = error.what();
    }
    figures.estimator = name;
    result.estimators.push_back(std::move(figures));
  }
  return result;
}

}  // namespace starling::app
