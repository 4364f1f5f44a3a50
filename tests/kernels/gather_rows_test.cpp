#include <algorithm>

#include <doctest/doctest.h>

#include <starling/core/buffer.hpp>
#include <starling/core/csr.hpp>
#include <starling/kernels/gather_rows.hpp>
#include <starling/kernels/segment_sum.hpp>

#include "../support/backends.hpp"
#include "../support/dot_product.hpp"
#include "../support/dual_values.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("kernels");

using namespace starling;
using namespace starling::test;

namespace {

/// Rows 0 … rows - 1 at random, row 0 far more often than the others.
std::vector<std::int32_t> random_rows(std::int64_t entries, std::int64_t rows, std::uint64_t stream) {
  std::vector<std::int32_t> result;
  for (const double u : spread(entries, stream, -1.0, 1.0))
    result.push_back(static_cast<std::int32_t>(std::max(0.0, u) * static_cast<double>(rows)));
  return result;
}

Csr entries_by_row(const std::vector<std::int32_t>& indices, std::int64_t rows) {
  Csr by_entry;
  for (std::size_t e = 1; e <= indices.size(); ++e) by_entry.offsets.push_back(static_cast<std::int64_t>(e));
  by_entry.indices = indices;
  return transpose(by_entry, rows);
}

template <class Real>
std::vector<Real> gather(const Exec& exec, const std::vector<Real>& x,
                         const std::vector<std::int32_t>& indices, std::int64_t inner,
                         GradientMode mode = GradientMode::overwrite) {
  const Buffer<Real> x_device(exec, x);
  const Buffer<std::int32_t> indices_device(exec, indices);
  const auto entries = static_cast<std::int64_t>(indices.size());
  Buffer<Real> y(exec, std::vector<Real>(indices.size() * static_cast<std::size_t>(inner), Real(1)));
  kernels::gather_rows<Real>(exec, {entries, inner, indices_device.data(), x_device.data(), y.data(), mode});
  return y.download();
}

template <class Real>
std::vector<Real> segment_sum(const Exec& exec, const std::vector<Real>& x, const Csr& segments,
                              std::int64_t inner, GradientMode mode = GradientMode::overwrite) {
  const Buffer<Real> x_device(exec, x);
  const SegmentTable table(exec, segments.offsets, segments.indices);
  Buffer<Real> y(exec, std::vector<Real>(static_cast<std::size_t>(table.segments() * inner), Real(1)));
  Buffer<AccumulatorOf<Real>> workspace(exec, segment_sum_workspace(table.view(), inner));
  kernels::segment_sum<Real>(exec, {table.view(), inner, x_device.data(), y.data(), mode, workspace.data()});
  return y.download();
}

std::vector<double> gather_oracle(const std::vector<double>& x, const std::vector<std::int32_t>& indices,
                                  std::int64_t inner) {
  std::vector<double> y;
  for (const std::int32_t row : indices)
    for (std::int64_t i = 0; i < inner; ++i) y.push_back(x[static_cast<std::size_t>(row * inner + i)]);
  return y;
}

/// Adds entry after entry where it belongs: a scatter, not a gather.
std::vector<double> scatter_oracle(const std::vector<double>& x, const std::vector<std::int32_t>& indices,
                                   std::int64_t rows, std::int64_t inner) {
  std::vector<double> y(static_cast<std::size_t>(rows * inner), 0.0);
  for (std::size_t e = 0; e < indices.size(); ++e)
    for (std::int64_t i = 0; i < inner; ++i)
      y[static_cast<std::size_t>(indices[e] * inner + i)] +=
          x[e * static_cast<std::size_t>(inner) + static_cast<std::size_t>(i)];
  return y;
}

std::vector<double> plus_one(std::vector<double> values) {
  for (double& value : values) value += 1.0;
  return values;
}

template <class Real>
void check_both(const Exec& exec, std::int64_t entries, std::int64_t rows, std::int64_t inner) {
  const std::vector<std::int32_t> indices = random_rows(entries, rows, 3);
  const std::vector<Real> x = as<Real>(spread(rows * inner, 1));
  const std::vector<Real> y_adj = as<Real>(spread(entries * inner, 2));
  const std::vector<double> x_double(x.begin(), x.end());
  const std::vector<double> y_adj_double(y_adj.begin(), y_adj.end());
  const std::vector<double> y = gather_oracle(x_double, indices, inner);
  const std::vector<double> x_adj = scatter_oracle(y_adj_double, indices, rows, inner);
  const double tolerance = kTolerance<Real>;
  CHECK(worst_difference(gather(exec, x, indices, inner), y) == 0.0);
  CHECK(worst_difference(gather(exec, x, indices, inner, GradientMode::accumulate), plus_one(y)) < tolerance);
  const Csr by_row = entries_by_row(indices, rows);
  CHECK(worst_difference(segment_sum(exec, y_adj, by_row, inner), x_adj) < tolerance);
  CHECK(worst_difference(segment_sum(exec, y_adj, by_row, inner, GradientMode::accumulate), plus_one(x_adj)) <
        tolerance);
}

template <class Real>
void check_dual(const Exec& exec, std::int64_t entries, std::int64_t rows, std::int64_t inner) {
  const std::vector<std::int32_t> indices = random_rows(entries, rows, 3);
  const std::vector<double> value = spread(entries * inner, 4);
  const std::vector<double> tangent = spread(entries * inner, 5);
  const auto sums = segment_sum(exec, duals<Real>(value, tangent), entries_by_row(indices, rows), inner);
  CHECK(worst_difference(values_of(sums), scatter_oracle(value, indices, rows, inner)) <
        kTolerance<Real> * 9);
  CHECK(worst_difference(tangents_of(sums), scatter_oracle(tangent, indices, rows, inner)) <
        kTolerance<Real> * 9);
  const auto gathered = gather(exec, sums, indices, inner);
  CHECK(values_of(gathered) == gather(exec, values_of(sums), indices, inner));
  CHECK(tangents_of(gathered) == gather(exec, tangents_of(sums), indices, inner));
}

}  // namespace

