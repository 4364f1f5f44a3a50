#include <cmath>

#include <fmt/format.h>

#include <starling/core/check.hpp>
#include <starling/core/error.hpp>
#include <starling/inference/quadratic_loss.hpp>

namespace starling {

namespace {

/// How many outputs are used; InputError for none.
double counted(const char* loss, std::span<const double> used) {
  double count = 0.0;
  for (const double one : used) count += one;
  if (count == 0.0)
    throw InputError(
        fmt::format("QuadraticLoss::{}: none of {} observed values can be used", loss, used.size()));
  return count;
}

}  // namespace

QuadraticLoss::QuadraticLoss(std::vector<double> observed, std::vector<double> weights, double scale,
                             Form form)
    : observed_(std::move(observed)), weights_(std::move(weights)), scale_(scale), form_(form) {
  check_equal_size("QuadraticLoss", "weights", static_cast<std::int64_t>(weights_.size()),
                   static_cast<std::int64_t>(observed_.size() * observed_.size()));
  check_finite("QuadraticLoss", "observed", observed_);
  check_finite("QuadraticLoss", "weights", weights_);
}

QuadraticLoss QuadraticLoss::log_mse(std::vector<double> observed, int records) {
  std::vector<double> weights(observed.size() * observed.size(), 0.0);
  for (std::size_t o = 0; o < observed.size(); ++o) weights[o * observed.size() + o] = 1.0 / records;
  return {std::move(observed), std::move(weights), 1.0, Form::plain};
}

QuadraticLoss QuadraticLoss::diagonal(std::vector<double> observed, std::span<const double> precision,
                                      double scale, Form form) {
  const std::size_t n = observed.size();
  std::vector<double> weights(n * n, 0.0);
  for (std::size_t o = 0; o < n; ++o) {
    weights[o * n + o] = precision[o];
    if (precision[o] == 0.0) observed[o] = 0.0;
  }
  return {std::move(observed), std::move(weights), scale, form};
}

QuadraticLoss QuadraticLoss::mse(std::vector<double> observed, Form form) {
  std::vector<double> precision;
  for (const double value : observed) precision.push_back(std::isnan(value) ? 0.0 : 1.0);
  return diagonal(std::move(observed), precision, 1.0 / counted("mse", precision), form);
}

QuadraticLoss QuadraticLoss::relative(std::vector<double> observed, Form form) {
  std::vector<double> used;
  std::vector<double> precision;
  for (const double value : observed) {
    used.push_back(value > 0.0 ? 1.0 : 0.0);
    precision.push_back(value > 0.0 ? 1.0 / (value * value) : 0.0);
  }
  return diagonal(std::move(observed), precision, 1.0 / counted("relative", used), form);
}

QuadraticLoss QuadraticLoss::gaussian(std::vector<double> observed, std::span<const double> sd, Form form) {
  const char* place = "QuadraticLoss::gaussian";
  check_equal_size(place, "sd", static_cast<std::int64_t>(sd.size()),
                   static_cast<std::int64_t>(observed.size()));
  std::vector<double> used;
  std::vector<double> precision;
  for (std::size_t o = 0; o < observed.size(); ++o) {
    const bool missing = std::isnan(observed[o]);
    if (!missing) check_positive(place, "sd", sd[o]);
    used.push_back(missing ? 0.0 : 1.0);
    precision.push_back(missing ? 0.0 : 1.0 / (sd[o] * sd[o]));
  }
  (void)counted("gaussian", used);
  return diagonal(std::move(observed), precision, 0.5, form);
}

std::vector<double> QuadraticLoss::weighted_residuals(std::span<const double> outputs) const {
  const std::size_t n = observed_.size();
  std::vector<double> result(outputs.size(), 0.0);
  for (std::size_t first = 0; first < outputs.size(); first += n) {
    for (std::size_t j = 0; j < n; ++j) {
      const double residual = outputs[first + j] - observed_[j];
      for (std::size_t i = 0; i < n; ++i) result[first + i] += weights_[j * n + i] * residual;
    }
  }
  return result;
}

std::vector<double> QuadraticLoss::single_run_values(std::span<const double> outputs) const {
  std::vector<double> loss(outputs.size() / observed_.size());
  value(outputs, 1, loss);
  return loss;
}

// For unbiased pairs, the sum over a != b of r_a' W r_b is (sum r)' W (sum r) - sum of r_a' W r_a.
void QuadraticLoss::value(std::span<const double> outputs, std::size_t replicates,
                          std::span<double> loss) const {
  const std::size_t n = observed_.size();
  const std::vector<double> weighted = weighted_residuals(outputs);
  const auto count = static_cast<double>(replicates);
  for (std::size_t draw = 0; draw < loss.size(); ++draw) {
    double own = 0.0;
    double total = 0.0;
    for (std::size_t o = 0; o < n; ++o) {
      double residual_sum = 0.0;
      double weighted_sum = 0.0;
      for (std::size_t a = 0; a < replicates; ++a) {
        const std::size_t k = (draw * replicates + a) * n + o;
        const double residual = outputs[k] - observed_[o];
        own += residual * weighted[k];
        residual_sum += residual;
        weighted_sum += weighted[k];
      }
      total += residual_sum * weighted_sum;
    }
    loss[draw] = scale_ * (paired(replicates) ? (total - own) / (count * (count - 1.0)) : own / count);
  }
}

void QuadraticLoss::adjoint(std::span<const double> outputs, std::size_t replicates,
                            std::span<const double> loss_adj, std::span<double> outputs_adj) const {
  const std::size_t n = observed_.size();
  const std::vector<double> weighted = weighted_residuals(outputs);
  const auto count = static_cast<double>(replicates);
  const double factor = 2.0 * scale_ / (paired(replicates) ? count * (count - 1.0) : count);
  for (std::size_t draw = 0; draw < loss_adj.size(); ++draw) {
    for (std::size_t o = 0; o < n; ++o) {
      double weighted_sum = 0.0;
      for (std::size_t a = 0; a < replicates; ++a) weighted_sum += weighted[(draw * replicates + a) * n + o];
      for (std::size_t a = 0; a < replicates; ++a) {
        const std::size_t k = (draw * replicates + a) * n + o;
        const double partner = paired(replicates) ? weighted_sum - weighted[k] : weighted[k];
        outputs_adj[k] += loss_adj[draw] * factor * partner;
      }
    }
  }
}

Var<double> QuadraticLoss::operator()(Tape<double>& tape, Var<double> outputs, int replicates) const {
  const auto size = static_cast<std::size_t>(outputs.size());
  check_positive("QuadraticLoss", "replicates", replicates);
  const auto count = static_cast<std::size_t>(replicates);
  check_that(size % (observed_.size() * count) == 0, "QuadraticLoss",
             "outputs must have shape [draws * replicates][outputs]");
  const std::size_t draws = size / (observed_.size() * count);
  CustomOperation<double> operation;
  operation.forward = [this, size, count, draws](const Exec&, std::span<const double* const> inputs,
                                                 double* loss) {
    value({inputs[0], size}, count, {loss, draws});
  };
  operation.adjoint = [this, size, count, draws](const Exec&, std::span<const double* const> inputs,
                                                 const double*, const double* loss_adj,
                                                 std::span<double* const> inputs_adj) {
    if (inputs_adj[0] != nullptr) adjoint({inputs[0], size}, count, {loss_adj, draws}, {inputs_adj[0], size});
  };
  return tape.custom("quadratic_loss", {outputs}, {static_cast<std::int64_t>(draws)}, std::move(operation));
}

}  // namespace starling
