#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <starling/app/bench_record.hpp>
#include <starling/app/calibration_comparison.hpp>
#include <starling/app/calibration_problem.hpp>
#include <starling/app/estimator_names.hpp>
#include <starling/core/error.hpp>
#include <starling/core/random.hpp>

namespace starling::app {

namespace {

// Stream of the seed, beside those of a CalibrationProblem.
constexpr std::uint64_t kReferenceStream = 41;

constexpr double kSettledPart = 0.05;

constexpr Estimator kCompared[] = {Estimator::common_noise_differences, Estimator::transmission_chains,
                                   Estimator::straight_through, Estimator::straight_through_undepleted,
                                   Estimator::gumbel_softmax};

std::size_t tenth(std::size_t epochs) {
  return std::max<std::size_t>(1, epochs / 10);
}

double mean_loss(const std::vector<EpochRecord>& history, std::size_t last, std::size_t count) {
  double sum = 0.0;
  for (std::size_t epoch = last - count; epoch < last; ++epoch) sum += history[epoch].loss;
  return sum / static_cast<double>(count);
}

/// All epochs, and their times.
void fit(const Exec& exec, CalibrationProblem& problem, const CalibrationSettings& settings,
         EstimatorCalibration& result) {
  const std::unique_ptr<Variational> variational = problem.variational(problem.find_start());
  VariationalState state = variational->initial_state(problem.variational_seed());
  const double begin = priced_seconds(exec);
  std::vector<double> seconds;
  while (!variational->finished(state)) {
    variational->step(state);
    seconds.push_back(priced_seconds(exec) - begin);
  }
  result.epochs_to_settle = epochs_to_settle(state.history, kSettledPart);
  result.seconds_to_settle = seconds[result.epochs_to_settle - 1];
  result.seconds = seconds.back();
  result.last_loss = mean_loss(state.history, state.history.size(), tenth(state.history.size()));
  const PosteriorDraws draws = variational->sample(state, settings.posterior_samples);
  result.marginals = summarise_draws(draws.theta, problem.prior().dimensions());
}

EstimatorCalibration calibrate_with(const Exec& exec, const Population& population,
                                    const Configuration& configuration, Estimator estimator,
                                    std::uint64_t seed) {
  EstimatorCalibration result;
  result.estimator = name_of(estimator);
  try {
    CalibrationProblem problem(exec, population, configuration,
                               with_estimator(configuration.gradient, estimator), seed);
    problem.observe();
    fit(exec, problem, configuration.calibrate, result);
  } catch (const InputError& error) {
    result.refusal = error.what();
  } catch (const NonFiniteError& error) {
    result.refusal = error.what();
  }
  return result;
}

}  // namespace

std::size_t epochs_to_settle(const std::vector<EpochRecord>& history, double part) {
  const std::size_t window = tenth(history.size());
  const double last = mean_loss(history, history.size(), window);
  std::size_t settled = history.size();
  while (settled > window &&
         std::abs(mean_loss(history, settled - 1, window) - last) <= part * std::abs(last))
    --settled;
  return settled;
}

CalibrationComparison compare_calibrations(const Exec& exec, const Population& population,
                                           const Configuration& configuration, std::uint64_t seed, int seeds,
                                           const std::function<void(std::string_view)>& on_calibration) {
  CalibrationComparison comparison;
  comparison.epochs = static_cast<std::size_t>(configuration.calibrate.epochs);
  for (std::uint64_t s = seed; s < seed + static_cast<std::uint64_t>(seeds); ++s) {
    on_calibration(fmt::format("seed {}, without gradients", s));
    CalibrationProblem problem(exec, population, configuration, configuration.gradient, s);
    problem.observe();
    comparison.parameters = problem.map().names();
    const NoisyFunction loss = [&problem](std::span<const double> theta, std::uint64_t noise) {
      return problem.loss_values(theta, noise);
    };
    SeedCalibrations calibrations{
        s,
        gradient_free_posterior(problem.prior(), loss, configuration.calibrate.weight, problem.find_region(),
                                {}, derive_seed(s, kReferenceStream)),
        {}};
    for (const Estimator estimator : kCompared) {
      on_calibration(fmt::format("seed {}, {}", s, name_of(estimator)));
      calibrations.calibrations.push_back(calibrate_with(exec, population, configuration, estimator, s));
    }
    comparison.seeds.push_back(std::move(calibrations));
  }
  return comparison;
}

}  // namespace starling::app
