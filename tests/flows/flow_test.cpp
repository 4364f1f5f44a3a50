#include <algorithm>
#include <numbers>

#include <doctest/doctest.h>

#include <starling/autodiff/autodiff.hpp>
#include <starling/core/error.hpp>
#include <starling/flows/flow.hpp>
#include <starling/kernels/autoregressive_flow_order.hpp>

#include "../support/backends.hpp"
#include "../support/flow_cases.hpp"
#include "../support/flow_oracle.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("flows");

using namespace starling;
using namespace starling::test;

namespace {

constexpr int kDimensions[] = {1, 2, 3, 5, 17};

FlowSettings settings_of(int dimensions, Activation activation = Activation::tanh) {
  FlowSettings settings;
  settings.layers = 3;
  settings.conditioner = {
      .dimensions = dimensions, .hidden = 19, .blocks = 1, .residual = true, .activation = activation};
  settings.initial_location = spread(dimensions, 21);
  settings.initial_scale = spread(dimensions, 22, 0.5, 2.0);
  return settings;
}

double log_normal(double x, double location, double scale) {
  const double z = (x - location) / scale;
  return -0.5 * z * z - std::log(scale) - 0.5 * std::log(2.0 * std::numbers::pi);
}

/// log |det| by Gaussian elimination with partial pivoting.
double log_abs_determinant(std::vector<double> a, std::size_t n) {
  double log_det = 0.0;
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    for (std::size_t r = k + 1; r < n; ++r)
      if (std::abs(a[r * n + k]) > std::abs(a[pivot * n + k])) pivot = r;
    for (std::size_t c = 0; c < n; ++c) std::swap(a[k * n + c], a[pivot * n + c]);
    log_det += std::log(std::abs(a[k * n + k]));
    for (std::size_t r = k + 1; r < n; ++r) {
      const double factor = a[r * n + k] / a[k * n + k];
      for (std::size_t c = k; c < n; ++c) a[r * n + c] -= factor * a[k * n + c];
    }
  }
  return log_det;
}

}  // namespace

TEST_CASE("sorted by degree, hidden units and outputs read just what the published masks let them") {
  for (const int dimensions : kDimensions) {
    for (const int hidden : {16, 17, 19, 35}) {
      const UnitOrder order(dimensions, hidden);
      const std::vector<int> degrees = hidden_degrees(dimensions, hidden);
      std::vector<int> sorted;
      for (int k = 0; k < hidden; ++k) sorted.push_back(degrees[static_cast<std::size_t>(order.unit_at(k))]);
      REQUIRE(std::ranges::is_sorted(sorted));
      int next = 0;
      for (int b = 0; b < order.block_count(); ++b) {
        const UnitBlock block = order.block(b);
        CHECK(block.first == next);
        CHECK(block.count >= 1);
        CHECK(block.count <= kUnitBlock);
        for (int k = block.first; k < block.first + block.count; ++k) {
          const int degree = sorted[static_cast<std::size_t>(k)];
          CHECK(block.class_first == std::ranges::lower_bound(sorted, degree) - sorted.begin());
          CHECK(block.class_end == std::ranges::upper_bound(sorted, degree) - sorted.begin());
          CHECK(order.dimensions_read_by(block.unit_class) == degree);
        }
        next = block.first + block.count;
      }
      CHECK(next == hidden);
      for (int i = 0; i < dimensions; ++i)
        CHECK(order.units_read_by(i) == std::ranges::lower_bound(sorted, i + 1) - sorted.begin());
    }
  }
}

TEST_CASE("a dimension of a layer's result depends on itself and the dimensions before it, on no other") {
  for (const int dimensions : kDimensions) {
    FlowSettings settings = settings_of(dimensions);
    settings.layers = 1;
    const Flow flow(settings);
    const auto d = static_cast<std::size_t>(dimensions);
    const TapeFunction theta = [&](Tape<double>& tape, std::span<const Var<double>> x) {
      return flow.sample(tape, tape.constant({flow.parameter_count()}, moved_parameters(flow)), x[0]).theta;
    };
    const HostArray x{{1, dimensions}, spread(dimensions, 25)};
    const std::vector<double> jacobian = starling::jacobian(Exec::cpu(1), theta, {&x, 1}, 0);
    for (std::size_t o = 0; o < d; ++o) {
      for (std::size_t i = 0; i < d; ++i) {
        if (i > o) CHECK(jacobian[o * d + i] == 0.0);
        if (i <= o) CHECK(jacobian[o * d + i] != 0.0);
      }
    }
  }
}

