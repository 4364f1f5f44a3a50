#include <cmath>

#include <doctest/doctest.h>

#include <starling/core/buffer.hpp>
#include <starling/kernels/reduction.hpp>

#include "../support/backends.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("kernels");

using namespace starling;
using namespace starling::test;

namespace {

template <class Real>
std::vector<Real> run_sum(const Exec& exec, const std::vector<Real>& x, const AxisView& view,
                          GradientMode mode) {
  const Buffer<Real> x_device(exec, x);
  Buffer<Real> y(exec, std::vector<Real>(static_cast<std::size_t>(view.outer * view.inner), Real(1)));
  Buffer<std::byte> workspace(exec, reduce_workspace<Real>(ReduceOperation::sum, view));
  kernels::reduce<Real>(exec, {.operation = ReduceOperation::sum,
                               .view = view,
                               .scale = 0.5,
                               .x = x_device.data(),
                               .y = y.data(),
                               .mode = mode,
                               .workspace = workspace.data()});
  return y.download();
}

template <class Real>
void check_sum(const Exec& exec, std::int64_t outer, std::int64_t reduced, std::int64_t inner) {
  const std::vector<Real> x = as<Real>(spread(outer * reduced * inner, 5));
  std::vector<double> expected(static_cast<std::size_t>(outer * inner), 0.0);
  for (std::int64_t o = 0; o < outer; ++o)
    for (std::int64_t r = 0; r < reduced; ++r)
      for (std::int64_t i = 0; i < inner; ++i)
        expected[static_cast<std::size_t>(o * inner + i)] +=
            0.5 * static_cast<double>(x[static_cast<std::size_t>((o * reduced + r) * inner + i)]);
  const double tolerance = kTolerance<Real> * 10;
  CHECK(worst_difference(run_sum(exec, x, {outer, reduced, inner}, GradientMode::overwrite), expected) <
        tolerance);
  for (double& sum : expected) sum += 1.0;
  CHECK(worst_difference(run_sum(exec, x, {outer, reduced, inner}, GradientMode::accumulate), expected) <
        tolerance);
}

}  // namespace

STARLING_BACKEND_CASE("sums along an axis equal the oracle below, at and above a chunk") {
  for (const std::int64_t reduced : {0, 1, 31, 32, 33, 257, 1023, 1024, 1025, 5000}) {
    CAPTURE(reduced);
    check_sum<float>(exec, 1, reduced, 1);
    check_sum<double>(exec, 3, reduced, 1);
    check_sum<double>(exec, 1, reduced, 5);
    check_sum<float>(exec, 2, reduced, 3);
  }
}

STARLING_BACKEND_CASE("a sum of more than a million terms takes several levels") {
  check_sum<double>(exec, 1, (1 << 20) + 1025, 1);
}

TEST_CASE("a sum has the same bits for any number of threads") {
  const std::vector<double> x = spread(200000, 6);
  const std::vector<double> one = run_sum(Exec::cpu(1), x, {1, 200000, 1}, GradientMode::overwrite);
  for (const int threads : {2, 3, 7})
    CHECK(run_sum(Exec::cpu(threads), x, {1, 200000, 1}, GradientMode::overwrite) == one);
}

STARLING_BACKEND_CASE("the largest element is found wherever it lies, of equal ones the first") {
  for (const std::int64_t reduced : {1, 31, 32, 33, 257, 1024, 1025, 5000}) {
    for (const std::int64_t inner : {1, 3}) {
      const AxisView view{2, reduced, inner};
      std::vector<float> x = as<float>(spread(2 * reduced * inner, 7, 0.0, 1.0));
      std::vector<std::int64_t> expected;
      for (std::int64_t o = 0; o < 2; ++o)
        for (std::int64_t i = 0; i < inner; ++i) {
          // The same largest value twice.
          const std::int64_t first = (7 * o + 3 * i + reduced / 2) % reduced;
          for (const std::int64_t r : {first, reduced - 1})
            x[static_cast<std::size_t>((o * reduced + r) * inner + i)] = 2.0F;
          expected.push_back(first);
        }
      const Buffer<float> x_device(exec, x);
      Buffer<float> y(exec, 2 * inner);
      Buffer<std::int64_t> position(exec, 2 * inner);
      Buffer<std::byte> workspace(exec, reduce_workspace<float>(ReduceOperation::max, view));
      kernels::reduce<float>(exec, {.operation = ReduceOperation::max,
                                    .view = view,
                                    .x = x_device.data(),
                                    .y = y.data(),
                                    .position = position.data(),
                                    .workspace = workspace.data()});
      CAPTURE(reduced);
      CHECK(position.download() == expected);
      CHECK(y.download() == std::vector<float>(expected.size(), 2.0F));
    }
  }
}

