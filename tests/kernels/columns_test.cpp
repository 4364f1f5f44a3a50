#include <doctest/doctest.h>

#include <starling/core/buffer.hpp>
#include <starling/kernels/columns.hpp>

#include "../support/backends.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("kernels");

using namespace starling;
using namespace starling::test;

namespace {

struct PickCase {
  ColumnPick pick;
  std::vector<std::size_t> columns;  // what the pick must take
};

void check_pick(const Exec& exec, const PickCase& c, std::size_t rows) {
  const auto wide = static_cast<std::size_t>(c.pick.columns);
  const std::vector<double> x = spread(static_cast<std::int64_t>(rows * wide), 7);
  const std::vector<double> y_adj = spread(static_cast<std::int64_t>(rows * c.columns.size()), 8);
  std::vector<double> expected;
  std::vector<double> expected_adj(x.size(), 0.0);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t j = 0; j < c.columns.size(); ++j) {
      expected.push_back(x[r * wide + c.columns[j]]);
      expected_adj[r * wide + c.columns[j]] = y_adj[r * c.columns.size() + j];
    }
  }
  const Buffer<double> x_device(exec, x);
  const Buffer<double> y_adj_device(exec, y_adj);
  Buffer<double> y(exec, static_cast<std::int64_t>(expected.size()));
  Buffer<double> x_adj(exec, std::vector<double>(x.size(), 1.0));
  const auto n = static_cast<std::int64_t>(rows);
  kernels::pick_columns<double>(exec, {n, c.pick, x_device.data(), y.data()});
  CHECK(y.download() == expected);
  kernels::pick_columns_adjoint<double>(
      exec, {n, c.pick, y_adj_device.data(), x_adj.data(), GradientMode::overwrite});
  CHECK(x_adj.download() == expected_adj);
  kernels::pick_columns_adjoint<double>(
      exec, {n, c.pick, y_adj_device.data(), x_adj.data(), GradientMode::accumulate});
  for (double& adjoint : expected_adj) adjoint *= 2.0;
  CHECK(x_adj.download() == expected_adj);
}

}  // namespace

STARLING_BACKEND_CASE("column picks take slices, strides, reversals and rotations, and give adjoints back") {
  const PickCase cases[] = {
      {{5, 2, 1, 1}, {1, 2}},          {{6, 3, 1, 2}, {1, 3, 5}}, {{4, 4, 3, -1}, {3, 2, 1, 0}},
      {{5, 5, 2, 1}, {2, 3, 4, 0, 1}}, {{1, 1, 0, -1}, {0}},      {{3, 0, 0, 1}, {}},
  };
  for (const PickCase& c : cases)
    for (const std::int64_t rows : kSizes) check_pick(exec, c, static_cast<std::size_t>(rows));
}

TEST_SUITE_END();