STARLING_BACKEND_CASE("a new flow is exactly the normal distribution it was given") {
  for (const int dimensions : kDimensions) {
    for (const ScaleKind scale : {ScaleKind::bounded_exponential, ScaleKind::sigmoid_plus}) {
      FlowSettings settings = settings_of(dimensions);
      settings.scale = scale;
      const Flow flow(settings);
      Tape<double> tape(exec);
      const std::vector<double> base = standard_normal_draws(5, Draw::test, 0, 33, dimensions);
      const FlowSampleValues drawn = flow.sample_values(tape, flow.initial_parameters(3), base);
      std::vector<double> expected(33, 0.0);
      for (std::size_t i = 0; i < drawn.theta.size(); ++i) {
        const std::size_t d = i % static_cast<std::size_t>(dimensions);
        expected[i / static_cast<std::size_t>(dimensions)] +=
            log_normal(drawn.theta[i], settings.initial_location[d], settings.initial_scale[d]);
      }
      CHECK(worst_difference(drawn.log_q, expected) < 1e-12);
    }
  }
}

STARLING_BACKEND_CASE("the inverse after the forward map is the identity, and both give the same density") {
  for (const int dimensions : kDimensions) {
    for (const Permutation permutation : {Permutation::none, Permutation::reverse, Permutation::swap}) {
      FlowSettings settings = settings_of(dimensions, Activation::relu);
      settings.permutation = permutation;
      const Flow flow(settings);
      CAPTURE(dimensions);
      Tape<double> tape(exec);
      const std::vector<double> values = moved_parameters(flow);
      const std::vector<double> base = standard_normal_draws(6, Draw::test, 0, 257, dimensions);
      const FlowSampleValues drawn = flow.sample_values(tape, values, base);
      CHECK(worst_difference(flow.log_density_values(tape, values, drawn.theta), drawn.log_q) < 1e-9);
      const Var<double> parameters = tape.constant({flow.parameter_count()}, values);
      const Var<double> back = flow.invert(tape, parameters, tape.constant({257, dimensions}, drawn.theta));
      CHECK(worst_difference(back.value(), base) < 1e-9);
      CHECK(tape.nodes() == 0);
    }
  }
}

TEST_CASE("log q is the base density less the log-determinant of the dense Jacobian") {
  for (const int dimensions : {1, 2, 3, 5}) {
    const Flow flow(settings_of(dimensions));
    const std::vector<double> parameters = moved_parameters(flow);
    Tape<double> tape(Exec::cpu(1));
    const std::vector<double> base = standard_normal_draws(7, Draw::test, 0, 1, dimensions);
    const auto theta = [&](std::span<const double> z) {
      return flow.sample_values(tape, parameters, z).theta;
    };
    const std::vector<double> jacobian = finite_difference_jacobian(theta, base);
    double expected = -log_abs_determinant(jacobian, static_cast<std::size_t>(dimensions));
    for (const double z : base) expected += log_normal(z, 0.0, 1.0);
    CHECK(flow.sample_values(tape, parameters, base).log_q[0] == doctest::Approx(expected).epsilon(1e-8));
  }
}

