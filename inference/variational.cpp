#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <starling/autodiff/elementwise.hpp>
#include <starling/autodiff/reduction.hpp>
#include <starling/core/check.hpp>
#include <starling/core/error.hpp>
#include <starling/core/trace.hpp>
#include <starling/inference/variational.hpp>

namespace starling {

namespace {

// Streams of a calibration's seed; the noise of the simulations takes one per epoch from kSimulationStream
// on.
constexpr std::uint64_t kBaseStream = 1;
constexpr std::uint64_t kSimulationStream = 1000;

void check_finite_losses(std::span<const double> losses, std::int64_t epoch) {
  for (std::size_t i = 0; i < losses.size(); ++i) {
    if (!std::isfinite(losses[i]))
      throw NonFiniteError(
          fmt::format("calibration: epoch {}: the loss of draw {} is {}; narrow the prior or check the model",
                      epoch, i, losses[i]));
  }
}

// Rows whose norm exceeds this many times the median norm are scaled down to it.
constexpr double kLargestRowNorm = 3.0;

void clip_rows(std::span<double> rows, std::size_t columns) {
  std::vector<double> norms;
  for (std::size_t first = 0; first < rows.size(); first += columns) {
    double sum = 0.0;
    for (const double value : rows.subspan(first, columns)) sum += value * value;
    norms.push_back(std::sqrt(sum));
  }
  std::vector<double> sorted = norms;
  std::ranges::nth_element(sorted, sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2));
  const double limit = kLargestRowNorm * sorted[sorted.size() / 2];
  for (std::size_t row = 0; row < norms.size(); ++row) {
    if (!(norms[row] > limit) || limit == 0.0) continue;
    for (double& value : rows.subspan(row * columns, columns)) value *= limit / norms[row];
  }
}

// The draws themselves, whose gradient is clipped draw by draw on the way back: simulators' derivatives have
// heavy tails, and one wild draw must not outvote all others.
Var<double> with_clipped_draws(Tape<double>& tape, Var<double> u) {
  const auto size = static_cast<std::size_t>(u.size());
  const auto columns = static_cast<std::size_t>(u.shape().last());
  CustomOperation<double> operation;
  operation.forward = [size](const Exec&, std::span<const double* const> inputs, double* output) {
    std::copy_n(inputs[0], size, output);
  };
  operation.adjoint = [size, columns](const Exec&, std::span<const double* const>, const double*,
                                      const double* output_adj, std::span<double* const> inputs_adj) {
    if (inputs_adj[0] == nullptr) return;
    std::vector<double> rows(output_adj, output_adj + size);
    clip_rows(rows, columns);
    for (std::size_t i = 0; i < size; ++i) inputs_adj[0][i] += rows[i];
  };
  return tape.custom("clipped_draws", {u}, u.shape(), std::move(operation));
}

}  // namespace

Variational::Variational(Flow flow, Prior prior, LossFunction loss, VariationalSettings settings, Exec exec)
    : flow_(std::move(flow)),
      prior_(std::move(prior)),
      loss_(std::move(loss)),
      settings_(settings),
      tape_(std::move(exec)) {
  const char* place = "Variational";
  check_equal_size(place, "prior", prior_.dimensions(), flow_.dimensions());
  check_positive(place, "weight", settings.weight);
  check_positive(place, "samples", settings.samples);
  check_positive(place, "kl_samples", settings.kl_samples);
  check_positive(place, "epochs", static_cast<double>(settings.epochs));
  check_positive(place, "clip_norm", settings.clip_norm);
  check_in_range(place, "tempered_part", settings.tempered_part, 0.0, 1.0);
  check_in_range(place, "averaged_part", settings.averaged_part, 0.0, 1.0);
}

VariationalState Variational::initial_state(std::uint64_t seed) const {
  VariationalState state;
  state.seed = seed;
  state.optimizer = OptimizerState(flow_.initial_parameters(seed));
  return state;
}

