#include <fstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <starling/autodiff/autodiff.hpp>
#include <starling/autodiff/random.hpp>
#include <starling/autodiff/slicing.hpp>
#include <starling/core/error.hpp>

#include "../support/backends.hpp"
#include "../support/dual_values.hpp"
#include "../support/hessian_product.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("autodiff");

using namespace starling;
using namespace starling::test;

namespace {

using Arguments = std::span<const Var<double>>;
constexpr RandomStream kStream{.seed = 51};

void check(const Exec& exec, const TapeFunction& function, std::vector<HostArray> arguments,
           double relative_step = kDifferenceStep) {
  const GradientCheck worst = check_gradient(exec, function, arguments, relative_step);
  INFO(to_string(worst));
  CHECK(worst.worst_relative_error < 1e-7);
}

/// Gradient of the sum of a result.
std::vector<double> gradient_of_sum(const Exec& exec, const TapeFunction& function, const HostArray& x) {
  const auto summed = [&](Tape<double>& tape, Arguments arguments) { return sum(function(tape, arguments)); };
  return gradient(exec, summed, {&x, 1}).gradient[0];
}

}  // namespace

STARLING_BACKEND_CASE("random constants have their shape, no gradient, and other values in other streams") {
  Tape<float> tape(exec);
  const Shape shape{3, 257};
  for (const auto& draw :
       {&uniform<float>, &standard_normal<float>, &standard_logistic<float>, &standard_gumbel<float>}) {
    const auto x = draw(tape, shape, kStream);
    CHECK(x.shape() == shape);
    CHECK_FALSE(x.differentiated());
    CHECK(draw(tape, shape, kStream).value() == x.value());
    CHECK(draw(tape, shape, {.seed = 51, .step = 1}).value() != x.value());
    CHECK(draw(tape, {0}, kStream).value().empty());
  }
}

STARLING_BACKEND_CASE("gradients of soft relaxed draws equal finite differences, with noise given or drawn") {
  for (const std::int64_t n : {0, 1, 33, 257}) {
    const HostArray p{{n}, spread(n, 1, 0.1, 0.9)};
    check(exec,
          [](Tape<double>&, Arguments x) {
            return bernoulli_gumbel_softmax(x[0], 0.7, Relaxation::soft, kStream);
          },
          {p});
    check(exec,
          [n](Tape<double>& tape, Arguments x) {
            const auto noise = standard_logistic(tape, {n}, kStream);
            return square(bernoulli_gumbel_softmax_with_noise(x[0], 0.7, Relaxation::soft, noise)) + x[0];
          },
          {p});
    const HostArray logits{{n, 3}, spread(n * 3, 2)};
    check(exec,
          [](Tape<double>&, Arguments x) {
            return square(categorical_gumbel_softmax(x[0], 0.7, Relaxation::soft, kStream));
          },
          {logits});
    check(exec,
          [n](Tape<double>& tape, Arguments x) {
            const auto noise = standard_gumbel(tape, {n, 3}, kStream);
            return square(categorical_gumbel_softmax_with_noise(x[0], 0.7, Relaxation::soft, noise)) + x[0];
          },
          {logits});
  }
}

STARLING_BACKEND_CASE("hard relaxed draws are 0 or 1 and have the gradient of the soft ones") {
  const HostArray p{{257}, spread(257, 3, 0.05, 0.95)};
  const HostArray logits{{33, 4}, spread(132, 4)};
  const auto weights = spread(257, 5);
  const auto two = [&](Relaxation relaxation) {
    return gradient_of_sum(
        exec,
        [&, relaxation](Tape<double>& tape, Arguments x) {
          return bernoulli_gumbel_softmax(x[0], 0.2, relaxation, kStream) * tape.constant({257}, weights);
        },
        p);
  };
  CHECK(two(Relaxation::hard) == two(Relaxation::soft));
  const auto several = [&](Relaxation relaxation) {
    return gradient_of_sum(
        exec,
        [&, relaxation](Tape<double>& tape, Arguments x) {
          return categorical_gumbel_softmax(x[0], 0.2, relaxation, kStream) *
                 tape.constant({33, 4}, {weights.data(), 132});
        },
        logits);
  };
  CHECK(several(Relaxation::hard) == several(Relaxation::soft));
  Tape<double> tape(exec);
  for (const double y :
       bernoulli_gumbel_softmax(tape.constant(p.shape, p.values), 0.2, Relaxation::hard, kStream).value())
    CHECK((y == 0.0 || y == 1.0));
  const auto hard =
      categorical_gumbel_softmax(tape.constant(logits.shape, logits.values), 0.2, Relaxation::hard, kStream);
  CHECK(sum(hard, 1).value() == std::vector<double>(33, 1.0));
  CHECK(sum(square(hard), 1).value() == std::vector<double>(33, 1.0));
}

STARLING_BACKEND_CASE("second derivatives of soft relaxed draws equal differences of their gradients") {
  const auto two = [](auto&, auto p) {
    return sum(square(bernoulli_gumbel_softmax(p[0], 0.7, Relaxation::soft, kStream)));
  };
  CHECK(worst_hessian_difference(exec, two, {{33}, spread(33, 6, 0.2, 0.8)}) < 1e-6);
  const auto several = [](auto&, auto logits) {
    return sum(square(categorical_gumbel_softmax(logits[0], 0.7, Relaxation::soft, kStream)));
  };
  CHECK(worst_hessian_difference(exec, several, {{9, 4}, spread(36, 7)}) < 1e-8);
}