STARLING_BACKEND_CASE("gathers and segment sums equal the oracle at all sizes") {
  for (const std::int64_t entries : kSizes) {
    for (const std::int64_t inner : {1, 3, 33}) {
      CAPTURE(entries);
      check_both<float>(exec, entries, 40, inner);
      check_both<double>(exec, entries, 1, inner);
      check_both<double>(exec, entries, 300, inner);
      check_dual<float>(exec, entries, 7, inner);
      check_dual<double>(exec, entries, 7, inner);
    }
  }
  check_both<double>(exec, 0, 0, 3);
  check_both<double>(exec, 5, 4, 0);
}

STARLING_BACKEND_CASE("the segment sum is the transpose of the gather over a million entries") {
  const std::int64_t entries = 1000003;
  const std::int64_t rows = 70001;
  const std::vector<std::int32_t> indices = random_rows(entries, rows, 6);
  const std::vector<double> dx = spread(rows, 7);
  const std::vector<double> y_adj = spread(entries, 8);
  const std::vector<double> x_adj = segment_sum(exec, y_adj, entries_by_row(indices, rows), 1);
  CHECK(relative_gap(dot(y_adj, gather(exec, dx, indices, 1)), dot(x_adj, dx)) < 1e-12);
}

STARLING_BACKEND_CASE("a star of a million entries equals the oracle") {
  const std::int64_t entries = 1000003;
  const std::vector<std::int32_t> hub(static_cast<std::size_t>(entries), 1);
  const std::vector<double> x = spread(entries, 9);
  CHECK(worst_difference(segment_sum(exec, x, entries_by_row(hub, 3), 1), scatter_oracle(x, hub, 3, 1)) <
        1e-12);
}

TEST_CASE("a long segment is cut into about as many pieces as each has entries, and misses none") {
  const std::vector<std::int64_t> offsets{0, 256, 513, 513, 1000513};
  const LongSegments cut = cut_long_segments(offsets);
  CHECK(cut.segments == std::vector<std::int32_t>{1, 3});
  CHECK(cut.piece_offsets == std::vector<std::int64_t>{0, 2, 1002});
  CHECK(cut.pieces[1].first == 512);
  CHECK(cut.pieces[1].end == 513);
  for (std::size_t p = 3; p < cut.pieces.size(); ++p) CHECK(cut.pieces[p].first == cut.pieces[p - 1].end);
  CHECK(cut.pieces.back().end == offsets.back());
}

TEST_CASE("a segment sum has the same bits for any number of threads") {
  const std::vector<std::int32_t> indices = random_rows(200000, 1000, 10);
  const std::vector<double> x = spread(200000, 11);
  const Csr by_row = entries_by_row(indices, 1000);
  const std::vector<double> one = segment_sum(Exec::cpu(1), x, by_row, 1);
  for (const int threads : {2, 3, 7}) CHECK(segment_sum(Exec::cpu(threads), x, by_row, 1) == one);
}

TEST_SUITE_END();
