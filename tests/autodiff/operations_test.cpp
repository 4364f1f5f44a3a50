#include <set>

#include <doctest/doctest.h>

#include <starling/autodiff/autodiff.hpp>
#include <starling/core/error.hpp>

#include "../support/backends.hpp"
#include "../support/operation_checks.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("autodiff");

using namespace starling;
using namespace starling::test;

namespace {

using V = Var<double>;

constexpr std::int64_t kMoreThanAMillion = 1'000'003;

}  // namespace

TEST_CASE("every operation has a case, and every case leaves a record of its operation") {
  std::set<Operation> covered;
  for (const OperationCase& c : operation_cases()) {
    CAPTURE(c.name);
    CHECK(leaves_its_record(c));
    covered.insert(c.operation);
  }
  for (int i = 0; i < kOperations; ++i) {
    const auto operation = static_cast<Operation>(i);
    CAPTURE(std::string(name_of(operation)));
    CHECK(covered.contains(operation));
  }
}

STARLING_BACKEND_CASE("gradients of every operation equal six-point differences at all sizes") {
  for (const OperationCase& c : operation_cases()) {
    if (!c.smooth) continue;
    for (const std::int64_t n : kSizes) {
      if (n == 0 && !c.empty_allowed) continue;
      CAPTURE(c.name);
      CAPTURE(n);
      CHECK(difference_error(exec, c, n) < kDifferenceTolerance);
    }
  }
}

STARLING_BACKEND_CASE("the adjoint of every operation is the transpose of its derivative at all sizes") {
  for (const OperationCase& c : operation_cases()) {
    for (const std::int64_t n : kSizes) {
      if (n == 0 && !c.empty_allowed) continue;
      CAPTURE(c.name);
      CAPTURE(n);
      CHECK(dot_product_error<double>(exec, c, n) < kDotProductTolerance<double>);
      CHECK(dot_product_error<float>(exec, c, n) < kDotProductTolerance<float>);
    }
  }
}

STARLING_BACKEND_CASE("an array used by an operation twice and by others collects all its adjoints") {
  for (const OperationCase& c : operation_cases()) {
    CAPTURE(c.name);
    CHECK(fan_out_error(exec, c, 33) < kFanOutTolerance);
  }
}

STARLING_BACKEND_CASE("values, adjoints and tangents in float are those in double, rounded") {
  for (const OperationCase& c : operation_cases()) {
    CAPTURE(c.name);
    CHECK(run_error(run_case<float>(exec, c, 257), run_case<double>(exec, c, 257)) < kFloatTolerance);
  }
}

TEST_CASE("every operation has the same bits for any number of threads") {
  constexpr std::int64_t kSeveralChunks = 20000;
  for (const OperationCase& c : operation_cases()) {
    CAPTURE(c.name);
    const CaseRun one = run_case<float>(Exec::cpu(1), c, kSeveralChunks);
    const CaseRun three = run_case<float>(Exec::cpu(3), c, kSeveralChunks);
    CHECK(one.value == three.value);
    CHECK(one.adjoint == three.adjoint);
    CHECK(one.tangent == three.tangent);
  }
}

TEST_CASE("every operation has the values, adjoints and tangents of the host on a device [cuda]" *
          doctest::skip(register_gpu_case())) {
  for (const OperationCase& c : operation_cases()) {
    CAPTURE(c.name);
    CHECK(run_error(run_case<double>(Exec::cuda(), c, 5000), run_case<double>(Exec::cpu(2), c, 5000)) <
          kBackendTolerance);
  }
}

TEST_CASE("broadcast values are those of the repeated array") {
  Tape<double> tape(Exec::cpu(1));
  const V a = tape.constant({2, 1}, std::vector<double>{10.0, 20.0});
  const V b = tape.constant({3}, std::vector<double>{1.0, 2.0, 3.0});
  const V y = a + b;
  CHECK(y.shape() == Shape{2, 3});
  CHECK(y.value() == std::vector<double>{11, 12, 13, 21, 22, 23});
}

TEST_CASE("sums along each axis of a small array are those a reader gets") {
  Tape<float> tape(Exec::cpu(1));
  const Var<float> x = tape.constant({2, 3}, std::vector<float>{1, 2, 3, 4, 5, 6});
  CHECK(sum(x).scalar() == 21.0F);
  CHECK(mean(x).scalar() == 3.5F);
  CHECK(sum(x, 0).value() == std::vector<float>{5, 7, 9});
  CHECK(sum(x, 1).value() == std::vector<float>{6, 15});
  CHECK(mean(x, -1).value() == std::vector<float>{2, 5});
}

