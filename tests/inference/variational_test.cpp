#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include <starling/autodiff/elementwise.hpp>
#include <starling/autodiff/reduction.hpp>
#include <starling/autodiff/slicing.hpp>
#include <starling/core/error.hpp>
#include <starling/inference/checkpoint.hpp>
#include <starling/inference/summary.hpp>
#include <starling/inference/variational.hpp>

TEST_SUITE_BEGIN("inference");

namespace {

using namespace starling;

Flow small_flow(int dimensions) {
  FlowSettings settings;
  settings.layers = 2;
  settings.conditioner.dimensions = dimensions;
  settings.conditioner.hidden = 8;
  settings.conditioner.blocks = 1;
  settings.initial_location.assign(static_cast<std::size_t>(dimensions), 0.0);
  settings.initial_scale.assign(static_cast<std::size_t>(dimensions), 1.0);
  return Flow(settings);
}

VariationalSettings quick_settings(std::int64_t epochs) {
  VariationalSettings settings;
  settings.epochs = epochs;
  settings.samples = 32;
  settings.kl_samples = 500;
  settings.learning_rate = {.peak = 2e-2, .warm_up_epochs = 20, .epochs = epochs};
  return settings;
}

const Prior kUnitPrior = Prior::normal({0.0, 0.0}, {1.0, 1.0});

// -log of a normal likelihood with mean 1 and -0.5, standard deviation 0.5 and correlation 0.6.
Var<double> correlated_loss(Tape<double>& tape, Var<double> theta, std::uint64_t) {
  const Var<double> residual = theta - tape.constant({2}, std::vector<double>{1.0, -0.5});
  const Var<double> a = slice(residual, 1, 0, 1);
  const Var<double> b = slice(residual, 1, 1, 1);
  const double scale = 1.0 / (0.25 * (1.0 - 0.36));
  return 0.5 * scale * sum(square(a) + square(b) - 1.2 * (a * b), -1);
}

}  // namespace

TEST_CASE("the posterior of a normal model is recovered") {
  // Precision of the likelihood plus the prior's: P = S^-1 + I, mean P^-1 S^-1 m.
  const double diagonal = 1.0 / (0.25 * 0.64) + 1.0;
  const double off = -0.6 / (0.25 * 0.64);
  const double determinant = diagonal * diagonal - off * off;
  const double variance = diagonal / determinant;
  const double right[2] = {(diagonal - 1.0) * 1.0 + off * -0.5, off * 1.0 + (diagonal - 1.0) * -0.5};
  const double mean[2] = {(diagonal * right[0] - off * right[1]) / determinant,
                          (diagonal * right[1] - off * right[0]) / determinant};

  Variational variational(small_flow(2), kUnitPrior, correlated_loss, quick_settings(500), Exec::cpu(2));
  VariationalState state = variational.initial_state(4);
  while (!variational.finished(state)) variational.step(state);
  const PosteriorDraws draws = variational.sample(state, 20000);
  const std::vector<MarginalSummary> summary = summarise_draws(draws.theta, 2);
  const double sd = std::sqrt(variance);
  double covariance = 0.0;
  for (std::size_t i = 0; i < draws.theta.size(); i += 2)
    covariance += (draws.theta[i] - summary[0].mean) * (draws.theta[i + 1] - summary[1].mean) / 20000.0;
  for (std::size_t d = 0; d < 2; ++d) {
    CHECK(std::abs(summary[d].mean - mean[d]) < 0.06 * sd);
    CHECK(std::abs(summary[d].sd / sd - 1.0) < 0.05);
  }
  CHECK(std::abs(covariance / (summary[0].sd * summary[1].sd) - -off / diagonal) < 0.03);
  // The mean of log q is minus the entropy of the posterior.
  double log_q = 0.0;
  for (const double value : draws.log_q) log_q += value / 20000.0;
  CHECK(log_q == doctest::Approx(-1.0 - std::log(2.0 * M_PI) + 0.5 * std::log(determinant)).epsilon(0.02));
}

