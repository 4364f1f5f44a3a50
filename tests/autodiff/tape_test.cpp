#include <cmath>
#include <stdexcept>

#include <doctest/doctest.h>

#include <starling/autodiff/autodiff.hpp>
#include <starling/core/error.hpp>

#include "../support/backends.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("autodiff");

using namespace starling;
using namespace starling::test;

STARLING_BACKEND_CASE("the gradient of three lines is right") {
  Tape<double> tape(exec);
  const Var<double> x = tape.variable({3}, std::vector<double>{1.0, 2.0, 3.0});
  const Var<double> loss = sum(square(x) * 0.5);
  tape.backward(loss);
  CHECK(loss.scalar() == 7.0);
  CHECK(x.adjoint() == std::vector<double>{1.0, 2.0, 3.0});
}

STARLING_BACKEND_CASE("an array used several times collects all its adjoints") {
  Tape<double> tape(exec);
  const Var<double> x = tape.variable({2}, std::vector<double>{2.0, -3.0});
  const Var<double> y = x * x + x / x - x - (x + x);
  tape.backward(sum(y * x));
  // y x = x^3 + x - 3 x^2
  CHECK(worst_difference(x.adjoint(), {12.0 + 1.0 - 12.0, 27.0 + 1.0 + 18.0}) < 1e-14);
}

TEST_CASE("constants leave no record and have no adjoint") {
  Tape<float> tape(Exec::cpu(1));
  const Var<float> c = tape.constant({2}, std::vector<float>{1.0F, 2.0F});
  const Var<float> y = exp(c) + 1.0F;
  CHECK(tape.nodes() == 0);
  CHECK_FALSE(y.differentiated());
  CHECK_THROWS_AS((void)y.adjoint(), InputError);
  CHECK_THROWS_WITH_AS(tape.backward(sum(y)), "Tape::backward: output depends on no variable of this tape",
                       InputError);
}

TEST_CASE("a variable that the output does not depend on has adjoint 0") {
  Tape<double> tape(Exec::cpu(1));
  const Var<double> x = tape.variable(2.0);
  const Var<double> y = tape.variable(3.0);
  const Var<double> unused = exp(y);
  tape.backward(x * x);
  CHECK(y.adjoint() == std::vector<double>{0.0});
  CHECK(unused.adjoint() == std::vector<double>{0.0});
  tape.backward(unused);
  CHECK(x.adjoint() == std::vector<double>{0.0});
  CHECK(y.adjoint()[0] == doctest::Approx(std::exp(3.0)));
}

TEST_CASE("backward takes the adjoint of an output of any shape, and may be called again") {
  Tape<double> tape(Exec::cpu(1));
  const Var<double> x = tape.variable({2}, std::vector<double>{2.0, 5.0});
  const Var<double> y = square(x);
  for (int i = 0; i < 2; ++i) {
    tape.backward(y, std::vector<double>{1.0, 10.0});
    CHECK(x.adjoint() == std::vector<double>{4.0, 100.0});
  }
  CHECK(y.adjoint() == std::vector<double>{1.0, 10.0});
  CHECK_THROWS_WITH_AS(
      tape.backward(y),
      "Tape::backward: output has shape [2], expected one element; sum it, or give the adjoint of "
      "the output",
      InputError);
}

TEST_CASE("a scope rewinds the tape, also after an exception, and keeps adjoints of earlier variables") {
  Tape<double> tape(Exec::cpu(1));
  const Var<double> x = tape.variable(3.0);
  const Var<double> outer = x * 2.0;
  Var<double> inner;
  const std::size_t nodes = tape.nodes();
  const std::int64_t used = tape.bytes().used;
  try {
    const TapeScope scope(tape);
    inner = square(outer);
    tape.backward(inner);
    throw std::runtime_error("stop");
  } catch (const std::runtime_error&) {
  }
  CHECK(tape.nodes() == nodes);
  CHECK(tape.bytes().used == used);
  CHECK(x.adjoint() == std::vector<double>{24.0});
  CHECK_THROWS_AS((void)inner.value(), InputError);
  const Var<double> reuses_the_place = exp(outer);
  CHECK(reuses_the_place.shape() == Shape{});
  CHECK_THROWS_AS((void)inner.value(), InputError);
}

STARLING_BACKEND_CASE("a repeated computation takes no more memory") {
  Tape<double> tape(exec);
  const Var<double> x = tape.variable({100000}, spread(100000, 1));
  std::int64_t held = 0;
  for (int i = 0; i < 4; ++i) {
    const TapeScope scope(tape);
    tape.backward(sum(exp(x) * tanh(x)));
    if (i == 0) held = tape.bytes().held;
    CHECK(tape.bytes().held == held);
    CHECK(exec.memory().current_bytes < held + 1);
  }
}

