#include <algorithm>

#include <doctest/doctest.h>

#include <starling/core/buffer.hpp>
#include <starling/kernels/gumbel_softmax.hpp>
#include <starling/kernels/random_draws.hpp>

#include "../support/backends.hpp"
#include "../support/dot_product.hpp"
#include "../support/dual_values.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("kernels");

using namespace starling;
using namespace starling::test;

namespace {

constexpr RandomStream kStream{.seed = 41, .step = 2};

template <class Real>
struct TwoClasses {
  std::vector<Real> p;
  std::vector<Real> noise;  // empty: from the stream
  double temperature;
};

template <class Real>
std::vector<Real> draw(const Exec& exec, const TwoClasses<Real>& c, Relaxation relaxation) {
  const Buffer<Real> p(exec, c.p);
  const Buffer<Real> noise(exec, c.noise);
  Buffer<Real> y(exec, p.size());
  kernels::bernoulli_gumbel_softmax<Real>(
      exec, {p.size(), Real(c.temperature), relaxation, kStream, noise.data(), p.data(), y.data()});
  return y.download();
}

template <class Real>
std::vector<Real> adjoint(const Exec& exec, const TwoClasses<Real>& c, const std::vector<Real>& y_adj,
                          GradientMode mode) {
  const Buffer<Real> p(exec, c.p);
  const Buffer<Real> noise(exec, c.noise);
  const Buffer<Real> y_adj_device(exec, y_adj);
  Buffer<Real> p_adj(exec, std::vector<Real>(c.p.size(), Real(1)));
  kernels::bernoulli_gumbel_softmax_adjoint<Real>(exec, {p.size(), Real(c.temperature), kStream, noise.data(),
                                                         p.data(), y_adj_device.data(), p_adj.data(), mode});
  return p_adj.download();
}

/// y and dy/dp from powers of odds: y = w / (1 + w), w = (p / (1 - p) e^noise)^(1 / temperature).
struct SoftValue {
  double y, slope;
};
SoftValue soft_oracle(double p, double noise, double temperature) {
  const long double t = temperature;
  const long double w = std::pow(
      static_cast<long double>(p) / (1.0L - p) * std::exp(static_cast<long double>(noise)), 1.0L / t);
  const long double slope = w / ((1.0L + w) * (1.0L + w)) / (t * p * (1.0L - p));
  return {static_cast<double>(w / (1.0L + w)), static_cast<double>(slope)};
}

std::vector<double> noise_draws(const Exec& exec, Distribution distribution, std::int64_t n) {
  Buffer<double> noise(exec, n);
  kernels::random_draws<double>(exec, {n, distribution, kStream, noise.data()});
  return noise.download();
}

template <class Real>
struct Classes {
  std::int64_t rows, columns;
  std::vector<Real> logits;
  std::vector<Real> noise;  // empty: from the stream
  double temperature;
};

template <class Real>
std::vector<Real> draw(const Exec& exec, const Classes<Real>& c, Relaxation relaxation) {
  const Buffer<Real> logits(exec, c.logits);
  const Buffer<Real> noise(exec, c.noise);
  Buffer<Real> y(exec, logits.size());
  kernels::categorical_gumbel_softmax<Real>(exec, {c.rows, c.columns, Real(c.temperature), relaxation,
                                                   kStream, noise.data(), logits.data(), y.data()});
  return y.download();
}

template <class Real>
std::vector<Real> adjoint(const Exec& exec, const Classes<Real>& c, const std::vector<Real>& y_adj,
                          GradientMode mode) {
  const Buffer<Real> soft_y(exec, draw(exec, c, Relaxation::soft));
  const Buffer<Real> y_adj_device(exec, y_adj);
  Buffer<Real> logits_adj(exec, std::vector<Real>(c.logits.size(), Real(1)));
  kernels::categorical_gumbel_softmax_adjoint<Real>(
      exec,
      {c.rows, c.columns, Real(c.temperature), soft_y.data(), y_adj_device.data(), logits_adj.data(), mode});
  return logits_adj.download();
}

/// The soft value as 1 over a sum of ratios.
std::vector<double> softmax_oracle(const Classes<double>& c, const std::vector<double>& noise) {
  std::vector<double> y;
  const auto score = [&](std::int64_t r, std::int64_t k) {
    const auto at = static_cast<std::size_t>(r * c.columns + k);
    return (static_cast<long double>(c.logits[at]) + noise[at]) / c.temperature;
  };
  for (std::int64_t r = 0; r < c.rows; ++r)
    for (std::int64_t k = 0; k < c.columns; ++k) {
      long double ratios = 0.0L;
      for (std::int64_t j = 0; j < c.columns; ++j) ratios += std::exp(score(r, j) - score(r, k));
      y.push_back(static_cast<double>(1.0L / ratios));
    }
  return y;
}

}  // namespace

