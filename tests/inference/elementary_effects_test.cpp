#include <cmath>
#include <set>

#include <doctest/doctest.h>

#include <starling/core/error.hpp>
#include <starling/core/random.hpp>
#include <starling/inference/elementary_effects.hpp>

#include "../support/rowwise.hpp"

TEST_SUITE_BEGIN("inference");

namespace {

using namespace starling;
using test::rowwise;

}  // namespace

TEST_CASE("elementary effects of a linear function are its coefficients, exactly") {
  const auto linear = [](const double* x) { return 3.0 + 2.0 * x[0] - 5.0 * x[1] + 0.25 * x[2]; };
  const ElementaryEffects effects = elementary_effects(rowwise(4, linear), 4, {});
  const double coefficients[4] = {2.0, -5.0, 0.25, 0.0};
  for (std::size_t d = 0; d < 4; ++d) {
    CAPTURE(d);
    CHECK(effects.effect[d].mean == doctest::Approx(coefficients[d]).epsilon(1e-12));
    CHECK(effects.absolute_effect[d].mean == doctest::Approx(std::abs(coefficients[d])).epsilon(1e-12));
    CHECK(effects.effect[d].standard_error < 1e-12);
    CHECK(effects.sd[d] < 1e-12);
  }
}

TEST_CASE("sigma is the spread that a product's other factor has over the grid") {
  const auto product = [](const double* x) { return x[0] * x[1]; };
  ElementaryEffectSettings settings;
  settings.trajectories = 4000;
  const ElementaryEffects effects = elementary_effects(rowwise(2, product), 2, settings);
  const double grid_sd = std::sqrt((1.0 - 1.0 / 64.0) / 12.0);
  for (std::size_t d = 0; d < 2; ++d) {
    CHECK(std::abs(effects.effect[d].mean - 0.5) < 4.0 * effects.effect[d].standard_error);
    CHECK(effects.sd[d] == doctest::Approx(grid_sd).epsilon(0.03));
  }
}

TEST_CASE("effects of both signs cancel in mu and not in mu*") {
  const auto parabola = [](const double* x) { return 8.0 * (x[0] - 0.5) * (x[0] - 0.5); };
  ElementaryEffectSettings settings;
  settings.trajectories = 1000;
  const ElementaryEffects effects = elementary_effects(rowwise(1, parabola), 1, settings);
  CHECK(std::abs(effects.effect[0].mean) < 4.0 * effects.effect[0].standard_error);
  CHECK(effects.absolute_effect[0].mean > 1.0);
}

TEST_CASE("trajectories stay on a grid without its ends, so that normal priors give finite effects") {
  std::set<double> seen;
  const NoisyFunction function = [&](std::span<const double> points, std::uint64_t) {
    seen.insert(points.begin(), points.end());
    return std::vector<double>(points.begin(), points.end());
  };
  ElementaryEffectSettings settings;
  settings.levels = 4;
  (void)elementary_effects(function, 1, settings);
  CHECK(seen == std::set<double>{0.125, 0.375, 0.625, 0.875});
  const ElementaryEffects effects = elementary_effects(function, Prior::normal({10.0}, {2.0}), {});
  CHECK(effects.effect[0].mean > 2.0);
  CHECK(effects.effect[0].mean < 10.0);
}

TEST_CASE("noise that adds to the output cancels from elementary effects") {
  const NoisyFunction function = [](std::span<const double> points, std::uint64_t noise) {
    std::vector<double> outputs;
    for (std::size_t i = 0; i < points.size(); ++i)
      outputs.push_back(
          3.0 * points[i] +
          100.0 * normal_double(random_word(noise, static_cast<std::uint32_t>(i), 0, 0, Draw::test)));
    return outputs;
  };
  const ElementaryEffects effects = elementary_effects(function, 1, {});
  CHECK(effects.effect[0].mean == doctest::Approx(3.0).epsilon(1e-10));
  CHECK(effects.sd[0] < 1e-10);
}

TEST_CASE("elementary effects refuse one trajectory and odd grids") {
  const auto first = [](const double* x) { return x[0]; };
  CHECK_THROWS_WITH_AS(elementary_effects(rowwise(1, first), 1, {.trajectories = 1}),
                       doctest::Contains("trajectories = 1"), InputError);
  CHECK_THROWS_WITH_AS(elementary_effects(rowwise(1, first), 1, {.levels = 5}),
                       doctest::Contains("levels = 5"), InputError);
}

TEST_SUITE_END();