// The factor with which a typical draw of the prior costs about one unit per parameter.
double Variational::first_temper(std::span<const double> losses) const {
  std::vector<double> sorted(losses.begin(), losses.end());
  std::ranges::nth_element(sorted, sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2));
  const double typical = std::abs(sorted[sorted.size() / 2]);
  return std::min(1.0, settings_.weight * flow_.dimensions() / std::max(typical, 1e-300));
}

double Variational::temper(const VariationalState& state, std::int64_t epoch) const {
  const double tempered_epochs = settings_.tempered_part * static_cast<double>(settings_.epochs);
  const auto done = static_cast<double>(epoch);
  if (done >= tempered_epochs) return 1.0;
  return std::pow(state.first_temper, 1.0 - done / tempered_epochs);
}

Variational::Objective Variational::evaluate(VariationalState& state, std::int64_t epoch) {
  const TapeScope scope(tape_);
  const int dimensions = flow_.dimensions();
  const auto base = [&](Draw purpose, int rows) {
    const std::uint64_t seed = derive_seed(state.seed, kBaseStream);
    return tape_.constant(
        {rows, dimensions},
        standard_normal_draws(seed, purpose, static_cast<std::uint32_t>(epoch), rows, dimensions));
  };
  const std::vector<double>& values = state.optimizer.parameters;
  const Var<double> parameters = tape_.variable({static_cast<std::int64_t>(values.size())}, values);

  const FlowSample<double> simulated =
      flow_.sample(tape_, parameters, base(Draw::flow_base, settings_.samples));
  const std::uint64_t noise_seed =
      derive_seed(state.seed, kSimulationStream + static_cast<std::uint64_t>(epoch));
  const Var<double> theta = prior_.constrain(tape_, with_clipped_draws(tape_, simulated.theta));
  const Var<double> losses = loss_(tape_, theta, noise_seed);
  const std::vector<double> loss_values = losses.value();
  check_finite_losses(loss_values, epoch);
  if (epoch == 0) state.first_temper = first_temper(loss_values);

  const FlowSample<double> fresh = flow_.sample(tape_, parameters, base(Draw::kl_base, settings_.kl_samples));
  const Var<double> kl = mean(fresh.log_q - prior_.log_density(tape_, fresh.theta));
  const Var<double> loss = mean(losses);
  tape_.backward(temper(state, epoch) * loss + settings_.weight * kl);
  const double total = loss.scalar() + settings_.weight * kl.scalar();
  return {{total, loss.scalar(), kl.scalar(), 0.0}, parameters.adjoint()};
}

const EpochRecord& Variational::step(VariationalState& state) {
  const TraceRange range("epoch");
  const auto epoch = static_cast<std::int64_t>(state.history.size());
  Objective objective = evaluate(state, epoch);
  objective.record.gradient_norm = clip_by_global_norm(objective.gradient, settings_.clip_norm);
  if (objective.record.gradient_norm > settings_.clip_norm) ++state.clipped;
  state.optimizer.update(objective.gradient, epoch + 1, settings_.learning_rate(epoch),
                         settings_.weight_decay);
  if (static_cast<double>(epoch) >= (1.0 - settings_.averaged_part) * static_cast<double>(settings_.epochs))
    state.optimizer.add_to_average();
  state.history.push_back(objective.record);
  return state.history.back();
}

PosteriorDraws Variational::sample(const VariationalState& state, std::int64_t draws) {
  const std::vector<double> base = standard_normal_draws(derive_seed(state.seed, kBaseStream),
                                                         Draw::posterior, 0, draws, flow_.dimensions());
  FlowSampleValues values = flow_.sample_values(tape_, state.optimizer.average(), base);
  const std::vector<double> log_jacobian = prior_.log_jacobian_values(values.theta);
  for (std::size_t i = 0; i < log_jacobian.size(); ++i) values.log_q[i] -= log_jacobian[i];
  return {prior_.constrain_values(values.theta), std::move(values.log_q)};
}

}  // namespace starling
