#include <algorithm>

#include <doctest/doctest.h>

#include <starling/core/buffer.hpp>
#include <starling/kernels/quantile.hpp>

#include "../support/backends.hpp"
#include "../support/dual_values.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("kernels");

using namespace starling;
using namespace starling::test;

namespace {

template <class Real>
struct Result {
  Real y;
  std::vector<std::int64_t> positions;
  std::vector<Real> x_adj;  // of y_adj 2, once over ones and once added to them
  std::vector<Real> x_adj_added;
};

template <class Real>
Result<Real> run(const Exec& exec, const std::vector<Real>& x, double level) {
  const Buffer<Real> x_device(exec, x);
  const QuantilePlace place = quantile_place(x_device.size(), level);
  Buffer<Real> y(exec, 1);
  Buffer<std::int64_t> positions(exec, 2);
  Buffer<std::byte> workspace(exec, quantile_workspace_bytes<Real>(exec, x_device.size()));
  kernels::quantile<Real>(exec, {x_device.size(), place, x_device.data(), y.data(), positions.data(),
                                 workspace.data(), workspace.size()});
  const Buffer<Real> y_adj(exec, std::vector<Real>{Real(2)});
  const auto adjoint = [&](GradientMode mode) {
    Buffer<Real> x_adj(exec, std::vector<Real>(x.size(), Real(1)));
    kernels::quantile_adjoint<Real>(
        exec, {x_device.size(), place, positions.data(), y_adj.data(), x_adj.data(), mode});
    return x_adj.download();
  };
  return {y.download()[0], positions.download(), adjoint(GradientMode::overwrite),
          adjoint(GradientMode::accumulate)};
}

template <class Real>
void check_quantile(const Exec& exec, const std::vector<Real>& x, double level) {
  std::vector<double> sorted(x.begin(), x.end());
  std::stable_sort(sorted.begin(), sorted.end());
  const double place = level * (static_cast<double>(x.size()) - 1.0);
  const auto lower = static_cast<std::size_t>(std::floor(place));
  const auto upper = static_cast<std::size_t>(std::ceil(place));
  const double weight = place - std::floor(place);
  const Result<Real> result = run(exec, x, level);
  const double expected = sorted[lower] + weight * (sorted[upper] - sorted[lower]);
  CHECK(static_cast<double>(result.y) == doctest::Approx(expected).epsilon(kTolerance<Real>));
  double total = 0.0;
  double product = 0.0;
  std::vector<double> added;
  for (std::size_t i = 0; i < x.size(); ++i) {
    total += static_cast<double>(result.x_adj[i]);
    product += static_cast<double>(result.x_adj[i]) * static_cast<double>(x[i]);
    added.push_back(1.0 + static_cast<double>(result.x_adj[i]));
  }
  CHECK(worst_difference(result.x_adj_added, added) < kTolerance<Real>);
  // The weights add up to 1, and with them x gives the quantile.
  CHECK(total == doctest::Approx(2.0));
  CHECK(product == doctest::Approx(2.0 * expected).epsilon(kTolerance<Real>));
}

}  // namespace

STARLING_BACKEND_CASE("quantiles and their weights equal those of the sorted values at all sizes") {
  for (const std::int64_t n : {1, 2, 31, 32, 33, 257, 1000003}) {
    for (const double level : {0.0, 0.25, 0.5, 0.9999, 1.0}) {
      CAPTURE(n);
      CAPTURE(level);
      check_quantile(exec, spread(n, 1), level);
      if (n < 1000) check_quantile(exec, as<float>(spread(n, 2)), level);
    }
  }
}

STARLING_BACKEND_CASE("of equal values the first counts as the smallest, and infinite ones are ordered") {
  const std::vector<double> x{3.0, 1.0, 3.0, 3.0, -HUGE_VAL, HUGE_VAL};
  CHECK(run(exec, x, 0.4).positions == std::vector<std::int64_t>{0, 2});
  CHECK(run(exec, x, 0.6).positions == std::vector<std::int64_t>{2, 3});
  CHECK(run(exec, x, 0.0).y == -HUGE_VAL);
  CHECK(run(exec, x, 0.2).y == 1.0);
  CHECK(run(exec, x, 1.0).y == HUGE_VAL);
  const std::vector<double> signs{-0.5, 0.0, -2.0, 1e-300, -1e-300};
  CHECK(run(exec, signs, 0.25).y == -0.5);
  CHECK(run(exec, signs, 0.75).y == 0.0);
  CHECK(run(exec, std::vector<double>{std::nan(""), -std::nan(""), 1.0}, 0.0).y == 1.0);
  CHECK(std::isnan(run(exec, std::vector<double>{std::nan(""), 2.0, 1.0}, 1.0).y));
}

STARLING_BACKEND_CASE("a quantile of Dual numbers carries the derivative of the values it lies between") {
  const auto result = run(exec, duals<double>({5.0, 1.0, 3.0}, {0.1, 0.2, 0.3}), 0.75);
  CHECK(result.y.value == 4.0);
  CHECK(result.y.tangent == doctest::Approx(0.2));
}

TEST_SUITE_END();
