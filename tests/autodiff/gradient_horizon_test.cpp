#include <doctest/doctest.h>

#include <starling/autodiff/autodiff.hpp>
#include <starling/autodiff/gradient_horizon.hpp>
#include <starling/core/error.hpp>

#include "../support/values.hpp"

TEST_SUITE_BEGIN("autodiff");

using namespace starling;
using namespace starling::test;

namespace {

constexpr double kSlope = 0.8;
constexpr std::int64_t kSteps = 24;

struct Chain {
  Var<double> start, push;
  std::vector<Var<double>> states;  // step 0 … kSteps
};

/// x_t = 0.8 x_{t-1} + push: through k earlier steps, x_t depends on the push by 1 + 0.8 + … + 0.8^k.
Chain run_chain(Tape<double>& tape, GradientHorizon horizon) {
  Chain chain{tape.variable(2.0), tape.variable(0.3), {}};
  Var<double> x = chain.start;
  chain.states.push_back(x);
  for (std::int64_t step = 1; step <= kSteps; ++step) {
    horizon.before_step(step, x);
    x = kSlope * x + chain.push;
    chain.states.push_back(x);
  }
  return chain;
}

double geometric_sum(std::int64_t terms) {
  return (1.0 - std::pow(kSlope, static_cast<double>(terms))) / (1.0 - kSlope);
}

}  // namespace

TEST_CASE("a gradient horizon H lets the gradient through at most H earlier steps") {
  for (const std::int64_t h : {0, 1, 2, 5, 23, 24, 100}) {
    CAPTURE(h);
    Tape<double> tape(Exec::cpu(1));
    const Chain chain = run_chain(tape, GradientHorizon(h));
    for (std::int64_t step = 1; step <= kSteps; ++step) {
      CAPTURE(step);
      tape.backward(chain.states[static_cast<std::size_t>(step)]);
      // The first window holds the initial state, which is step 0.
      const std::int64_t earlier = step % (h + 1);
      CHECK(earlier <= h);
      const bool first_window = step <= h;
      const double by_push = geometric_sum(first_window ? step : earlier + 1);
      CHECK(chain.push.adjoint()[0] == doctest::Approx(by_push).epsilon(1e-14));
      const double by_start = first_window ? std::pow(kSlope, static_cast<double>(step)) : 0.0;
      CHECK(chain.start.adjoint()[0] == doctest::Approx(by_start).epsilon(1e-14));
    }
  }
}

TEST_CASE("a gradient horizon changes no value and takes no memory") {
  Tape<double> whole(Exec::cpu(1));
  const Chain reference = run_chain(whole, GradientHorizon());
  whole.backward(reference.states.back());
  CHECK(reference.push.adjoint()[0] == doctest::Approx(geometric_sum(kSteps)).epsilon(1e-14));
  for (const std::int64_t h : {0, 3, 24}) {
    Tape<double> tape(Exec::cpu(1));
    const Chain chain = run_chain(tape, GradientHorizon(h));
    tape.backward(chain.states.back());
    for (std::size_t step = 0; step < chain.states.size(); ++step)
      CHECK(chain.states[step].scalar() == reference.states[step].scalar());
    CHECK(tape.bytes().used <= whole.bytes().used);
    CHECK(tape.nodes() <= whole.nodes());
  }
}

TEST_CASE("a gradient horizon cuts every array that a step takes over, also in forward mode") {
  Tape<Dual<double>> tape(Exec::cpu(1));
  Var<Dual<double>> x = tape.constant(Dual<double>(2.0, 1.0));
  Var<Dual<double>> y = tape.constant(Dual<double>(3.0, 1.0));
  const GradientHorizon horizon(1);
  horizon.before_step(1, x, y);
  CHECK(x.scalar().tangent == 1.0);
  CHECK(y.scalar().tangent == 1.0);
  horizon.before_step(2, x, y);
  CHECK(x.scalar().tangent == 0.0);
  CHECK(y.scalar().tangent == 0.0);
  CHECK(x.scalar().value == 2.0);
  CHECK(y.scalar().value == 3.0);
}

TEST_CASE("a negative gradient horizon is refused") {
  CHECK_THROWS_AS(GradientHorizon(-1), InputError);
}

TEST_SUITE_END();