STARLING_BACKEND_CASE("the largest of elements among which is a NaN is a NaN") {
  const Buffer<double> x(exec, std::vector<double>{1.0, NAN, 2.0});
  Buffer<double> y(exec, 1);
  Buffer<std::int64_t> position(exec, 1);
  kernels::reduce<double>(exec, {.operation = ReduceOperation::max,
                                 .view = {1, 3, 1},
                                 .x = x.data(),
                                 .y = y.data(),
                                 .position = position.data(),
                                 .workspace = nullptr});
  CHECK(std::isnan(y.download()[0]));
  CHECK(position.download()[0] == 1);
}

STARLING_BACKEND_CASE("log_sum_exp and its adjoint take the largest term out") {
  const std::vector<double> x{1000.0, 1000.0, -1000.0, 0.1, -0.3, 0.7, -HUGE_VAL, -HUGE_VAL, -HUGE_VAL};
  const AxisView view{3, 3, 1};
  const Buffer<double> x_device(exec, x);
  const Buffer<double> y_adj(exec, std::vector<double>{1.0, 2.0, 3.0});
  Buffer<double> y(exec, 3);
  Buffer<double> x_adj(exec, 9);
  kernels::reduce<double>(exec, {.operation = ReduceOperation::log_sum_exp,
                                 .view = view,
                                 .x = x_device.data(),
                                 .y = y.data(),
                                 .workspace = nullptr});
  const std::vector<double> value = y.download();
  const double middle = std::exp(0.1) + std::exp(-0.3) + std::exp(0.7);
  CHECK(value[0] == doctest::Approx(1000.0 + std::log(2.0)).epsilon(1e-15));
  CHECK(value[1] == doctest::Approx(std::log(middle)).epsilon(1e-15));
  CHECK(value[2] == -HUGE_VAL);
  kernels::reduce_adjoint<double>(exec, {ReduceOperation::log_sum_exp, view, 1.0, x_device.data(), y.data(),
                                         nullptr, y_adj.data(), x_adj.data(), GradientMode::overwrite});
  CHECK(worst_difference(x_adj.download(),
                         {0.5, 0.5, 0.0, 2 * std::exp(0.1) / middle, 2 * std::exp(-0.3) / middle,
                          2 * std::exp(0.7) / middle, 0.0, 0.0, 0.0}) < 1e-12);
}

STARLING_BACKEND_CASE("log_sum_exp of a long axis equals the sum of exponentials") {
  for (const std::int64_t reduced : {33, 1024, 1025, 200000}) {
    const std::vector<double> x = spread(reduced, 8);
    double sum = 0.0;
    for (const double element : x) sum += std::exp(element);
    const AxisView view{1, reduced, 1};
    const Buffer<double> x_device(exec, x);
    Buffer<double> y(exec, 1);
    Buffer<std::byte> workspace(exec, reduce_workspace<double>(ReduceOperation::log_sum_exp, view));
    kernels::reduce<double>(exec, {.operation = ReduceOperation::log_sum_exp,
                                   .view = view,
                                   .x = x_device.data(),
                                   .y = y.data(),
                                   .workspace = workspace.data()});
    CHECK(y.download()[0] == doctest::Approx(std::log(sum)).epsilon(1e-13));
  }
}

TEST_SUITE_END();
