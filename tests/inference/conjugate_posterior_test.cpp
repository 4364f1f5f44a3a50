#include <cmath>

#include <doctest/doctest.h>

#include <starling/autodiff/elementwise.hpp>
#include <starling/autodiff/rearrange.hpp>
#include <starling/autodiff/slicing.hpp>
#include <starling/inference/count_likelihood.hpp>
#include <starling/inference/summary.hpp>
#include <starling/inference/variational.hpp>

TEST_SUITE_BEGIN("inference");

namespace {

using namespace starling;

constexpr double kHeads = 7.0;
constexpr double kTosses = 20.0;
const std::vector<double> kCounts{3.0, 5.0, 2.0, 6.0};

/// A coin's probability and a Poisson rate: 7 heads of 20 tosses, and four counts. theta [draws][2]
Var<double> coin_and_rate(Tape<double>& tape, Var<double> theta, std::uint64_t) {
  static const CountLikelihood counts = CountLikelihood::poisson(kCounts);
  const std::int64_t draws = theta.shape().extent(0);
  const Var<double> p = reshape(slice(theta, 1, 0, 1), {draws});
  const Var<double> rate = slice(theta, 1, 1, 1) + tape.constant({4}, std::vector<double>(4, 0.0));
  return counts(tape, rate, 1) - kHeads * log(p) - (kTosses - kHeads) * log1p(-p);
}

double mean_of(std::span<const double> values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

}  // namespace

TEST_CASE("the posteriors of a coin under a beta prior and of a rate under a gamma prior are recovered") {
  const Prior prior({MarginalPrior::parse("beta(2, 3)"), MarginalPrior::parse("gamma(2, 1)")});
  const Prior posterior({MarginalPrior::parse("beta(9, 16)"), MarginalPrior::parse("gamma(18, 5)")});

  FlowSettings flow;
  flow.layers = 3;
  flow.conditioner.dimensions = 2;
  flow.conditioner.hidden = 8;
  flow.initial_location = prior.start_location();
  flow.initial_scale = prior.start_scale();
  VariationalSettings settings;
  settings.epochs = 600;
  settings.samples = 64;
  settings.kl_samples = 500;
  settings.learning_rate = {.peak = 2e-2, .warm_up_epochs = 20, .epochs = 600};
  Variational variational(Flow(flow), prior, coin_and_rate, settings, Exec::cpu(1));
  VariationalState state = variational.initial_state(3);
  while (!variational.finished(state)) variational.step(state);

  const PosteriorDraws draws = variational.sample(state, 40000);
  const std::vector<MarginalSummary> summary = summarise_draws(draws.theta, 2);
  const double means[2] = {9.0 / 25.0, 18.0 / 5.0};
  for (std::size_t d = 0; d < 2; ++d) {
    CAPTURE(d);
    const MarginalPrior& exact = posterior.marginals()[d];
    CHECK(std::abs(summary[d].mean - means[d]) < 0.05 * exact.sd());
    CHECK(summary[d].sd == doctest::Approx(exact.sd()).epsilon(0.04));
    CHECK(summary[d].lower == doctest::Approx(exact.quantile(0.025)).epsilon(0.03));
    CHECK(summary[d].upper == doctest::Approx(exact.quantile(0.975)).epsilon(0.03));
  }
  // log q is the density of theta itself: it differs from the exact one little, and by divergence on average.
  const std::vector<double> exact = posterior.log_density_values(draws.theta);
  CHECK(std::abs(mean_of(draws.log_q) - mean_of(exact)) < 0.02);
}

TEST_SUITE_END();
