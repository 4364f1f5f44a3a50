#include <algorithm>
#include <numeric>
#include <vector>

#include <fmt/format.h>

#include <starling/autodiff/indexing.hpp>
#include <starling/core/check.hpp>
#include <starling/core/csr.hpp>
#include <starling/core/error.hpp>
#include <starling/kernels/gather_rows.hpp>

namespace starling {

namespace {

Csr entries_of_rows(std::span<const std::int32_t> indices, std::int64_t rows) {
  constexpr const char* place = "Indices";
  checked_int32(place, "number of indices", static_cast<std::int64_t>(indices.size()));
  checked_int32(place, "rows", rows);
  check_non_negative(place, "rows", static_cast<double>(rows));
  for (std::size_t e = 0; e < indices.size(); ++e)
    if (indices[e] < 0 || indices[e] >= rows)
      check_index(place, fmt::format("indices[{}]", e), indices[e], rows);
  Csr row_of_entry;
  row_of_entry.offsets.resize(indices.size() + 1);
  std::iota(row_of_entry.offsets.begin(), row_of_entry.offsets.end(), std::int64_t{0});
  row_of_entry.indices.assign(indices.begin(), indices.end());
  return transpose(row_of_entry, rows);
}

std::vector<std::int32_t> segments_of_entries(std::span<const std::int64_t> offsets) {
  constexpr const char* place = "Segments";
  check_that(!offsets.empty() && offsets.front() == 0, place, "offsets must start with 0");
  for (std::size_t s = 1; s < offsets.size(); ++s)
    if (offsets[s] < offsets[s - 1])
      throw InputError(fmt::format("{}: offsets[{}] = {}, expected at least {}, the one before it", place, s,
                                   offsets[s], offsets[s - 1]));
  checked_int32(place, "number of segments", static_cast<std::int64_t>(offsets.size()) - 1);
  std::vector<std::int32_t> segment_of_entry(static_cast<std::size_t>(offsets.back()));
  for (std::size_t s = 0; s + 1 < offsets.size(); ++s)
    std::fill(segment_of_entry.begin() + offsets[s], segment_of_entry.begin() + offsets[s + 1],
              static_cast<std::int32_t>(s));
  return segment_of_entry;
}

/// Their memory is given back in the order of their own stream, and read in that of the tape.
void check_context(const char* place, const char* argument, const Exec& made, const Exec& used) {
  if (made.backend() != used.backend() || made.stream() != used.stream())
    throw InputError(
        fmt::format("{}: {} were made on another execution context than the tape's", place, argument));
}

/// Elements of a row.
template <class Real>
std::int64_t check_rows(const char* place, Var<Real> x, std::int64_t rows, const char* of_what) {
  if (x.shape().rank() == 0 || x.shape().extent(0) != rows)
    throw InputError(fmt::format("{}: x has shape {}, expected {} rows, one for each {}", place,
                                 to_string(x.shape()), rows, of_what));
  return x.shape().size_between(1, x.shape().rank());
}

/// y of the sums over `segments`, and its record, whose adjoint reads entry e from row source[e] of y_adj;
/// `owner` keeps the tables.
template <class Real, class Owner>
Var<Real> record_segment_sum(Operation operation, Var<Real> x, const SegmentView& segments,
                             std::int64_t inner, const std::int32_t* source, const Owner& owner) {
  Tape<Real>& tape = x.tape();
  const Var<Real> y = tape.output(x.shape().with(0, segments.segments));
  auto* workspace = tape.template memory<AccumulatorOf<Real>>(segment_sum_workspace(segments, inner));
  kernels::segment_sum<Real>(
      tape.exec(), {segments, inner, x.data(), tape.mutable_data(y), GradientMode::overwrite, workspace});
  const std::int64_t entries = segments.entries;
  tape.record(operation, {x}, {y}, [owner, entries, inner, source](AdjointContext<Real>& context) {
    const AdjointSlot<Real> slot = context.input_adj(0);
    kernels::gather_rows<Real>(context.exec(),
                               {entries, inner, source, context.output_adj(), slot.data, slot.mode});
  });
  return y;
}

}  // namespace

Indices::Indices(const Exec& exec, std::span<const std::int32_t> indices, std::int64_t rows) {
  const Csr entries = entries_of_rows(indices, rows);
  tables_ = std::make_shared<const Tables>(
      Tables{Buffer<std::int32_t>(exec, indices), SegmentTable(exec, entries.offsets, entries.indices)});
}

Segments::Segments(const Exec& exec, std::span<const std::int64_t> offsets) {
  const std::vector<std::int32_t> segment_of_entry = segments_of_entries(offsets);
  tables_ = std::make_shared<const Tables>(
      Tables{Buffer<std::int32_t>(exec, segment_of_entry), SegmentTable(exec, offsets, {})});
}

template <class Real>
Var<Real> gather(Var<Real> x, const Indices& indices) {
  Tape<Real>& tape = x.tape();
  check_context("gather", "indices", indices.exec(), tape.exec());
  const std::int64_t inner = check_rows("gather", x, indices.rows(), "row of the indices");
  const Var<Real> y = tape.output(x.shape().with(0, indices.count()));
  kernels::gather_rows<Real>(tape.exec(), {indices.count(), inner, indices.data(), x.data(),
                                           tape.mutable_data(y), GradientMode::overwrite});
  tape.record(Operation::gather, {x}, {y}, [indices, inner](AdjointContext<Real>& context) {
    const AdjointSlot<Real> slot = context.input_adj(0);
    const SegmentView entries = indices.entries_by_row();
    auto* workspace = context.template scratch<AccumulatorOf<Real>>(segment_sum_workspace(entries, inner));
    kernels::segment_sum<Real>(context.exec(),
                               {entries, inner, context.output_adj(), slot.data, slot.mode, workspace});
  });
  return y;
}

template <class Real>
Var<Real> scatter_add(Var<Real> x, const Indices& indices) {
  check_context("scatter_add", "indices", indices.exec(), x.tape().exec());
  const std::int64_t inner = check_rows("scatter_add", x, indices.count(), "index");
  return record_segment_sum(Operation::scatter_add, x, indices.entries_by_row(), inner, indices.data(),
                            indices);
}

template <class Real>
Var<Real> segment_sum(Var<Real> x, const Segments& segments) {
  check_context("segment_sum", "segments", segments.exec(), x.tape().exec());
  const std::int64_t inner = check_rows("segment_sum", x, segments.entries(), "entry of the segments");
  return record_segment_sum(Operation::segment_sum, x, segments.view(), inner, segments.segment_of_entry(),
                            segments);
}

#define STARLING_INSTANTIATE(Real)                           \
  template Var<Real> gather(Var<Real>, const Indices&);      \
  template Var<Real> scatter_add(Var<Real>, const Indices&); \
  template Var<Real> segment_sum(Var<Real>, const Segments&);
STARLING_INSTANTIATE(float)
STARLING_INSTANTIATE(double)
STARLING_INSTANTIATE(Dual<float>)
STARLING_INSTANTIATE(Dual<double>)
#undef STARLING_INSTANTIATE

}  // namespace starling
