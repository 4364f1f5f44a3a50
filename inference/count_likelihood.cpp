#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <starling/core/check.hpp>
#include <starling/core/error.hpp>
#include <starling/inference/count_likelihood.hpp>

namespace starling {

namespace {

constexpr const char* kPlace = "CountLikelihood";

/// log of the mean of exp.
double log_mean_exp(std::span<const double> values) {
  const double highest = *std::ranges::max_element(values);
  double sum = 0.0;
  for (const double value : values) sum += std::exp(value - highest);
  return highest + std::log(sum / static_cast<double>(values.size()));
}

}  // namespace

CountLikelihood::CountLikelihood(std::vector<double> observed, std::optional<double> dispersion, double floor)
    : observed_(std::move(observed)), dispersion_(dispersion), floor_(floor) {
  check_positive(kPlace, "outputs", static_cast<double>(observed_.size()));
  check_positive(kPlace, "floor", floor);
  if (dispersion) {
    check_positive(kPlace, "dispersion", *dispersion);
    check_finite(kPlace, "dispersion", *dispersion);
  }
  for (std::size_t o = 0; o < observed_.size(); ++o) {
    const double count = observed_[o];
    if (!std::isnan(count) && !(count >= 0.0 && std::isfinite(count) && count == std::floor(count)))
      throw InputError(
          fmt::format("{}: observed[{}] = {}, expected a whole number of at least 0, or nan where missing",
                      kPlace, o, count));
  }
}

CountLikelihood CountLikelihood::poisson(std::vector<double> observed, double floor) {
  return {std::move(observed), std::nullopt, floor};
}

CountLikelihood CountLikelihood::negative_binomial(std::vector<double> observed, double dispersion,
                                                   double floor) {
  return {std::move(observed), dispersion, floor};
}

CountProbability CountLikelihood::probability(std::size_t o, double x, double dispersion) const {
  const double root = std::hypot(x, 2.0 * floor_);
  // For x < 0 the sum x + root would cancel.
  const double mean = x >= 0.0 ? 0.5 * (x + root) : 2.0 * floor_ * floor_ / (root - x);
  CountProbability result = dispersion_ ? negative_binomial_probability(observed_[o], mean, dispersion)
                                        : poisson_probability(observed_[o], mean);
  result.by_mean *= mean / root;
  return result;
}

double CountLikelihood::dispersion_of(const double* log_dispersion, std::size_t draw) const {
  return log_dispersion != nullptr ? std::exp(log_dispersion[draw]) : dispersion_.value_or(0.0);
}

std::vector<double> CountLikelihood::log_likelihoods(std::span<const double> outputs, std::size_t draw,
                                                     std::size_t replicates, double dispersion) const {
  std::vector<double> result(replicates, 0.0);
  for (std::size_t r = 0; r < replicates; ++r) {
    const std::size_t first = (draw * replicates + r) * observed_.size();
    for (std::size_t o = 0; o < observed_.size(); ++o) {
      if (!std::isnan(observed_[o])) result[r] += probability(o, outputs[first + o], dispersion).value;
    }
  }
  return result;
}

void CountLikelihood::value(std::span<const double> outputs, const double* log_dispersion,
                            std::size_t replicates, std::span<double> loss) const {
  for (std::size_t draw = 0; draw < loss.size(); ++draw)
    loss[draw] =
        -log_mean_exp(log_likelihoods(outputs, draw, replicates, dispersion_of(log_dispersion, draw)));
}

void CountLikelihood::adjoint(std::span<const double> outputs, const double* log_dispersion,
                              std::size_t replicates, std::span<const double> loss_adj, double* outputs_adj,
                              double* log_dispersion_adj) const {
  for (std::size_t draw = 0; draw < loss_adj.size(); ++draw) {
    const double dispersion = dispersion_of(log_dispersion, draw);
    const std::vector<double> likelihoods = log_likelihoods(outputs, draw, replicates, dispersion);
    const double total =
        log_mean_exp(likelihoods) + std::log(static_cast<double>(replicates));  // log of their sum
    for (std::size_t r = 0; r < replicates; ++r) {
      const double likelihood_adj = -loss_adj[draw] * std::exp(likelihoods[r] - total);
      const std::size_t first = (draw * replicates + r) * observed_.size();
      for (std::size_t o = 0; o < observed_.size(); ++o) {
        if (std::isnan(observed_[o])) continue;
        const CountProbability own = probability(o, outputs[first + o], dispersion);
        if (outputs_adj != nullptr) outputs_adj[first + o] += likelihood_adj * own.by_mean;
        if (log_dispersion_adj != nullptr) log_dispersion_adj[draw] += likelihood_adj * own.by_log_dispersion;
      }
    }
  }
}

std::vector<double> CountLikelihood::single_run_values(std::span<const double> outputs,
                                                       std::span<const double> log_dispersion) const {
  std::vector<double> loss(outputs.size() / observed_.size());
  check_equal_size(kPlace, "outputs", static_cast<std::int64_t>(outputs.size()),
                   static_cast<std::int64_t>(loss.size() * observed_.size()));
  if (!log_dispersion.empty())
    check_equal_size(kPlace, "log_dispersion", static_cast<std::int64_t>(log_dispersion.size()),
                     static_cast<std::int64_t>(loss.size()));
  value(outputs, log_dispersion.empty() ? nullptr : log_dispersion.data(), 1, loss);
  return loss;
}

Var<double> CountLikelihood::record(Tape<double>& tape, Var<double> outputs, int replicates,
                                    std::span<const Var<double>> log_dispersion) const {
  check_positive(kPlace, "replicates", replicates);
  const auto size = static_cast<std::size_t>(outputs.size());
  const auto count = static_cast<std::size_t>(replicates);
  check_that(size % (observed_.size() * count) == 0, kPlace,
             "outputs must have shape [draws * replicates][outputs]");
  const std::size_t draws = size / (observed_.size() * count);
  std::vector<Var<double>> inputs{outputs};
  for (const Var<double>& own : log_dispersion) {
    check_that(dispersion_.has_value(), kPlace, "the Poisson distribution has no dispersion");
    check_equal_size(kPlace, "log_dispersion", own.size(), static_cast<std::int64_t>(draws));
    inputs.push_back(own);
  }
  CustomOperation<double> operation;
  operation.forward = [this, size, count, draws](const Exec&, std::span<const double* const> in,
                                                 double* loss) {
    value({in[0], size}, in.size() > 1 ? in[1] : nullptr, count, {loss, draws});
  };
  operation.adjoint = [this, size, count, draws](const Exec&, std::span<const double* const> in,
                                                 const double*, const double* loss_adj,
                                                 std::span<double* const> in_adj) {
    const bool own = in.size() > 1;
    adjoint({in[0], size}, own ? in[1] : nullptr, count, {loss_adj, draws}, in_adj[0],
            own ? in_adj[1] : nullptr);
  };
  return tape.custom("count_likelihood", std::span<const Var<double>>(inputs),
                     {static_cast<std::int64_t>(draws)}, std::move(operation));
}

Var<double> CountLikelihood::operator()(Tape<double>& tape, Var<double> outputs, int replicates) const {
  return record(tape, outputs, replicates, {});
}

Var<double> CountLikelihood::operator()(Tape<double>& tape, Var<double> outputs, int replicates,
                                        Var<double> log_dispersion) const {
  return record(tape, outputs, replicates, {&log_dispersion, 1});
}

}  // namespace starling