TEST_CASE("a custom operation runs its own adjoint, adds up and skips what is not wanted") {
  Tape<double> tape(Exec::cpu(1));
  const Var<double> x = tape.variable({2}, std::vector<double>{2.0, 3.0});
  const Var<double> c = tape.constant({2}, std::vector<double>{5.0, 7.0});
  int constant_adjoints = 0;
  const CustomOperation<double> product{[](const Exec&, std::span<const double* const> in, double* y) {
                                          for (int i = 0; i < 2; ++i) y[i] = in[0][i] * in[1][i];
                                        },
                                        [&](const Exec&, std::span<const double* const> in, const double*,
                                            const double* y_adj, std::span<double* const> in_adj) {
                                          for (int i = 0; i < 2; ++i) {
                                            if (in_adj[0] != nullptr) in_adj[0][i] += in[1][i] * y_adj[i];
                                            if (in_adj[1] != nullptr) in_adj[1][i] += in[0][i] * y_adj[i];
                                          }
                                          if (in_adj[1] == nullptr) ++constant_adjoints;
                                        }};
  const Var<double> with_constant = tape.custom("product", {x, c}, {2}, product);
  const Var<double> with_itself = tape.custom("product", {x, x}, {2}, product);
  tape.backward(sum(with_constant + with_itself));
  CHECK(with_itself.value() == std::vector<double>{4.0, 9.0});
  CHECK(x.adjoint() == std::vector<double>{9.0, 13.0});
  CHECK(constant_adjoints == 1);
}

TEST_CASE("the first operation with a result that is not finite is named") {
  Tape<double> tape(Exec::cpu(1));
  const Var<double> x = tape.variable({2}, std::vector<double>{1.0, -1.0});
  CHECK(tape.first_non_finite().empty());
  const Var<double> y = exp(sqrt(x));
  CHECK(tape.first_non_finite() == "sqrt");
  CHECK(y.size() == 2);
}

TEST_CASE("with finite checks on, the first value or adjoint that is not finite stops the tape") {
  Tape<double> tape(Exec::cpu(1));
  tape.set_finite_checks(true);
  const Var<double> x = tape.variable({2}, std::vector<double>{0.0, -1.0});
  CHECK_THROWS_WITH_AS((void)exp(sqrt(x)), "sqrt: element 1 of the result of shape [2] is not finite",
                       NonFiniteError);
  // The value of sqrt at 0 is finite, its slope is not.
  const Var<double> y = sum(sqrt(square(x)) * 2.0);
  CHECK_THROWS_WITH_AS(tape.backward(y),
                       "adjoint of sqrt: element 0 of the adjoint of input 0 of shape [2] is not finite",
                       NonFiniteError);
  tape.set_finite_checks(false);
  tape.backward(y);
  CHECK(std::isnan(x.adjoint()[0]));
}

TEST_CASE("the report says what each operation holds, and whose memory it is") {
  Tape<double> tape(Exec::cpu(1));
  const Var<double> x = tape.variable({100}, spread(100, 1));
  const Var<double> c = tape.constant({100}, spread(100, 2));
  const Var<double> y = exp(x) * c + exp(x);
  tape.backward(sum(reshape(y, {10, 10})));
  const TapeReport report = tape.report();
  const auto use_of = [&](const std::string& name) {
    for (const OperationUse& use : report.operations)
      if (use.name == name) return use;
    return OperationUse{};
  };
  CHECK(use_of("exp").records == 2);
  CHECK(use_of("exp").value_bytes == 1600);
  CHECK(use_of("exp").adjoint_bytes == 1600);
  CHECK(use_of("reshape").value_bytes == 0);
  CHECK(use_of("variable").value_bytes == 800);
  CHECK(use_of("constant").adjoint_bytes == 0);
  CHECK(to_string(report).find("multiply") != std::string::npos);
}

STARLING_BACKEND_CASE("the bytes that kernels must move are added up while they are counted") {
  Tape<float> tape(exec);
  const Var<float> x = tape.constant({1000}, std::vector<float>(1000, 1.0F));
  const std::int64_t before = exec.counters().kernel_bytes;
  (void)exp(x);
  CHECK(exec.counters().kernel_bytes == before);
  exec.set_byte_counting(true);
  (void)(exp(x) + x);
  exec.set_byte_counting(false);
  CHECK(exec.counters().kernel_bytes - before == (2 + 3) * 4000);
}

TEST_CASE("handles of nothing, of another tape and of wrong sizes are refused") {
  Tape<double> tape(Exec::cpu(1));
  Tape<double> other(Exec::cpu(1));
  const Var<double> x = tape.variable({2}, std::vector<double>{1.0, -1.0});
  CHECK_THROWS_WITH_AS((void)Var<double>().value(), "Var: refers to no array", InputError);
  CHECK_THROWS_WITH_AS((void)(x + other.constant(1.0)), "Tape: the array is on another tape", InputError);
  CHECK_THROWS_WITH_AS((void)tape.constant({3}, std::vector<double>{1.0}),
                       "Tape::constant: values has 1 elements, expected 3", InputError);
  CHECK_THROWS_WITH_AS((void)x.scalar(), "Var::scalar: shape [2], expected one element", InputError);
}

TEST_SUITE_END();