STARLING_BACKEND_CASE("soft draws from two classes and their slopes equal the oracle at all sizes") {
  for (const std::int64_t n : kSizes) {
    for (const double temperature : {0.1, 1.0, 3.0}) {
      const std::vector<double> noise = noise_draws(exec, Distribution::logistic, n);
      const TwoClasses<double> c{spread(n, 1, 0.001, 0.999), noise, temperature};
      const std::vector<double> y_adj = spread(n, 2);
      std::vector<double> y, p_adj;
      for (std::size_t i = 0; i < noise.size(); ++i) {
        const SoftValue soft = soft_oracle(c.p[i], noise[i], temperature);
        y.push_back(soft.y);
        p_adj.push_back(soft.slope * y_adj[i]);
      }
      CHECK(worst_difference(draw(exec, c, Relaxation::soft), y) < 1e-12);
      CHECK(worst_difference(adjoint(exec, c, y_adj, GradientMode::overwrite), p_adj) < 1e-12);
      for (double& value : p_adj) value += 1.0;
      CHECK(worst_difference(adjoint(exec, c, y_adj, GradientMode::accumulate), p_adj) < 1e-12);
      const TwoClasses<float> narrow{as<float>(c.p), as<float>(noise), temperature};
      CHECK(worst_difference(draw(exec, narrow, Relaxation::soft), y) < 2e-4);
    }
  }
}

STARLING_BACKEND_CASE("slopes keep their digits in both tails, and vanish at probabilities of 0 and 1") {
  for (const double p : {1e-30, 1e-12, 1e-5, 0.3, 1.0 - 1e-5, 1.0 - 1e-12}) {
    for (const double noise : {-30.0, -1.0, 0.0, 2.0, 30.0}) {
      for (const double temperature : {0.1, 1.0, 2.0}) {
        const double expected = soft_oracle(p, noise, temperature).slope;
        const double slope =
            adjoint(exec, TwoClasses<double>{{p}, {noise}, temperature}, {1.0}, GradientMode::overwrite)[0];
        CAPTURE(p);
        CAPTURE(noise);
        CAPTURE(temperature);
        CHECK(std::abs(slope - expected) <= 1e-11 * expected + 1e-290);
      }
    }
  }
  const TwoClasses<double> ends{{0.0, 1.0}, {3.0, -3.0}, 0.1};
  CHECK(draw(exec, ends, Relaxation::hard) == std::vector<double>{0.0, 1.0});
  CHECK(draw(exec, ends, Relaxation::soft) == std::vector<double>{0.0, 1.0});
  CHECK(adjoint(exec, ends, {1.0, 1.0}, GradientMode::overwrite) == std::vector<double>{0.0, 0.0});
}

STARLING_BACKEND_CASE("noise from the stream is the logistic or Gumbel draw of the same stream") {
  const std::vector<double> p = spread(257, 3, 0.01, 0.99);
  const std::vector<double> logistic = noise_draws(exec, Distribution::logistic, 257);
  CHECK(draw(exec, TwoClasses<double>{p, {}, 0.5}, Relaxation::soft) ==
        draw(exec, TwoClasses<double>{p, logistic, 0.5}, Relaxation::soft));
  const std::vector<double> gumbel = noise_draws(exec, Distribution::gumbel, 33 * 7);
  const std::vector<double> logits = spread(33 * 7, 4);
  CHECK(draw(exec, Classes<double>{33, 7, logits, {}, 0.5}, Relaxation::soft) ==
        draw(exec, Classes<double>{33, 7, logits, gumbel, 0.5}, Relaxation::soft));
}

STARLING_BACKEND_CASE("hard draws are 1 as often as p says, and their derivative is the soft one's") {
  const std::int64_t n = 1000003;
  const double p = 0.03;
  double ones = 0.0;
  for (const double y : draw(exec, TwoClasses<double>{std::vector<double>(n, p), {}, 0.1}, Relaxation::hard))
    ones += y;
  CHECK(std::abs(ones - static_cast<double>(n) * p) <
        4.0 * std::sqrt(static_cast<double>(n) * p * (1.0 - p)));

  const std::vector<double> probabilities = spread(n, 5, 0.01, 0.99);
  const std::vector<double> dp = spread(n, 6);
  const std::vector<double> y_adj = spread(n, 7);
  const TwoClasses<double> plain_case{probabilities, {}, 0.3};
  const TwoClasses<starling::Dual<double>> dual_case{duals<double>(probabilities, dp), {}, 0.3};
  const auto hard = draw(exec, dual_case, Relaxation::hard);
  CHECK(values_of(hard) == draw(exec, plain_case, Relaxation::hard));
  CHECK(tangents_of(hard) == tangents_of(draw(exec, dual_case, Relaxation::soft)));
  const auto p_adj = adjoint(exec, plain_case, y_adj, GradientMode::overwrite);
  CHECK(relative_gap(dot(y_adj, tangents_of(hard)), dot(p_adj, dp)) < 1e-12);
}

