#include <algorithm>
#include <functional>

#include <doctest/doctest.h>

#include <starling/core/buffer.hpp>
#include <starling/kernels/gamma_draws.hpp>
#include <starling/kernels/gamma_slope_math.hpp>

#include "../support/backends.hpp"
#include "../support/dual_values.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("kernels");

using namespace starling;
using namespace starling::test;

namespace {

constexpr RandomStream kStream{.seed = 31};

template <class Real>
std::vector<Real> draws(const Exec& exec, const std::vector<Real>& alpha,
                        const RandomStream& stream = kStream) {
  const Buffer<Real> alpha_device(exec, alpha);
  Buffer<Real> y(exec, alpha_device.size());
  kernels::gamma_draws<Real>(exec, {alpha_device.size(), stream, alpha_device.data(), y.data()});
  return y.download();
}

template <class Real>
std::vector<Real> adjoint(const Exec& exec, const std::vector<Real>& alpha, const std::vector<Real>& y,
                          const std::vector<Real>& y_adj, GradientMode mode) {
  const Buffer<Real> alpha_device(exec, alpha);
  const Buffer<Real> y_device(exec, y);
  const Buffer<Real> y_adj_device(exec, y_adj);
  Buffer<Real> alpha_adj(exec, std::vector<Real>(alpha.size(), Real(1)));
  kernels::gamma_draws_adjoint<Real>(exec, {alpha_device.size(), alpha_device.data(), y_device.data(),
                                            y_adj_device.data(), alpha_adj.data(), mode});
  return alpha_adj.download();
}

/// The distribution function from its power series, all of whose terms are positive.
long double distribution(long double alpha, long double log_x) {
  const long double x = std::exp(log_x);
  long double term = 1.0L;
  long double sum = 1.0L;
  for (long double n = 1.0L; term > 1e-21L * sum; n += 1.0L) {
    term *= x / (alpha + n);
    sum += term;
  }
  return std::exp(alpha * log_x - x - std::lgamma(alpha + 1.0L)) * sum;
}

/// log of the quantile at `level`, by bisection.
long double log_quantile(long double alpha, long double level) {
  long double low = (std::log(level) + std::lgamma(alpha + 1.0L)) / alpha - 1.0L;
  long double high = std::log(alpha + 40.0L * std::sqrt(alpha) + 60.0L);
  for (int step = 0; step < 80; ++step) {
    const long double middle = (low + high) / 2.0L;
    (distribution(alpha, middle) < level ? low : high) = middle;
  }
  return (low + high) / 2.0L;
}

/// dx/dalpha at a level by six-point differences of the logarithm of the quantile.
double slope_by_difference(long double alpha, long double level, long double log_x) {
  const long double step = 2e-3L * alpha;
  const auto at = [&](int steps) { return log_quantile(alpha + steps * step, level); };
  const long double slope =
      (45.0L * (at(1) - at(-1)) - 9.0L * (at(2) - at(-2)) + (at(3) - at(-3))) / (60.0L * step);
  return static_cast<double>(slope * std::exp(log_x));
}

struct SlopeReference {
  double alpha, x, slope;
};

/// From differences of the regularised incomplete gamma function at 40 digits (mpmath 1.3).
constexpr SlopeReference kReferences[] = {
    {0.05, 0.0005, 0.0710689438371519},  {0.05, 0.035, 2.08875447448486},
    {0.05, 0.065, 3.17233101342091},     {0.05, 0.2, 6.22342395889585},
    {0.5, 0.005, 0.05354854994138},      {0.5, 0.65, 1.52958454619005},
    {0.5, 2.0, 2.51188937636207},        {1.0, 0.01, 0.0505569223698673},
    {1.0, 1.3, 1.33658967763067},        {1.0, 4.0, 2.16985567592248},
    {3.0, 0.03, 0.0480050641859285},     {3.0, 3.9, 1.20189363762468},
    {3.0, 12.0, 1.94941281780207},       {50.0, 40.0, 0.895549702746075},
    {50.0, 50.5, 1.00834000612882},      {50.0, 60.0, 1.09757958577673},
    {900.0, 720.0, 0.892739239119411},   {900.0, 909.0, 1.00516954436402},
    {900.0, 1080.0, 1.09413172052615},   {4000.0, 3840.0, 0.979768689212576},
    {4000.0, 4160.0, 1.01978102999541},  {10000.0, 9600.0, 0.979744196536869},
    {10000.0, 10000.0, 1.00001666683332}};

}  // namespace

TEST_CASE("the slope of the gamma quantile equals reference values in every region") {
  for (const SlopeReference& reference : kReferences) {
    CAPTURE(reference.alpha);
    CAPTURE(reference.x);
    const double slope = gamma_quantile_slope(reference.alpha, reference.x);
    CHECK(std::abs(slope / reference.slope - 1.0) < 1e-10);
  }
}

TEST_CASE("the slope of the gamma quantile equals differences of the quantile function") {
  for (const double alpha : {0.05, 0.3, 0.999, 1.0, 2.5, 10.0, 100.0, 999.0, 1001.0, 1e4}) {
    for (const double level : {1e-4, 0.1, 0.5, 0.9, 0.9999}) {
      CAPTURE(alpha);
      CAPTURE(level);
      const long double log_x = log_quantile(alpha, level);
      const double slope = gamma_quantile_slope(alpha, static_cast<double>(std::exp(log_x)));
      CHECK(std::abs(slope / slope_by_difference(alpha, level, log_x) - 1.0) < 1e-7);
    }
  }
}

