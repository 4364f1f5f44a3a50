#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

#include <starling/core/error.hpp>
#include <starling/core/random.hpp>
#include <starling/inference/sobol_indices.hpp>

TEST_SUITE_BEGIN("inference");

namespace {

using namespace starling;

/// Ishigami's function with a = 7 and b = 0.1 of a point of the unit cube.
double ishigami(const double* x) {
  const auto angle = [&](int d) { return std::numbers::pi * (2.0 * x[d] - 1.0); };
  return std::sin(angle(0)) + 7.0 * std::pow(std::sin(angle(1)), 2) +
         0.1 * std::pow(angle(2), 4) * std::sin(angle(0));
}

const double kG[4] = {0.0, 1.0, 4.5, 9.0};

/// Sobol's g-function.
double g_function(const double* x) {
  double product = 1.0;
  for (int d = 0; d < 4; ++d) product *= (std::abs(4.0 * x[d] - 2.0) + kG[d]) / (1.0 + kG[d]);
  return product;
}

template <class Function>
NoisyFunction rowwise(int dimensions, const Function& function) {
  return [=](std::span<const double> points, std::uint64_t) {
    std::vector<double> outputs;
    for (std::size_t i = 0; i < points.size(); i += static_cast<std::size_t>(dimensions))
      outputs.push_back(function(&points[i]));
    return outputs;
  };
}

/// Variance that the g-function's input explains alone.
double g_part(int d) {
  return 1.0 / (3.0 * std::pow(1.0 + kG[d], 2));
}

double g_product() {
  double product = 1.0;
  for (int d = 0; d < 4; ++d) product *= 1.0 + g_part(d);
  return product;
}

double g_total(int d) {
  return g_part(d) * g_product() / (1.0 + g_part(d)) / (g_product() - 1.0);
}

double noise_of(std::uint64_t noise, std::size_t row) {
  return normal_double(random_word(noise, static_cast<std::uint32_t>(row), 0, 0, Draw::test));
}

}  // namespace

TEST_CASE("Sobol indices of Ishigami's function are within 0.01 of the formula at 2^14 rows") {
  const double pi_4 = std::pow(std::numbers::pi, 4);
  const double part_1 = 0.5 * std::pow(1.0 + 0.1 * pi_4 / 5.0, 2);
  const double part_2 = 49.0 / 8.0;
  const double part_13 = 8.0 * 0.01 * pi_4 * pi_4 / 225.0;
  const double variance = part_1 + part_2 + part_13;
  SobolIndexSettings settings;
  settings.rows = 1 << 14;
  settings.rows_per_call = 1 << 14;
  settings.bootstrap_samples = 0;
  for (const std::uint64_t seed : {1ULL, 2ULL, 3ULL}) {
    CAPTURE(seed);
    settings.seed = seed;
    const SobolIndices indices = sobol_indices(rowwise(3, ishigami), 3, settings);
    CHECK(indices.mean[0] == doctest::Approx(3.5).epsilon(0.001));
    CHECK(indices.variance[0] == doctest::Approx(variance).epsilon(0.005));
    const double first[3] = {part_1 / variance, part_2 / variance, 0.0};
    const double total[3] = {(part_1 + part_13) / variance, part_2 / variance, part_13 / variance};
    for (std::size_t d = 0; d < 3; ++d) {
      CAPTURE(d);
      CHECK(std::abs(indices.first[d].value - first[d]) < 0.01);
      CHECK(std::abs(indices.total[d].value - total[d]) < 0.01);
    }
  }
}

TEST_CASE("Sobol indices of the g-function are its formula's, and inside the bootstrap intervals") {
  SobolIndexSettings settings;
  settings.rows = 4096;
  int inside = 0;
  for (const std::uint64_t seed : {1ULL, 2ULL, 3ULL, 4ULL, 5ULL}) {
    settings.seed = seed;
    const SobolIndices indices = sobol_indices(rowwise(4, g_function), 4, settings);
    for (int d = 0; d < 4; ++d) {
      CAPTURE(d);
      const IndexEstimate& first = indices.first[indices.place(d, 0)];
      const IndexEstimate& total = indices.total[indices.place(d, 0)];
      CHECK(std::abs(first.value - g_part(d) / (g_product() - 1.0)) < 0.02);
      CHECK(std::abs(total.value - g_total(d)) < 0.02);
      CHECK(first.low < first.value);
      CHECK(first.value < first.high);
      inside += total.low <= g_total(d) && g_total(d) <= total.high ? 1 : 0;
    }
  }
  CHECK(inside >= 18);
}

