// Estimators over events against the exact derivative of an expectation over all histories of four people.
#include <algorithm>
#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

#include <starling/abm/epidemic_model.hpp>
#include <starling/core/error.hpp>

#include "../support/enumerated_epidemic.hpp"
#include "../support/statistics.hpp"
#include "../support/worlds.hpp"

TEST_SUITE_BEGIN("abm");

namespace {

using namespace starling;
using Number = test::Dual<4>;

constexpr double kFactor = 0.7;
const std::vector<std::string> kParameters{"networks.household.log10_beta", "networks.company.log10_beta",
                                           "epidemic.log10_seed_fraction", "policies.masks.factors.company"};

Population four_people() {
  return make_population("four", {30, 40, 50, 60}, {"household", "company"},
                         {test::csr_from_lists({{0, 1}, {2, 3}}), test::csr_from_lists({{0, 2, 3}})});
}

EpidemicSettings short_epidemic(std::vector<std::int64_t> listed) {
  EpidemicSettings settings;
  settings.days = 3;
  settings.log10_seed_fraction = -0.6;
  settings.profile.shift_mean_days = -1.0;  // infectious at once
  settings.networks = {{.name = "household", .log10_beta = 0.1},
                       {.name = "company", .log10_beta = 0.3, .weekends = false}};
  settings.policies.interaction = {{"masks", {"2020-03-01", "2020-04-01"}, {{"company", kFactor}}}};
  settings.seeding.agents = std::move(listed);
  return settings;
}

double weight_of(std::size_t output) {
  return 1.0 + 0.5 * std::sin(static_cast<double>(output));
}

// The weighted sum of the observations of a history: one age bin has everybody.
double outcome_of(const std::vector<int>& history, int records) {
  double sum = 0.0;
  for (int record = 0; record < records; ++record) {
    const auto cases = std::ranges::count_if(history, [&](int step) { return step <= record; });
    sum +=
        weight_of(static_cast<std::size_t>(records + record)) * std::log10(1.0 + static_cast<double>(cases));
  }
  return sum;
}

Number exact_expectation(const EpidemicSettings& settings) {
  const Population population = four_people();
  const InfectiousnessProfiles profiles = draw_profiles(4, settings.profile);
  const Schedule schedule(settings);
  const Number company = Number::variable(settings.networks[1].log10_beta, 1);
  Number log10_factor(std::log10(kFactor));
  log10_factor.tangent[3] = 1.0 / (std::numbers::ln10 * kFactor);
  const test::EpidemicOracle<Number> oracle{
      population,
      profiles,
      schedule,
      {Number::variable(settings.networks[0].log10_beta, 0), company + log10_factor}};
  Number fraction(std::pow(10.0, settings.log10_seed_fraction));
  fraction.tangent[2] = std::numbers::ln10 * fraction.value;
  std::vector<bool> listed(4, false);
  for (const std::int64_t agent : settings.seeding.agents) listed[static_cast<std::size_t>(agent)] = true;
  return test::enumerated_expectation<4>(oracle, fraction, listed, [&](const std::vector<int>& history) {
    return outcome_of(history, schedule.steps() + 1);
  });
}

/// The outcome and its derivatives by all parameters: means over the runs of a seed. [seeds] each
struct Estimates {
  std::vector<double> outcome;
  std::vector<double> slope[4];
};

Estimates estimates_of(const EpidemicSettings& settings, const GradientSettings& gradient, int seeds,
                       std::uint64_t first_seed = 0) {
  EpidemicModel model(Exec::cpu(1), four_people(), settings, gradient, kParameters);
  constexpr int kRuns = 32;
  Estimates result;
  for (int seed = 0; seed < seeds; ++seed) {
    Tape<double> tape(Exec::cpu(1));
    const Var<double> theta = tape.variable({1, 4}, model.configured());
    const Var<double> observed =
        model.observe(tape, theta, {first_seed + static_cast<std::uint64_t>(seed), kRuns});
    std::vector<double> weights;
    double outcome = 0.0;
    const std::vector<double> observations = observed.value();
    for (std::size_t i = 0; i < observations.size(); ++i) {
      weights.push_back(weight_of(i % model.outputs()) / kRuns);
      outcome += weights.back() * observations[i];
    }
    tape.backward(observed, weights);
    result.outcome.push_back(outcome);
    for (std::size_t d = 0; d < 4; ++d) result.slope[d].push_back(theta.adjoint()[d]);
  }
  return result;
}

void check_unbiased(const GradientSettings& gradient, std::vector<std::int64_t> listed, int seeds,
                    double precision) {
  const EpidemicSettings settings = short_epidemic(std::move(listed));
  const Number exact = exact_expectation(settings);
  const Estimates estimates = estimates_of(settings, gradient, seeds);
  const test::Estimate outcome = test::estimate(estimates.outcome);
  CHECK(outcome.standard_errors_from(exact.value) < 4.0);
  for (std::size_t d = 0; d < 4; ++d) {
    const test::Estimate slope = test::estimate(estimates.slope[d]);
    CAPTURE(d);
    CAPTURE(slope.mean);
    CAPTURE(exact.tangent[d]);
    CHECK(slope.error < precision * std::abs(exact.tangent[d]));
    CHECK(slope.standard_errors_from(exact.tangent[d]) < 4.0);
  }
}

GradientSettings gradient_of(Estimator estimator, int flips = 8) {
  GradientSettings gradient;
  gradient.estimator = estimator;
  gradient.flips = flips;
  return gradient;
}

}  // namespace

TEST_CASE("the mean over flips is the derivative of the expected observation") {
  for (const int flips : {1, 6}) {
    CAPTURE(flips);
    check_unbiased(gradient_of(Estimator::event_flips, flips), {}, 400, 0.05);
    check_unbiased(gradient_of(Estimator::event_flips, flips), {2}, 400, 0.05);
  }
}

TEST_CASE("the mean over chains corrected by flips is the derivative of the expected observation") {
  for (const int flips : {1, 6}) {
    CAPTURE(flips);
    check_unbiased(gradient_of(Estimator::controlled_flips, flips), {}, 400, 0.05);
    check_unbiased(gradient_of(Estimator::controlled_flips, flips), {2}, 400, 0.05);
  }
}

TEST_CASE("the mean over scores is the derivative of the expected observation") {
  check_unbiased(gradient_of(Estimator::event_scores), {}, 1500, 0.05);
  check_unbiased(gradient_of(Estimator::event_scores), {2}, 1500, 0.05);
}

TEST_CASE("many flips of a run converge to the sum over all its events") {
  const EpidemicSettings settings = short_epidemic({});
  const Estimates some = estimates_of(settings, gradient_of(Estimator::event_flips, 400), 1, 7);
  const Estimates many = estimates_of(settings, gradient_of(Estimator::event_flips, 4000), 1, 7);
  const Estimates few = estimates_of(settings, gradient_of(Estimator::event_flips, 1), 1, 7);
  for (std::size_t d = 0; d < 4; ++d) {
    const double limit = many.slope[d][0];
    CHECK(std::abs(some.slope[d][0] - limit) < 0.01 * std::abs(limit));
    CHECK(std::abs(few.slope[d][0] - limit) > 0.02 * std::abs(limit));
  }
}

TEST_SUITE_END();
