#include <doctest/doctest.h>

#include <starling/core/buffer.hpp>
#include <starling/kernels/bernoulli_draws.hpp>
#include <starling/kernels/random_draws_math.hpp>

#include "../support/backends.hpp"
#include "../support/dual_values.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("kernels");

using namespace starling;
using namespace starling::test;

namespace {

constexpr RandomStream kStream{.seed = 20, .step = 3};
constexpr Distribution kDistributions[] = {Distribution::uniform, Distribution::normal,
                                           Distribution::logistic, Distribution::gumbel};

template <class Real>
std::vector<Real> draws(const Exec& exec, Distribution distribution, std::int64_t n,
                        const RandomStream& stream = kStream) {
  Buffer<Real> y(exec, n);
  kernels::random_draws<Real>(exec, {n, distribution, stream, y.data()});
  return y.download();
}

/// The distribution function and its complement.
struct Tails {
  long double lower;
  long double upper;
};
Tails tails_at(Distribution distribution, long double x) {
  switch (distribution) {
    case Distribution::uniform:
      return {x, 1.0L - x};
    case Distribution::normal:
      return {std::erfc(-x / std::sqrt(2.0L)) / 2.0L, std::erfc(x / std::sqrt(2.0L)) / 2.0L};
    case Distribution::logistic:
      return {1.0L / (1.0L + std::exp(-x)), 1.0L / (1.0L + std::exp(x))};
    case Distribution::gumbel:
      break;
  }
  return {std::exp(-std::exp(-x)), -std::expm1(-std::exp(-x))};
}

/// The level of element i, straight from its 64 bits.
Tails level_of(std::int64_t i) {
  const RandomWords words = random_words(kStream, static_cast<std::uint32_t>(i), 0);
  const auto fraction = [](std::uint32_t high, std::uint32_t low) {
    return (std::ldexp(static_cast<long double>(high), 32) + low + 0.5L) * 0x1p-64L;
  };
  return {fraction(words.word[0], words.word[1]), fraction(~words.word[0], ~words.word[1])};
}

/// Chi-square of counts in equal cells of (0, 1), less its mean, in standard deviations.
double chi_square_excess(const std::vector<double>& levels, std::size_t cells) {
  std::vector<double> counts(cells, 0.0);
  for (const double level : levels)
    counts[std::min(cells - 1, static_cast<std::size_t>(level * static_cast<double>(cells)))] += 1.0;
  const double expected = static_cast<double>(levels.size()) / static_cast<double>(cells);
  double sum = 0.0;
  for (const double count : counts) sum += (count - expected) * (count - expected) / expected;
  const double degrees = static_cast<double>(cells) - 1.0;
  return (sum - degrees) / std::sqrt(2.0 * degrees);
}

std::vector<double> bernoulli(const Exec& exec, const std::vector<double>& p, const double* uniforms,
                              const RandomStream& stream = kStream) {
  const Buffer<double> p_device(exec, p);
  Buffer<double> y(exec, p_device.size());
  kernels::bernoulli_draws<double>(exec, {p_device.size(), stream, uniforms, p_device.data(), y.data()});
  return y.download();
}

}  // namespace

STARLING_BACKEND_CASE("a draw is the quantile at the level its 64 bits say, in both tails, at all sizes") {
  for (const Distribution distribution : kDistributions) {
    for (const std::int64_t n : kSizes) {
      const std::vector<double> y = draws<double>(exec, distribution, n);
      const std::vector<float> y_float = draws<float>(exec, distribution, n);
      const auto y_dual = draws<starling::Dual<double>>(exec, distribution, n);
      CHECK(values_of(y_dual) == y);
      CHECK(tangents_of(y_dual) == std::vector<double>(y.size(), 0.0));
      for (std::int64_t i = 0; i < n; ++i) {
        const auto at = static_cast<std::size_t>(i);
        const Tails expected = level_of(i);
        const Tails tails = tails_at(distribution, y[at]);
        CHECK(std::abs(static_cast<double>(tails.lower / expected.lower - 1.0L)) < 1e-13);
        CHECK(std::abs(static_cast<double>(tails.upper / expected.upper - 1.0L)) < 1e-13);
        CHECK(y_float[at] == static_cast<float>(y[at]));
      }
    }
  }
}

