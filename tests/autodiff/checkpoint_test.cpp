#include <stdexcept>

#include <doctest/doctest.h>

#include <starling/autodiff/autodiff.hpp>
#include <starling/core/error.hpp>

#include "../support/backends.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("autodiff");

using namespace starling;
using namespace starling::test;

namespace {

constexpr std::int64_t kSize = 1000;

Var<double> several_steps(Var<double> x, Var<double> rate) {
  for (int step = 0; step < 10; ++step) x = x + 0.1 * tanh(x * rate);
  return x;
}

struct Outcome {
  std::vector<double> x_adj, rate_adj;
  std::int64_t used_bytes;
  int calls = 0;
};

Outcome run(const Exec& exec, bool checkpointed) {
  Tape<double> tape(exec);
  const Var<double> start = tape.variable({kSize}, spread(kSize, 1));
  const Var<double> rate = tape.variable(1.5);
  Outcome outcome{};
  Var<double> x = start;
  for (int segment = 0; segment < 10; ++segment) {
    const auto function = [&](Tape<double>&, std::span<const Var<double>> v) {
      ++outcome.calls;
      return several_steps(v[0], v[1]);
    };
    x = checkpointed ? checkpoint<double>(function, {x, rate}) : several_steps(x, rate);
  }
  outcome.used_bytes = tape.bytes().used;
  tape.backward(sum(square(x)));
  outcome.x_adj = start.adjoint();
  outcome.rate_adj = rate.adjoint();
  return outcome;
}

}  // namespace

STARLING_BACKEND_CASE("checkpoints keep the gradient bit for bit in a tenth of the memory") {
  const Outcome plain = run(exec, false);
  const Outcome checkpointed = run(exec, true);
  CHECK(checkpointed.x_adj == plain.x_adj);
  CHECK(checkpointed.rate_adj == plain.rate_adj);
  CHECK(checkpointed.calls == 20);
  CHECK(checkpointed.used_bytes < plain.used_bytes / 10);
}

TEST_CASE("a checkpointed function that hands its argument back passes the gradient on") {
  Tape<double> tape(Exec::cpu(1));
  const Var<double> x = tape.variable({2}, std::vector<double>{1.0, 2.0});
  const Var<double> same =
      checkpoint<double>([](Tape<double>&, std::span<const Var<double>> v) { return v[0]; }, {x});
  tape.backward(sum(same * x));
  CHECK(same.value() == x.value());
  CHECK(x.adjoint() == std::vector<double>{2.0, 4.0});
}

TEST_CASE("a checkpointed function that stops the gradient gives none") {
  Tape<double> tape(Exec::cpu(1));
  const Var<double> x = tape.variable(3.0);
  const Var<double> stopped = checkpoint<double>(
      [](Tape<double>&, std::span<const Var<double>> v) { return stop_gradient(square(v[0])); }, {x});
  tape.backward(stopped + x);
  CHECK(x.adjoint()[0] == 1.0);
}

TEST_CASE("a checkpointed function may use constants from outside, but no differentiated array") {
  Tape<double> tape(Exec::cpu(1));
  const Var<double> x = tape.variable(3.0);
  const Var<double> hidden = tape.variable(5.0);
  const Var<double> constant = tape.constant(2.0);
  const Var<double> y =
      checkpoint<double>([&](Tape<double>&, std::span<const Var<double>> v) { return v[0] * constant; }, {x});
  tape.backward(y);
  CHECK(x.adjoint()[0] == 2.0);
  CHECK_THROWS_WITH_AS(
      (void)checkpoint<double>([&](Tape<double>&, std::span<const Var<double>> v) { return v[0] * hidden; },
                               {x}),
      "checkpoint: operation multiply takes a differentiated array from outside the function; pass it as an "
      "argument",
      InputError);
  // The tape is as before.
  tape.backward(x * hidden);
  CHECK(x.adjoint()[0] == 5.0);
}

TEST_CASE("an exception inside a checkpointed function leaves nothing behind") {
  Tape<double> tape(Exec::cpu(1));
  const Var<double> x = tape.variable(3.0);
  const std::int64_t used = tape.bytes().used;
  CHECK_THROWS_AS((void)checkpoint<double>(
                      [](Tape<double>&, std::span<const Var<double>> v) -> Var<double> {
                        (void)exp(v[0]);
                        throw std::runtime_error("stop");
                      },
                      {x}),
                  std::runtime_error);
  CHECK(tape.bytes().used == used);
  CHECK(tape.nodes() == 0);
}

TEST_SUITE_END();