STARLING_BACKEND_CASE(
    "gradients of samples, of their density and of the density direction equal differences") {
  // The slope of the bounded exponential has a kink at u = 0, which costs differences across it some digits.
  constexpr std::pair<ScaleKind, double> kTolerances[] = {{ScaleKind::sigmoid_plus, 1e-8},
                                                          {ScaleKind::bounded_exponential, 1e-4}};
  for (const auto& [dimensions, kind] : {std::pair{1, 0}, {3, 0}, {1, 1}, {3, 1}}) {
    FlowSettings settings = settings_of(dimensions);
    settings.layers = 2;
    settings.conditioner.hidden = 4;
    settings.scale = kTolerances[kind].first;
    const Flow flow(settings);
    const HostArray parameters{{flow.parameter_count()}, moved_parameters(flow)};
    const HostArray points{{3, dimensions}, spread(3 * dimensions, 26)};
    const TapeFunction theta = [&](Tape<double>& tape, std::span<const Var<double>> v) {
      return flow.sample(tape, v[0], v[1]).theta;
    };
    const TapeFunction log_q = [&](Tape<double>& tape, std::span<const Var<double>> v) {
      return flow.sample(tape, v[0], v[1]).log_q;
    };
    const TapeFunction density = [&](Tape<double>& tape, std::span<const Var<double>> v) {
      return flow.log_density(tape, v[0], v[1]);
    };
    for (const TapeFunction& function : {theta, log_q, density}) {
      const GradientCheck worst = check_gradient(exec, function, std::vector{parameters, points});
      INFO(to_string(worst));
      CHECK(worst.worst_relative_error < kTolerances[kind].second);
    }
  }
}

TEST_CASE("densities in one and two dimensions integrate to 1") {
  constexpr double kEnd = 14.0;
  Tape<double> tape(Exec::cpu(2));
  for (const int dimensions : {1, 2}) {
    FlowSettings settings = settings_of(dimensions);
    settings.initial_location.clear();
    settings.initial_scale.clear();
    const Flow flow(settings);
    const int points = dimensions == 1 ? 4001 : 401;
    const double step = 2 * kEnd / (points - 1);
    std::vector<double> grid;
    for (int i = 0; i < (dimensions == 1 ? 1 : points); ++i) {
      for (int j = 0; j < points; ++j) {
        if (dimensions == 2) grid.push_back(-kEnd + i * step);
        grid.push_back(-kEnd + j * step);
      }
    }
    double integral = 0.0;
    for (const double log_q : flow.log_density_values(tape, moved_parameters(flow), grid))
      integral += std::exp(log_q) * std::pow(step, dimensions);
    CHECK(integral == doctest::Approx(1.0).epsilon(1e-4));
  }
}

TEST_CASE("the flow and its gradient have the same bits for any number of threads") {
  const Flow flow(settings_of(3, Activation::relu));
  const std::vector<double> values = moved_parameters(flow);
  const std::vector<double> base = standard_normal_draws(8, Draw::test, 0, 3000, 3);
  const auto gradient = [&](int threads) {
    Tape<double> tape(Exec::cpu(threads));
    const Var<double> parameters = tape.variable({flow.parameter_count()}, values);
    const FlowSample<double> drawn = flow.sample(tape, parameters, tape.constant({3000, 3}, base));
    tape.backward(mean(drawn.log_q + 0.5 * sum(square(drawn.theta), -1)));
    return parameters.adjoint();
  };
  const std::vector<double> one = gradient(1);
  CHECK(gradient(2) == one);
  CHECK(gradient(5) == one);
}

TEST_CASE("initial parameters depend on the seed, and on nothing else") {
  const Flow flow(settings_of(3));
  CHECK(flow.initial_parameters(1) == flow.initial_parameters(1));
  CHECK(flow.initial_parameters(1) != flow.initial_parameters(2));
}

TEST_CASE("flows refuse settings and shapes out of range") {
  FlowSettings settings = settings_of(3);
  settings.conditioner.hidden = 1;
  CHECK_THROWS_WITH_AS(Flow{settings}, "Conditioner: hidden = 1, expected a number between 2 and 1048576",
                       InputError);
  settings = settings_of(3);
  settings.initial_scale[1] = 0.0;
  CHECK_THROWS_WITH_AS(Flow{settings}, "Flow: initial_scale = 0, expected a positive number", InputError);
  const Flow flow(settings_of(3));
  Tape<double> tape(Exec::cpu(1));
  const Var<double> parameters = tape.constant({flow.parameter_count()}, flow.initial_parameters(1));
  const Var<double> base = tape.constant({1, 2}, std::vector<double>{0.0, 0.0});
  CHECK_THROWS_WITH_AS((void)flow.sample(tape, parameters, base),
                       "Flow::sample: base has shape [1][2], expected [1][3]", InputError);
}

TEST_SUITE_END();