TEST_CASE("the forms of the slope agree where they meet") {
  for (const double alpha : {0.05, 0.7, 4.0, 60.0, 999.0}) {
    const double x = alpha + 1.0;
    CHECK(gamma_slope_by_series(alpha, x) ==
          doctest::Approx(gamma_slope_by_fraction(alpha, x)).epsilon(1e-13));
  }
  for (const double z : {-5.0, -1.0, 0.0, 2.0}) {
    const double x = kLargeGammaShape + z * std::sqrt(kLargeGammaShape);
    const double below =
        z < 0.0 ? gamma_slope_by_series(kLargeGammaShape, x) : gamma_slope_by_fraction(kLargeGammaShape, x);
    CHECK(gamma_slope_by_expansion(kLargeGammaShape, x) == doctest::Approx(below).epsilon(1e-9));
  }
}

STARLING_BACKEND_CASE(
    "gamma draws have the mean, the variance and the distribution function of their shape") {
  constexpr std::size_t n = 40000;
  for (const double alpha : {0.05, 0.5, 1.0, 3.7, 400.0}) {
    CAPTURE(alpha);
    std::vector<double> y = draws(exec, std::vector<double>(n, alpha), {.seed = 5});
    double sum = 0.0;
    for (const double x : y) sum += x;
    double squares = 0.0;
    for (const double x : y) squares += (x - alpha) * (x - alpha);
    // Standard deviations of the mean and of the mean square: kurtosis is 3 + 6 / alpha.
    CHECK(std::abs(sum / n - alpha) < 4.0 * std::sqrt(alpha / n));
    CHECK(std::abs(squares / n - alpha) < 4.0 * alpha * std::sqrt((2.0 + 6.0 / alpha) / n));
    std::sort(y.begin(), y.end());
    double distance = 0.0;  // Kolmogorov and Smirnov's
    for (std::size_t i = 0; i < n; ++i)
      distance = std::max(distance, std::abs(static_cast<double>(distribution(alpha, std::log(y[i]))) -
                                             (static_cast<double>(i) + 0.5) / n));
    CHECK(distance < 1.95 / std::sqrt(n));
  }
}

STARLING_BACKEND_CASE(
    "gamma draws in float are the rounded double ones and never 0; a shape of none is NaN") {
  for (const std::int64_t size : kSizes) {
    const std::vector<float> alpha = as<float>(spread(size, 1, 0.05, 2.0));
    const std::vector<float> y = draws(exec, alpha);
    const std::vector<double> wide = draws(exec, std::vector<double>(alpha.begin(), alpha.end()));
    for (std::size_t i = 0; i < y.size(); ++i)
      CHECK(y[i] == std::max(static_cast<float>(wide[i]), std::numeric_limits<float>::min()));
  }
  const std::vector<float> tiny = draws(exec, std::vector<float>(10000, 0.01F));
  CHECK(*std::min_element(tiny.begin(), tiny.end()) == std::numeric_limits<float>::min());
  for (const double bad : {0.0, -1.0, std::nan(""), HUGE_VAL})
    CHECK(std::isnan(draws(exec, std::vector<double>{bad})[0]));
}

STARLING_BACKEND_CASE(
    "the adjoint of gamma draws is slope times y_adj, and Dual draws carry the same slope") {
  for (const std::int64_t size : kSizes) {
    const std::vector<double> alpha = spread(size, 2, 0.1, 30.0);
    const std::vector<double> y_adj = spread(size, 3);
    const std::vector<double> y = draws(exec, alpha);
    std::vector<double> expected;
    for (std::size_t i = 0; i < y.size(); ++i)
      expected.push_back(gamma_quantile_slope(alpha[i], y[i]) * y_adj[i]);
    CHECK(worst_difference(adjoint(exec, alpha, y, y_adj, GradientMode::overwrite), expected) < 1e-12);
    const auto dual = draws(exec, duals<double>(alpha, y_adj));
    CHECK(values_of(dual) == y);
    CHECK(worst_difference(tangents_of(dual), expected) < 1e-12);
    for (double& value : expected) value += 1.0;
    CHECK(worst_difference(adjoint(exec, alpha, y, y_adj, GradientMode::accumulate), expected) < 1e-12);
    const std::vector<float> narrow =
        adjoint(exec, as<float>(alpha), as<float>(y), as<float>(y_adj), GradientMode::accumulate);
    CHECK(worst_difference(narrow, expected) < 1e-5);
  }
}

STARLING_BACKEND_CASE(
    "the adjoint of gamma draws is the transpose of their derivative over a million elements") {
  const std::int64_t size = 1000003;
  const std::vector<double> alpha = spread(size, 4, 0.05, 8.0);
  const std::vector<double> d_alpha = spread(size, 5);
  const std::vector<double> y_adj = spread(size, 6);
  const auto dual = draws(exec, duals<double>(alpha, d_alpha));
  const std::vector<double> alpha_adj = adjoint(exec, alpha, values_of(dual), y_adj, GradientMode::overwrite);
  const std::vector<double> dy = tangents_of(dual);
  long double by_forward = 0.0L;
  long double by_adjoint = 0.0L;
  for (std::size_t i = 0; i < dy.size(); ++i) {
    by_forward += static_cast<long double>(y_adj[i]) * dy[i];
    by_adjoint += static_cast<long double>(alpha_adj[i]) * d_alpha[i];
  }
  CHECK(static_cast<double>(by_forward) == doctest::Approx(static_cast<double>(by_adjoint)).epsilon(1e-12));
}

TEST_CASE("gamma draws are the same for any number of threads") {
  const std::vector<double> alpha = spread(50000, 7, 0.05, 8.0);
  const std::vector<double> one = draws(Exec::cpu(1), alpha);
  for (const int threads : {2, 3, 7}) CHECK(draws(Exec::cpu(threads), alpha) == one);
}

TEST_SUITE_END();