TEST_CASE("without a loss the posterior is the prior") {
  const Prior prior = Prior::normal({0.5, -1.0}, {2.0, 0.3});
  const LossFunction no_loss = [](Tape<double>& tape, Var<double> theta, std::uint64_t) {
    return tape.constant({theta.shape().extent(0)}, std::vector<double>(32, 0.0));
  };
  Variational variational(small_flow(2), prior, no_loss, quick_settings(600), Exec::cpu(2));
  VariationalState state = variational.initial_state(4);
  while (!variational.finished(state)) variational.step(state);
  const std::vector<MarginalSummary> summary = summarise_draws(variational.sample(state, 40000).theta, 2);
  CHECK(std::abs(summary[0].mean - 0.5) < 0.03 * 2.0);
  CHECK(std::abs(summary[1].mean + 1.0) < 0.03 * 0.3);
  CHECK(summary[0].sd == doctest::Approx(2.0).epsilon(0.02));
  CHECK(summary[1].sd == doctest::Approx(0.3).epsilon(0.02));
}

TEST_CASE("a calibration taken up from a checkpoint ends bit for bit where an unbroken one does") {
  Variational variational(small_flow(2), kUnitPrior, correlated_loss, quick_settings(40), Exec::cpu(2));
  VariationalState whole = variational.initial_state(9);
  VariationalState broken = variational.initial_state(9);
  while (!variational.finished(whole)) variational.step(whole);
  for (int epoch = 0; epoch < 17; ++epoch) variational.step(broken);
  whole.start = broken.start = {0.5, -1.0, 2.0, 3.0};
  broken = read_checkpoint(write_checkpoint(broken, 123), 123);
  Variational resumed(small_flow(2), kUnitPrior, correlated_loss, quick_settings(40), Exec::cpu(1));
  while (!resumed.finished(broken)) resumed.step(broken);
  CHECK(broken.optimizer.parameters == whole.optimizer.parameters);
  CHECK(broken.optimizer.average() == whole.optimizer.average());
  CHECK(broken.clipped == whole.clipped);
  CHECK(broken.start == whole.start);
  CHECK(write_checkpoint(broken, 1) == write_checkpoint(whole, 1));
}

TEST_CASE("checkpoints that are foreign, truncated or damaged are refused") {
  Variational variational(small_flow(2), kUnitPrior, correlated_loss, quick_settings(5), Exec::cpu(1));
  VariationalState state = variational.initial_state(9);
  variational.step(state);
  const std::string bytes = write_checkpoint(state, 123);
  CHECK_NOTHROW(read_checkpoint(bytes, 123));
  CHECK_THROWS_WITH_AS(read_checkpoint(bytes, 124), doctest::Contains("another configuration"), InputError);
  CHECK_THROWS_AS(read_checkpoint("", 123), InputError);
  CHECK_THROWS_AS(read_checkpoint("hello", 123), InputError);
  for (std::size_t length = 0; length < bytes.size(); length += 7)
    CHECK_THROWS_AS(read_checkpoint(std::string_view(bytes).substr(0, length), 123), InputError);
  for (std::size_t at = 0; at < bytes.size(); at += 13) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
    CHECK_THROWS_AS(read_checkpoint(damaged, 123), InputError);
  }
}

TEST_CASE("a loss that is not finite ends the calibration and names epoch and draw") {
  const LossFunction broken = [](Tape<double>& tape, Var<double>, std::uint64_t) {
    std::vector<double> values(32, 1.0);
    values[5] = std::numeric_limits<double>::quiet_NaN();
    return tape.constant({32}, values);
  };
  Variational variational(small_flow(2), kUnitPrior, broken, quick_settings(5), Exec::cpu(1));
  VariationalState state = variational.initial_state(1);
  CHECK_THROWS_WITH_AS(variational.step(state), doctest::Contains("epoch 0: the loss of draw 5 is nan"),
                       NonFiniteError);
}

TEST_SUITE_END();