TEST_CASE("bootstrap intervals halve with four times the rows") {
  SobolIndexSettings settings;
  const auto width = [&](int rows) {
    settings.rows = rows;
    const IndexEstimate total = sobol_indices(rowwise(4, g_function), 4, settings).total[0];
    return total.high - total.low;
  };
  const double ratio = width(512) / width(2048);
  CHECK(ratio > 1.6);
  CHECK(ratio < 2.5);
}

TEST_CASE("each input of a linear function explains its share of the variance, for several outputs at once") {
  const Prior prior({MarginalPrior::parse("normal(1, 2)"), MarginalPrior::parse("uniform(0, 6)"),
                     MarginalPrior::parse("exponential(0.5)")});
  const NoisyFunction function = [](std::span<const double> theta, std::uint64_t) {
    std::vector<double> outputs;
    for (std::size_t i = 0; i < theta.size(); i += 3) {
      outputs.push_back(theta[i] + theta[i + 1] - theta[i + 2]);
      outputs.push_back(100.0 + 2.0 * theta[i + 1]);
      outputs.push_back(5.0);
    }
    return outputs;
  };
  SobolIndexSettings settings;
  settings.rows = 8192;
  settings.bootstrap_samples = 10;
  const SobolIndices indices = sobol_indices(function, prior, settings);
  CHECK(indices.outputs == 3);
  const double variances[3] = {4.0, 3.0, 4.0};
  for (int d = 0; d < 3; ++d) {
    const IndexEstimate& first = indices.first[indices.place(d, 0)];
    const IndexEstimate& total = indices.total[indices.place(d, 0)];
    CHECK(std::abs(first.value - variances[d] / 11.0) < 0.015);
    CHECK(std::abs(total.value - variances[d] / 11.0) < 0.015);
    const double alone = d == 1 ? 1.0 : 0.0;
    CHECK(std::abs(indices.first[indices.place(d, 1)].value - alone) < 1e-3);
    CHECK(std::abs(indices.total[indices.place(d, 1)].value - alone) < 1e-3);
    CHECK(std::isnan(indices.first[indices.place(d, 2)].value));
    CHECK(std::isnan(indices.total[indices.place(d, 2)].value));
  }
}

TEST_CASE("noise is told apart as one more input, alone and where it acts together with parameters") {
  const Prior prior = Prior::normal({0.0, 0.0}, {1.0, 1.0});
  // x + 2 e + x e + y / 2: of the variance 6.25 x explains 1, noise 4, both together 1, y 0.25.
  const NoisyFunction function = [](std::span<const double> theta, std::uint64_t noise) {
    std::vector<double> outputs;
    for (std::size_t i = 0; i < theta.size(); i += 2) {
      const double e = noise_of(noise, i / 2);
      outputs.push_back(theta[i] + 2.0 * e + theta[i] * e + 0.5 * theta[i + 1]);
    }
    return outputs;
  };
  SobolIndexSettings settings;
  settings.rows = 1 << 14;
  settings.noise_is_input = true;
  settings.bootstrap_samples = 0;
  const SobolIndices indices = sobol_indices(function, prior, settings);
  REQUIRE(indices.inputs == 3);
  const double first[3] = {1.0, 0.25, 4.0};
  const double total[3] = {2.0, 0.25, 5.0};
  for (std::size_t i = 0; i < 3; ++i) {
    CAPTURE(i);
    CHECK(std::abs(indices.first[i].value - first[i] / 6.25) < 0.03);
    CHECK(std::abs(indices.total[i].value - total[i] / 6.25) < 0.03);
  }
}

TEST_CASE("settings out of range and outputs that are not finite are refused") {
  SobolIndexSettings settings;
  settings.rows = 100;
  CHECK_THROWS_WITH_AS(sobol_indices(rowwise(3, ishigami), 3, settings), doctest::Contains("rows = 100"),
                       InputError);
  settings.rows = 64;
  CHECK_THROWS_WITH_AS(sobol_indices(rowwise(3, ishigami), 33, settings),
                       doctest::Contains("dimensions = 33"), InputError);
  const auto broken = [](const double* x) { return std::log(x[0] - 0.5); };
  CHECK_THROWS_AS(sobol_indices(rowwise(1, broken), 1, settings), NonFiniteError);
}

TEST_SUITE_END();