TEST_CASE("no draw is infinite, and no uniform number 0 or 1, at the ends of the words") {
  for (const std::uint32_t word : {0U, 0xffffffffU}) {
    const TailedUniform u = tailed_uniform(word, word);
    CHECK(u.tail == 0x1p-65);
    CHECK(uniform_value<float>(u) > 0.0F);
    CHECK(uniform_value<float>(u) < 1.0F);
    CHECK(uniform_value<double>(u) > 0.0);
    CHECK(uniform_value<double>(u) < 1.0);
    for (const double x : {normal_value(u), logistic_value(u), gumbel_value(u)}) CHECK(std::abs(x) < 50.0);
  }
  CHECK(logistic_value(tailed_uniform(0, 0)) == -logistic_value(tailed_uniform(0xffffffffU, 0xffffffffU)));
}

STARLING_BACKEND_CASE("a million draws fill their distribution evenly") {
  for (const Distribution distribution : kDistributions) {
    std::vector<double> levels;
    for (const double y : draws<double>(exec, distribution, 1000003))
      levels.push_back(static_cast<double>(tails_at(distribution, y).lower));
    CHECK(std::abs(chi_square_excess(levels, 100)) < 4.0);
  }
}

TEST_CASE("draws are the same for any number of threads and differ between steps, seeds and purposes") {
  const auto one = draws<float>(Exec::cpu(1), Distribution::normal, 100000);
  for (const int threads : {2, 3, 7})
    CHECK(draws<float>(Exec::cpu(threads), Distribution::normal, 100000) == one);
  const RandomStream others[] = {{.seed = 20, .step = 4}, {.seed = 21, .step = 3}, {20, 3, Draw::test}};
  for (const RandomStream& other : others)
    CHECK(draws<float>(Exec::cpu(1), Distribution::normal, 100000, other) != one);
}

STARLING_BACKEND_CASE("Bernoulli draws are 1 where the uniform number is below p") {
  for (const std::int64_t n : kSizes) {
    const std::vector<double> p = spread(n, 1, -0.1, 1.1);
    const std::vector<double> u = draws<double>(Exec::cpu(1), Distribution::uniform, n);
    const Buffer<double> u_device(exec, u);
    const std::vector<double> y = bernoulli(exec, p, nullptr);
    CHECK(bernoulli(exec, p, u_device.data()) == y);
    for (std::size_t i = 0; i < p.size(); ++i) CHECK(y[i] == (u[i] < p[i] ? 1.0 : 0.0));
  }
  CHECK(std::isnan(bernoulli(exec, {std::nan("")}, nullptr)[0]));
}

STARLING_BACKEND_CASE("Bernoulli draws come as often as p says") {
  for (const double p : {1e-4, 0.03, 0.5, 0.999}) {
    const double n = 1e6;
    double ones = 0.0;
    for (const double y : bernoulli(exec, std::vector<double>(1000000, p), nullptr)) ones += y;
    CHECK(std::abs(ones - n * p) < 4.0 * std::sqrt(n * p * (1.0 - p)));
  }
}

STARLING_BACKEND_CASE("Bernoulli draws carry the derivative of p") {
  const std::vector<double> p = spread(257, 2, 0.0, 1.0);
  const std::vector<double> tangent = spread(257, 3);
  const Buffer<starling::Dual<double>> p_device(exec, duals<double>(p, tangent));
  Buffer<starling::Dual<double>> y(exec, 257);
  kernels::bernoulli_draws<starling::Dual<double>>(exec, {257, kStream, nullptr, p_device.data(), y.data()});
  CHECK(values_of(y.download()) == bernoulli(exec, p, nullptr));
  CHECK(tangents_of(y.download()) == tangent);
}

TEST_SUITE_END();
