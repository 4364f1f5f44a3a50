#include <doctest/doctest.h>

#include <starling/core/buffer.hpp>
#include <starling/kernels/cumulative_sum.hpp>

#include "../support/backends.hpp"
#include "../support/dot_product.hpp"
#include "../support/dual_values.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("kernels");

using namespace starling;
using namespace starling::test;

namespace {

struct ScanCase {
  std::int64_t outer, length, inner;
  ScanDirection direction;
  [[nodiscard]] std::int64_t size() const { return outer * length * inner; }
};

template <class Real>
std::vector<Real> scan(const Exec& exec, const ScanCase& c, const std::vector<Real>& x,
                       GradientMode mode = GradientMode::overwrite) {
  const Buffer<Real> x_device(exec, x);
  Buffer<Real> y(exec, std::vector<Real>(x.size(), Real(1)));
  Buffer<AccumulatorOf<Real>> workspace(exec, cumulative_sum_workspace(c.outer, c.length, c.inner));
  kernels::cumulative_sum<Real>(
      exec, {c.outer, c.length, c.inner, c.direction, x_device.data(), y.data(), mode, workspace.data()});
  return y.download();
}

template <class Real>
std::vector<double> oracle(const ScanCase& c, const std::vector<Real>& x, double start) {
  std::vector<double> y(x.size());
  for (std::int64_t o = 0; o < c.outer; ++o)
    for (std::int64_t i = 0; i < c.inner; ++i) {
      long double sum = 0.0L;
      for (std::int64_t step = 0; step < c.length; ++step) {
        const std::int64_t r = c.direction == ScanDirection::forward ? step : c.length - 1 - step;
        const auto at = static_cast<std::size_t>((o * c.length + r) * c.inner + i);
        sum += x[at];
        y[at] = start + static_cast<double>(sum);
      }
    }
  return y;
}

template <class Real>
void check_scan(const Exec& exec, const ScanCase& c) {
  const std::vector<Real> x = as<Real>(spread(c.size(), 1));
  const double tolerance = kTolerance<Real>;
  CHECK(worst_difference(scan(exec, c, x), oracle(c, x, 0.0)) < tolerance);
  CHECK(worst_difference(scan(exec, c, x, GradientMode::accumulate), oracle(c, x, 1.0)) < tolerance);
  const std::vector<Real> dx = as<Real>(spread(c.size(), 2));
  const auto dual = scan(exec, c, duals<Real>(spread(c.size(), 1), spread(c.size(), 2)));
  CHECK(values_of(dual) == scan(exec, c, x));
  CHECK(tangents_of(dual) == scan(exec, c, dx));
}

}  // namespace

STARLING_BACKEND_CASE("cumulative sums equal the oracle below, at and above a chunk, in both directions") {
  for (const std::int64_t length : {0, 1, 31, 32, 33, 255, 256, 257, 5000}) {
    for (const ScanDirection direction : {ScanDirection::forward, ScanDirection::backward}) {
      CAPTURE(length);
      check_scan<float>(exec, {1, length, 1, direction});
      check_scan<double>(exec, {3, length, 1, direction});
      check_scan<double>(exec, {1, length, 5, direction});
      check_scan<float>(exec, {2, length, 3, direction});
    }
  }
  check_scan<double>(exec, {0, 3, 2, ScanDirection::forward});
  check_scan<double>(exec, {3, 2, 0, ScanDirection::forward});
}

STARLING_BACKEND_CASE("a cumulative sum over a million terms takes three levels and equals the oracle") {
  const ScanCase c{1, 1000003, 1, ScanDirection::forward};
  const std::vector<double> x = spread(c.size(), 3);
  CHECK(worst_difference(scan(exec, c, x), oracle(c, x, 0.0)) < 1e-11);
}

STARLING_BACKEND_CASE("the backward sum is the transpose of the forward sum over a million terms") {
  const ScanCase forward{3, 400009, 1, ScanDirection::forward};
  const ScanCase backward{3, 400009, 1, ScanDirection::backward};
  const std::vector<double> dx = spread(forward.size(), 4);
  const std::vector<double> y_adj = spread(forward.size(), 5);
  CHECK(relative_gap(dot(y_adj, scan(exec, forward, dx)), dot(scan(exec, backward, y_adj), dx)) < 1e-10);
}

TEST_CASE("a cumulative sum has the same bits for any number of threads") {
  const ScanCase c{1, 300000, 1, ScanDirection::backward};
  const std::vector<double> x = spread(c.size(), 6);
  const std::vector<double> one = scan(Exec::cpu(1), c, x);
  for (const int threads : {2, 3, 7}) CHECK(scan(Exec::cpu(threads), c, x) == one);
}

TEST_SUITE_END();