TEST_CASE("views share memory and take the elements that they say") {
  Tape<double> tape(Exec::cpu(1));
  const V x = tape.constant({2, 3}, std::vector<double>{1, 2, 3, 4, 5, 6});
  const V reshaped = reshape(x, {3, 2});
  CHECK(reshaped.shape() == Shape{3, 2});
  CHECK(reshaped.value() == x.value());
  CHECK(reshaped.data() == x.data());
  const V part = view_slice(x, 2, {3});
  CHECK(part.value() == std::vector<double>{3, 4, 5});
  CHECK(part.data() == x.data() + 2);
}

TEST_CASE("no gradient passes a stopped array") {
  Tape<double> tape(Exec::cpu(1));
  const V x = tape.variable(3.0);
  tape.backward(x * stop_gradient(x));
  CHECK(x.adjoint()[0] == 3.0);
}

TEST_CASE("operations refuse shapes that do not fit and say which") {
  Tape<double> tape(Exec::cpu(1));
  const V a = tape.constant({2, 3}, spread(6, 1));
  const V b = tape.constant({4}, spread(4, 1));
  CHECK_THROWS_WITH_AS(
      (void)(a * b),
      "multiply: shapes [2][3] and [4] do not fit: from the last axis, extents must be equal or 1",
      InputError);
  CHECK_THROWS_WITH_AS((void)reshape(a, {4}),
                       "reshape: x has shape [2][3], which does not hold as many elements as [4]",
                       InputError);
  CHECK_THROWS_WITH_AS((void)view_slice(a, 4, {3}),
                       "view_slice: 3 elements of shape [3] from offset 4 are outside x of shape [2][3]",
                       InputError);
  CHECK_THROWS_WITH_AS((void)sum(a, 2), "sum: axis = 2, expected an index of at least 0 and below 2",
                       InputError);
  CHECK_THROWS_WITH_AS((void)masked_linear(a, a, b), "masked_linear: bias has shape [4], expected [2]",
                       InputError);
  CHECK_THROWS_WITH_AS((void)mean(tape.constant({0}, {})), "mean: the mean of no elements is not defined",
                       InputError);
  CHECK_THROWS_WITH_AS((void)Shape({1, 1, 1, 1, 1}), "Shape: rank = 5, expected at most 4", InputError);
}

TEST_CASE("no gradient and no tangent passes a stopped array") {
  Tape<Dual<double>> tape(Exec::cpu(1));
  const Var<Dual<double>> x = tape.constant({2, 2}, std::vector<Dual<double>>(4, {3.0, 1.0}));
  for (const Dual<double>& y : stop_gradient(x).value()) {
    CHECK(y.value == 3.0);
    CHECK(y.tangent == 0.0);
  }
}

TEST_CASE("an operand that where() did not take may be NaN") {
  Tape<double> tape(Exec::cpu(1));
  const V x = tape.variable({3}, std::vector<double>{-1.0, 0.0, 4.0});
  const V y = where(greater(x, tape.constant(0.0)), sqrt(x), tape.constant(7.0));
  CHECK(y.value() == std::vector<double>{7.0, 7.0, 2.0});
  tape.backward(y, std::vector<double>{1.0, 1.0, 1.0});
  CHECK(x.adjoint()[2] == 0.25);
}

TEST_CASE("a clamp gives no gradient outside its bounds, a clamp that passes through does") {
  Tape<double> tape(Exec::cpu(1));
  const V x = tape.variable({5}, std::vector<double>{-2.0, 0.0, 0.5, 1.0, 3.0});
  const std::vector<double> ones(5, 1.0);
  const V clamped = clamp(x, 0.0, 1.0);
  CHECK(clamped.value() == std::vector<double>{0.0, 0.0, 0.5, 1.0, 1.0});
  tape.backward(clamped, ones);
  CHECK(x.adjoint() == std::vector<double>{0.0, 1.0, 1.0, 1.0, 0.0});
  const V passing = clamp_pass_through(x, 0.0, 1.0);
  CHECK(passing.value() == clamped.value());
  tape.backward(passing, ones);
  CHECK(x.adjoint() == ones);
  CHECK_THROWS_WITH_AS((void)clamp(x, 1.0, 0.0), "clamp: low is above high", InputError);
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("autodiff_slow");

STARLING_BACKEND_CASE("the adjoint of every operation is the transpose of its derivative beyond a million") {
  std::set<Operation> done;
  for (const OperationCase& c : operation_cases()) {
    if (!done.insert(c.operation).second) continue;
    CAPTURE(c.name);
    CHECK(dot_product_error<double>(exec, c, kMoreThanAMillion) < kDotProductTolerance<double>);
  }
}

TEST_SUITE_END();
