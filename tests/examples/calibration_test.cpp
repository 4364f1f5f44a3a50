#include <cmath>

#include <doctest/doctest.h>

#include <starling/core/error.hpp>
#include <starling/examples/problems.hpp>

#include "example_support.hpp"

TEST_SUITE_BEGIN("examples");

using namespace starling;
using namespace starling::examples;
using namespace starling::test;

namespace {

/// The truth lies in the 95 % interval of every parameter, and the posterior is narrower than the prior by
/// the factor asked for.
void check_calibration(const std::string& name, const CalibrationOptions& options,
                       const std::vector<double>& largest_sd_ratio, GradientHorizon horizon = {}) {
  CAPTURE(name);
  const Exec exec = Exec::cpu(1);
  const Problem problem = make_problem(name, horizon, exec);
  const Calibration calibration = calibrate(problem, options, exec);
  for (std::size_t p = 0; p < problem.parameters.size(); ++p) {
    CAPTURE(problem.parameters[p]);
    const MarginalSummary& marginal = calibration.marginals[p];
    CHECK(marginal.lower < problem.truth[p]);
    CHECK(marginal.upper > problem.truth[p]);
    CHECK(marginal.sd < largest_sd_ratio[p] * problem.prior.sd()[p]);
  }
}

/// Mean and standard deviation of both coordinates under a density on a grid around the posterior.
struct GridMoments {
  double mean[2], sd[2];
};
template <class LogDensity>
GridMoments grid_moments(const LogDensity& log_density, double centre_x, double centre_y, double half_width) {
  constexpr int kCells = 400;
  double total = 0.0;
  double first[2] = {0.0, 0.0};
  double second[2] = {0.0, 0.0};
  const double highest = log_density(centre_x, centre_y);
  for (int i = 0; i <= kCells; ++i) {
    for (int j = 0; j <= kCells; ++j) {
      const double point[2] = {centre_x + half_width * (2.0 * i / kCells - 1.0),
                               centre_y + half_width * (2.0 * j / kCells - 1.0)};
      const double weight = std::exp(log_density(point[0], point[1]) - highest);
      total += weight;
      for (int d = 0; d < 2; ++d) {
        first[d] += weight * point[d];
        second[d] += weight * point[d] * point[d];
      }
    }
  }
  GridMoments result{};
  for (int d = 0; d < 2; ++d) {
    result.mean[d] = first[d] / total;
    result.sd[d] = std::sqrt(second[d] / total - result.mean[d] * result.mean[d]);
  }
  return result;
}

}  // namespace

TEST_CASE("the posterior of Normal is the exact one") {
  const Exec exec = Exec::cpu(1);
  const Problem problem = make_problem("normal", {}, exec);
  CalibrationOptions options;
  options.samples = 64;
  const Calibration calibration = calibrate(problem, options, exec);
  const MeanAndVariance observed = moments_of(calibration.observed);
  const auto n = static_cast<double>(calibration.observed.size());
  const auto log_density = [&](double mu, double log_sigma) {
    const double squares = (n - 1.0) * observed.variance + n * std::pow(observed.mean - mu, 2);
    const double prior =
        -0.5 * std::pow(mu / problem.prior.sd()[0], 2) - 0.5 * std::pow(log_sigma / problem.prior.sd()[1], 2);
    return prior - n * log_sigma - 0.5 * squares * std::exp(-2.0 * log_sigma);
  };
  const GridMoments exact = grid_moments(log_density, observed.mean, 0.5 * std::log(observed.variance), 1.0);
  for (std::size_t d = 0; d < 2; ++d) {
    CHECK(std::abs(calibration.marginals[d].mean - exact.mean[d]) < 0.15 * exact.sd[d]);
    CHECK(std::abs(calibration.marginals[d].sd / exact.sd[d] - 1.0) < 0.1);
  }
}

TEST_CASE("the random walk finds the exact posterior of its coin through a Gumbel-Softmax gradient") {
  const Exec exec = Exec::cpu(1);
  const Problem problem = make_problem("random_walk", {}, exec);
  const Calibration calibration = calibrate(problem, {}, exec);
  // x_100 = heads - tails of 100 independent coins.
  const double heads = 0.5 * (100.0 + calibration.observed.back());
  const auto log_density = [&](double logit_p, double) {
    return -0.5 * std::pow(logit_p / problem.prior.sd()[0], 2) + heads * logit_p -
           100.0 * std::log1p(std::exp(logit_p));
  };
  const GridMoments exact = grid_moments(log_density, std::log(heads / (100.0 - heads)), 0.0, 2.0);
  CHECK(std::abs(calibration.marginals[0].mean - exact.mean[0]) < 0.3 * exact.sd[0]);
  CHECK(std::abs(calibration.marginals[0].sd / exact.sd[0] - 1.0) < 0.2);
}

TEST_CASE("Brock-Hommes finds trends and biases of two rules, with and without a horizon") {
  check_calibration("brock_hommes", {}, {0.7, 0.7, 0.05, 0.05});
  check_calibration("brock_hommes", {}, {1.2, 1.2, 0.05, 0.05}, GradientHorizon(10));
}

TEST_CASE("a calibration ends with the same posterior again") {
  CalibrationOptions options;
  options.epochs = 10;
  options.noise_runs = 64;
  const Problem problem = make_problem("brock_hommes", {}, Exec::cpu(1));
  const Calibration once = calibrate(problem, options, Exec::cpu(1));
  const Calibration again = calibrate(problem, options, Exec::cpu(2));
  CHECK(once.posterior.theta == again.posterior.theta);
}

TEST_CASE("a model that is not there is refused with the names of those that are") {
  CHECK_THROWS_WITH_AS(make_problem("ising", {}, Exec::cpu(1)), doctest::Contains("rama_cont, random_walk"),
                       InputError);
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("examples_slow");

TEST_CASE("an epidemic on a graph finds its three probabilities through straight-through gradients") {
  check_calibration("sir_graph", {}, {0.4, 0.2, 0.2});
}

// What thresholds were at first is known only from the returns before they are forgotten.
TEST_CASE("Rama Cont finds news and depth; the first thresholds stay nearly as wide as the prior") {
  check_calibration("rama_cont", {.seed = 3}, {1.1, 1.1, 0.7, 0.5});
}

TEST_SUITE_END();
