#include <algorithm>
#include <chrono>

#include <starling/autodiff/autodiff.hpp>
#include <starling/core/random.hpp>
#include <starling/examples/calibration.hpp>
#include <starling/inference/comparison.hpp>

namespace starling::examples {

namespace {

// Streams of a calibration's seed.
constexpr std::uint64_t kTruthStream = 1;
constexpr std::uint64_t kComparisonStream = 2;
constexpr std::uint64_t kVariationalStream = 3;
constexpr std::size_t kBatch = 64;  // runs
constexpr std::int64_t kPosteriorDraws = 4000;

/// Every row of theta [draws][parameters] `replicates` times. [draws * replicates][parameters]
Var<double> repeat_rows(Var<double> theta, std::int64_t replicates) {
  const std::int64_t draws = theta.shape().extent(0);
  const std::int64_t parameters = theta.shape().extent(1);
  const Var<double> copies =
      theta.tape().constant({replicates, 1}, std::vector<double>(static_cast<std::size_t>(replicates), 0.0));
  return reshape(reshape(theta, {draws, 1, parameters}) + copies, {draws * replicates, parameters});
}

/// Outputs of `replicates` runs of every row, a batch of rows at a time to keep memory low.
std::vector<double> simulated_values(const Problem& problem, std::span<const double> theta, int replicates,
                                     std::uint64_t seed, const Exec& exec) {
  const std::size_t parameters = problem.parameters.size();
  std::vector<double> rows;  // [runs][parameters]
  for (std::size_t first = 0; first < theta.size(); first += parameters) {
    const auto row = theta.subspan(first, parameters);
    for (int replicate = 0; replicate < replicates; ++replicate)
      rows.insert(rows.end(), row.begin(), row.end());
  }
  Tape<double> tape(exec);
  std::vector<double> outputs;
  for (std::size_t first = 0; first < rows.size(); first += kBatch * parameters) {
    const TapeScope scope(tape);
    const auto batch = std::span(rows).subspan(first, std::min(kBatch * parameters, rows.size() - first));
    const Shape shape{static_cast<std::int64_t>(batch.size() / parameters),
                      static_cast<std::int64_t>(parameters)};
    const std::vector<double> values =
        problem.simulate(tape.constant(shape, batch), derive_seed(seed, first)).value();
    outputs.insert(outputs.end(), values.begin(), values.end());
  }
  return outputs;
}

/// How theta is compared with the observation, and where the fit starts, unconstrained.
struct Comparator {
  LossFunction loss;
  std::vector<double> start;     // [parameters]
  std::vector<double> start_sd;  // [parameters]
};

Comparator known_likelihood(const Problem& problem, const std::vector<double>& observed) {
  LossFunction loss = [&problem, observed](Tape<double>& tape, Var<double> theta, std::uint64_t) {
    const auto outputs = static_cast<std::int64_t>(observed.size());
    return problem.negative_log_likelihood(theta, tape.constant({outputs}, observed));
  };
  return {std::move(loss), problem.prior.start_location(), problem.prior.start_scale()};
}

/// The fit starts where the search ended: far from the observation gradients of discrete models mislead, for
/// the slope of an epidemic that died out knows of growth but of no saturation.
Comparator measured_likelihood(const Problem& problem, const std::vector<double>& observed,
                               const CalibrationOptions& options, const Exec& exec) {
  const OutputFunction outputs = [&](std::span<const double> theta, const RunNoise& noise) {
    return simulated_values(problem, theta, noise.replicates, noise.seed, exec);
  };
  const int count = static_cast<int>(observed.size());
  Comparison comparison =
      measured_noise_comparison(outputs, problem.prior, QuadraticLoss::log_mse(observed, count),
                                options.noise_runs, derive_seed(options.seed, kComparisonStream));
  LossFunction loss = [&problem, distance = comparison.loss, replicates = options.replicates](
                          Tape<double>& tape, Var<double> theta, std::uint64_t seed) {
    return distance(tape, problem.simulate(repeat_rows(theta, replicates), seed), replicates);
  };
  return {std::move(loss), std::move(comparison.region.mean), std::move(comparison.region.sd)};
}

Flow flow_around(const Comparator& comparator) {
  FlowSettings flow;
  flow.conditioner.dimensions = static_cast<int>(comparator.start.size());
  flow.conditioner.hidden = 16;
  flow.initial_location = comparator.start;
  flow.initial_scale = comparator.start_sd;
  return Flow(flow);
}

VariationalSettings variational_settings(const CalibrationOptions& options) {
  VariationalSettings settings;
  settings.samples = options.samples;
  settings.kl_samples = options.kl_samples;
  settings.epochs = options.epochs;
  settings.learning_rate = {options.learning_rate, options.epochs / 20, options.epochs};
  return settings;
}

}  // namespace

Calibration calibrate(const Problem& problem, const CalibrationOptions& options, const Exec& exec) {
  const auto start = std::chrono::steady_clock::now();
  Calibration result;
  result.observed =
      simulated_values(problem, problem.truth, 1, derive_seed(options.seed, kTruthStream), exec);
  const Comparator comparator = problem.negative_log_likelihood
                                    ? known_likelihood(problem, result.observed)
                                    : measured_likelihood(problem, result.observed, options, exec);
  Variational variational(flow_around(comparator), problem.prior, comparator.loss,
                          variational_settings(options), exec);
  result.state = variational.initial_state(derive_seed(options.seed, kVariationalStream));
  while (!variational.finished(result.state)) variational.step(result.state);
  result.posterior = variational.sample(result.state, kPosteriorDraws);
  result.marginals = summarise_draws(result.posterior.theta, problem.prior.dimensions());
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace starling::examples