STARLING_BACKEND_CASE("the gradient of a straight-through Bernoulli draw is passed on as it is") {
  const HostArray p{{257}, spread(257, 8, 0.0, 1.0)};
  const auto weights = spread(257, 9);
  CHECK(gradient_of_sum(
            exec,
            [&](Tape<double>& tape, Arguments x) {
              return bernoulli_straight_through(x[0], kStream) * tape.constant({257}, weights);
            },
            p) == weights);
  Tape<double> tape(exec);
  const auto x = tape.variable(p.shape, p.values);
  const auto u = uniform(tape, {257}, kStream);
  const auto y = bernoulli_straight_through_with_noise(x, u);
  CHECK(y.value() == bernoulli_straight_through(x, kStream).value());
  tape.backward(sum(y) + sum(x));
  CHECK(x.adjoint() == std::vector<double>(257, 2.0));
}

STARLING_BACKEND_CASE("the gradient of gamma draws is the slope of the quantile at the level drawn") {
  // The mean of y is alpha, so that of its slope is 1.
  const std::int64_t n = 200000;
  for (const double alpha : {0.3, 1.0, 6.0}) {
    const auto slopes = gradient_of_sum(exec, [](Tape<double>&, Arguments x) { return gamma(x[0], kStream); },
                                        {{n}, std::vector<double>(n, alpha)});
    double mean = 0.0;
    double square_mean = 0.0;
    for (const double slope : slopes) {
      mean += slope / static_cast<double>(n);
      square_mean += slope * slope / static_cast<double>(n);
    }
    CHECK(std::abs(mean - 1.0) < 4.0 * std::sqrt((square_mean - mean * mean) / static_cast<double>(n)));
  }
}

STARLING_BACKEND_CASE(
    "on Dual numbers gamma draws carry the slope, and their adjoint takes it for a constant") {
  using Number = starling::Dual<double>;
  const std::vector<double> alpha = spread(33, 10, 0.2, 5.0);
  Tape<Number> tape(exec);
  const auto x = tape.variable({33}, duals<double>(alpha, std::vector<double>(33, 1.0)));
  const auto y = gamma(x, kStream);
  tape.backward(sum(square(y)));
  const auto slopes =
      gradient_of_sum(exec, [](Tape<double>&, Arguments a) { return gamma(a[0], kStream); }, {{33}, alpha});
  CHECK(worst_difference(tangents_of(y.value()), slopes) < 1e-13);
  std::vector<double> expected;
  for (const double slope : slopes) expected.push_back(2.0 * slope * slope);
  CHECK(worst_difference(tangents_of(x.adjoint()), expected) < 1e-12);
}

STARLING_BACKEND_CASE(
    "a random walk of hard Gumbel-Softmax steps equals the published peer's, with its gradient") {
  std::ifstream file(std::string(STARLING_SOURCE_DIR) + "/tests/golden/random_walk_gumbel.json");
  REQUIRE(file.good());
  const nlohmann::json golden = nlohmann::json::parse(file);
  const auto steps = golden.at("gumbel").size();
  Tape<double> tape(exec);
  const auto theta = tape.variable({1}, golden.at("theta").get<std::vector<double>>());
  const auto p = sigmoid(theta);
  const auto log_p = log(p);
  const auto log_q = log(1.0 - p);
  auto by_classes = tape.constant({1}, std::vector<double>{0.0});
  auto by_two = by_classes;
  for (std::size_t t = 0; t < steps; ++t) {
    const double up = golden.at("gumbel")[t][0][0];
    const double down = golden.at("gumbel")[t][1][0];
    const auto logits = concatenate({log_p, log_q}, 0);
    const auto classes = categorical_gumbel_softmax_with_noise(
        logits, 0.1, Relaxation::hard, tape.constant({2}, std::vector<double>{up, down}));
    by_classes = by_classes + slice(classes, 0, 0, 1) - slice(classes, 0, 1, 1);
    const auto y = bernoulli_gumbel_softmax_with_noise(p, 0.1, Relaxation::hard,
                                                       tape.constant({1}, std::vector<double>{up - down}));
    by_two = by_two + y * 2.0 - 1.0;
    const double x = golden.at("x")[t + 1];
    const double slope = golden.at("jacobian")[t + 1][0];
    CHECK(by_classes.scalar() == x);
    CHECK(by_two.scalar() == x);
    tape.backward(by_classes);
    CHECK(theta.adjoint()[0] == doctest::Approx(slope).epsilon(1e-9));
    tape.backward(by_two);
    CHECK(theta.adjoint()[0] == doctest::Approx(slope).epsilon(1e-9));
  }
}

TEST_CASE("noise that is differentiated or of another shape and temperatures of none are refused") {
  Tape<double> tape(Exec::cpu(1));
  const auto p = tape.variable({2}, std::vector<double>{0.2, 0.3});
  const auto noise = tape.constant({3}, std::vector<double>{0, 0, 0});
  CHECK_THROWS_AS(bernoulli_gumbel_softmax_with_noise(p, 0.1, Relaxation::soft, noise), InputError);
  CHECK_THROWS_AS(bernoulli_gumbel_softmax_with_noise(p, 0.1, Relaxation::soft, p), InputError);
  CHECK_THROWS_AS(bernoulli_straight_through_with_noise(p, p), InputError);
  CHECK_THROWS_AS(bernoulli_gumbel_softmax(p, 0.0, Relaxation::soft, kStream), InputError);
  CHECK_THROWS_AS(categorical_gumbel_softmax(tape.constant(1.0), 0.1, Relaxation::soft, kStream), InputError);
}

TEST_SUITE_END();
