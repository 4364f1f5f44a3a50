#include <doctest/doctest.h>

#include <starling/core/buffer.hpp>
#include <starling/kernels/strided_copy.hpp>

#include "../support/backends.hpp"
#include "../support/dot_product.hpp"
#include "../support/dual_values.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("kernels");

using namespace starling;
using namespace starling::test;

namespace {

/// A copy between two arrays, with the place of its first element in each.
struct CopyCase {
  StridedLayout layout;
  std::int64_t x_first, x_size;
  std::int64_t y_first, y_size;

  [[nodiscard]] CopyCase back() const {
    return {{layout.extents, layout.y_strides, layout.x_strides}, y_first, y_size, x_first, x_size};
  }
};

template <class Real>
std::vector<Real> copy(const Exec& exec, const CopyCase& c, const std::vector<Real>& x, std::vector<Real> y,
                       GradientMode mode) {
  const Buffer<Real> x_device(exec, x);
  Buffer<Real> y_device(exec, y);
  kernels::strided_copy<Real>(exec,
                              {c.layout, x_device.data() + c.x_first, y_device.data() + c.y_first, mode});
  return y_device.download();
}

std::vector<double> oracle(const CopyCase& c, const std::vector<double>& x, std::vector<double> y,
                           GradientMode mode) {
  const auto& [extents, from, to] = c.layout;
  for (std::int64_t i = 0; i < extents[0]; ++i)
    for (std::int64_t j = 0; j < extents[1]; ++j)
      for (std::int64_t k = 0; k < extents[2]; ++k)
        for (std::int64_t l = 0; l < extents[3]; ++l) {
          const double value =
              x[static_cast<std::size_t>(c.x_first + i * from[0] + j * from[1] + k * from[2] + l * from[3])];
          double& target =
              y[static_cast<std::size_t>(c.y_first + i * to[0] + j * to[1] + k * to[2] + l * to[3])];
          target = mode == GradientMode::accumulate ? target + value : value;
        }
  return y;
}

CopyCase transposition(std::int64_t rows, std::int64_t columns) {
  return {{{1, 1, columns, rows}, {0, 0, 1, columns}, {0, 0, rows, 1}}, 0, rows * columns, 0, rows * columns};
}

/// Rows 1, 1 + step, … of an array with two rows more than that takes.
CopyCase stepping(std::int64_t rows, std::int64_t columns, std::int64_t step) {
  return {{{1, 1, rows, columns}, {0, 0, step * columns, 1}, {0, 0, columns, 1}},
          columns,
          (rows * step + 2) * columns,
          0,
          rows * columns};
}

template <class Real>
void check_copy(const Exec& exec, const CopyCase& c) {
  const std::vector<double> x = spread(c.x_size, 1, -8.0, 8.0);
  const std::vector<double> y = spread(c.y_size, 2, -8.0, 8.0);
  const std::vector<Real> x_real = as<Real>(x);
  const std::vector<Real> y_real = as<Real>(y);
  const std::vector<double> x_rounded(x_real.begin(), x_real.end());
  const std::vector<double> y_rounded(y_real.begin(), y_real.end());
  CHECK(worst_difference(copy(exec, c, x_real, y_real, GradientMode::overwrite),
                         oracle(c, x_rounded, y_rounded, GradientMode::overwrite)) == 0.0);
  CHECK(worst_difference(copy(exec, c, x_real, y_real, GradientMode::accumulate),
                         oracle(c, x_rounded, y_rounded, GradientMode::accumulate)) < kTolerance<Real>);
  const auto dual =
      copy(exec, c, duals<Real>(x, spread(c.x_size, 3)), duals<Real>(y, y), GradientMode::accumulate);
  CHECK(values_of(dual) == copy(exec, c, x_real, y_real, GradientMode::accumulate));
  CHECK(tangents_of(dual) == copy(exec, c, as<Real>(spread(c.x_size, 3)), y_real, GradientMode::accumulate));
}

}  // namespace

STARLING_BACKEND_CASE("strided copies equal the oracle at all sizes") {
  for (const std::int64_t n : kSizes) {
    for (const std::int64_t columns : {1, 5, 33}) {
      CAPTURE(n);
      CAPTURE(columns);
      for (const CopyCase& c : {transposition(n, columns), transposition(columns, n), stepping(n, columns, 1),
                                stepping(n, columns, 3), stepping(n, columns, 3).back()}) {
        check_copy<float>(exec, c);
        check_copy<double>(exec, c);
      }
    }
  }
}

STARLING_BACKEND_CASE("a strided copy permutes four axes") {
  // x[2][3][4][5] to y[4][2][5][3]
  const CopyCase c{{{4, 2, 5, 3}, {5, 60, 1, 20}, {30, 15, 3, 1}}, 0, 120, 0, 120};
  check_copy<double>(exec, c);
  check_copy<double>(exec, c.back());
}

STARLING_BACKEND_CASE("the copy the other way is the transpose over a million elements") {
  for (const CopyCase& c : {transposition(1021, 1013), stepping(400003, 3, 2)}) {
    const std::vector<double> dx = spread(c.x_size, 4);
    const std::vector<double> y_adj = spread(c.y_size, 5);
    const std::vector<double> zero(dx.size(), 0.0);
    const auto dy = copy(exec, c, dx, std::vector<double>(y_adj.size()), GradientMode::overwrite);
    const auto x_adj = copy(exec, c.back(), y_adj, zero, GradientMode::accumulate);
    CHECK(relative_gap(dot(y_adj, dy), dot(x_adj, dx)) < 1e-12);
  }
}

TEST_SUITE_END();
