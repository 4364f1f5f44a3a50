#include <cmath>

#include <doctest/doctest.h>

#include <starling/core/buffer.hpp>
#include <starling/kernels/reduction.hpp>
#include <starling/kernels/softmax.hpp>

#include "../support/backends.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("kernels");

using namespace starling;
using namespace starling::test;

namespace {

template <class Real>
std::vector<Real> run(const Exec& exec, Normalisation normalisation, const AxisView& view,
                      const std::vector<Real>& x) {
  const Buffer<Real> x_device(exec, x);
  Buffer<Real> log_sum(exec, view.outer * view.inner);
  Buffer<Real> y(exec, x_device.size());
  Buffer<std::byte> workspace(exec, reduce_workspace<Real>(ReduceOperation::log_sum_exp, view));
  kernels::reduce<Real>(exec, {.operation = ReduceOperation::log_sum_exp,
                               .view = view,
                               .x = x_device.data(),
                               .y = log_sum.data(),
                               .workspace = workspace.data()});
  kernels::softmax<Real>(exec, {normalisation, view, x_device.data(), log_sum.data(), y.data()});
  return y.download();
}

}  // namespace

STARLING_BACKEND_CASE("softmax and its logarithm along an axis equal the oracle at all sizes") {
  for (const std::int64_t reduced : {1, 31, 32, 33, 257, 1500}) {
    const AxisView view{2, reduced, 3};
    const std::vector<double> x = spread(2 * reduced * 3, 1, -5.0, 5.0);
    std::vector<double> share(x.size()), log_share(x.size());
    for (std::size_t o = 0; o < 2; ++o)
      for (std::size_t i = 0; i < 3; ++i) {
        const auto at = [&](std::size_t r) { return (o * static_cast<std::size_t>(reduced) + r) * 3 + i; };
        double sum = 0.0;
        for (std::size_t r = 0; r < static_cast<std::size_t>(reduced); ++r) sum += std::exp(x[at(r)]);
        for (std::size_t r = 0; r < static_cast<std::size_t>(reduced); ++r) {
          share[at(r)] = std::exp(x[at(r)]) / sum;
          log_share[at(r)] = x[at(r)] - std::log(sum);
        }
      }
    CAPTURE(reduced);
    CHECK(worst_difference(run<double>(exec, Normalisation::softmax, view, x), share) < 1e-14);
    CHECK(worst_difference(run<double>(exec, Normalisation::log_softmax, view, x), log_share) < 1e-14);
    CHECK(worst_difference(run<float>(exec, Normalisation::softmax, view, as<float>(x)), share) < 1e-6);
  }
}

STARLING_BACKEND_CASE("softmax does not overflow") {
  const std::vector<double> y =
      run<double>(exec, Normalisation::softmax, {1, 3, 1}, {1000.0, 1000.0, -1000.0});
  CHECK(worst_difference(y, {0.5, 0.5, 0.0}) < 1e-12);
}

TEST_SUITE_END();