STARLING_BACKEND_CASE("soft draws from several classes equal the oracle, and rows sum to 1") {
  for (const std::int64_t rows : kSizes) {
    for (const std::int64_t columns : {1, 2, 5, 33}) {
      const std::vector<double> noise = noise_draws(exec, Distribution::gumbel, rows * columns);
      const Classes<double> c{rows, columns, spread(rows * columns, 8), noise, 0.4};
      const std::vector<double> y = draw(exec, c, Relaxation::soft);
      CHECK(worst_difference(y, softmax_oracle(c, noise)) < 1e-13);
      const Classes<float> narrow{rows, columns, as<float>(c.logits), as<float>(noise), 0.4};
      CHECK(worst_difference(draw(exec, narrow, Relaxation::soft), y) < 2e-5);
    }
  }
  // A class of probability 0 stays away, and large scores do not overflow.
  const Classes<double> extreme{1, 3, {-HUGE_VAL, 900.0, 900.0}, {0.0, 0.0, 0.0}, 0.1};
  CHECK(draw(exec, extreme, Relaxation::soft) == std::vector<double>{0.0, 0.5, 0.5});
  CHECK(draw(exec, extreme, Relaxation::hard) == std::vector<double>{0.0, 1.0, 0.0});
}

STARLING_BACKEND_CASE(
    "hard draws from several classes are 1 at the largest score and come as often as softmax says") {
  const std::int64_t rows = 200000;
  const std::vector<double> row{0.3, -1.0, 1.2, 0.0};
  Classes<double> c{rows, 4, {}, {}, 0.1};
  for (std::int64_t r = 0; r < rows; ++r) c.logits.insert(c.logits.end(), row.begin(), row.end());
  const std::vector<double> y = draw(exec, c, Relaxation::hard);
  const std::vector<double> soft = draw(exec, c, Relaxation::soft);
  double counts[4] = {0.0, 0.0, 0.0, 0.0};
  int wrong = 0;
  for (std::size_t r = 0; r < static_cast<std::size_t>(rows); ++r) {
    const auto best = std::max_element(soft.begin() + static_cast<std::ptrdiff_t>(4 * r),
                                       soft.begin() + static_cast<std::ptrdiff_t>(4 * r + 4));
    for (std::size_t k = 0; k < 4; ++k) {
      const bool is_best = static_cast<std::size_t>(best - soft.begin()) == 4 * r + k;
      if (y[4 * r + k] != (is_best ? 1.0 : 0.0)) ++wrong;
      counts[k] += y[4 * r + k];
    }
  }
  CHECK(wrong == 0);
  double total = 0.0;
  for (const double logit : row) total += std::exp(logit);
  double chi_square = 0.0;
  for (std::size_t k = 0; k < 4; ++k) {
    const double expected = static_cast<double>(rows) * std::exp(row[k]) / total;
    chi_square += (counts[k] - expected) * (counts[k] - expected) / expected;
  }
  CHECK(chi_square < 16.27);  // 99.9 % of the chi-square distribution with 3 degrees of freedom
}

STARLING_BACKEND_CASE("the adjoint of draws from several classes is the transpose of their derivative") {
  const std::int64_t rows = 90001;
  const std::int64_t columns = 12;
  const std::vector<double> logits = spread(rows * columns, 9);
  const std::vector<double> d_logits = spread(rows * columns, 10);
  const std::vector<double> y_adj = spread(rows * columns, 11);
  const Classes<double> plain_case{rows, columns, logits, {}, 0.7};
  const Classes<starling::Dual<double>> dual_case{rows, columns, duals<double>(logits, d_logits), {}, 0.7};
  const auto hard = draw(exec, dual_case, Relaxation::hard);
  CHECK(values_of(hard) == draw(exec, plain_case, Relaxation::hard));
  CHECK(tangents_of(hard) == tangents_of(draw(exec, dual_case, Relaxation::soft)));
  const auto logits_adj = adjoint(exec, plain_case, y_adj, GradientMode::overwrite);
  CHECK(relative_gap(dot(y_adj, tangents_of(hard)), dot(logits_adj, d_logits)) < 1e-12);
  const auto added = adjoint(exec, plain_case, y_adj, GradientMode::accumulate);
  for (std::size_t i = 0; i < 100; ++i) CHECK(added[i] == 1.0 + logits_adj[i]);
}

TEST_CASE("relaxed draws are the same for any number of threads, and NaN stays NaN") {
  const Classes<double> c{9001, 5, spread(9001 * 5, 12), {}, 0.5};
  const std::vector<double> one = draw(Exec::cpu(1), c, Relaxation::soft);
  for (const int threads : {2, 3, 7}) CHECK(draw(Exec::cpu(threads), c, Relaxation::soft) == one);
  const std::vector<double> broken =
      draw(Exec::cpu(1), Classes<double>{1, 2, {1.0, std::nan("")}, {}, 0.5}, Relaxation::hard);
  CHECK(std::isnan(broken[0]));
  CHECK(std::isnan(draw(Exec::cpu(1), TwoClasses<double>{{std::nan("")}, {}, 0.5}, Relaxation::hard)[0]));
}

TEST_SUITE_END();
