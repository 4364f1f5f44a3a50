#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include <starling/autodiff/tape.hpp>
#include <starling/kernels/segment_sum.hpp>

namespace starling {

/// Which row of an array each entry of a list takes, in the memory of an execution context together with the
/// entries of each row: 8 bytes an entry and 8 a row, made once. Lives outside the tape; copies share the
/// memory, and records keep it. To be used on tapes of the context it was made with.
class Indices {
 public:
  /// Throws InputError naming the first index outside [0, rows).
  Indices(const Exec& exec, std::span<const std::int32_t> indices, std::int64_t rows);

  [[nodiscard]] std::int64_t count() const { return tables_->indices.size(); }
  [[nodiscard]] std::int64_t rows() const { return tables_->entries_by_row.segments(); }
  [[nodiscard]] const Exec& exec() const { return tables_->indices.exec(); }
  /// Device memory, [count].
  [[nodiscard]] const std::int32_t* data() const { return tables_->indices.data(); }
  /// The entries of each row, ascending.
  [[nodiscard]] SegmentView entries_by_row() const { return tables_->entries_by_row.view(); }

 private:
  struct Tables {
    Buffer<std::int32_t> indices;
    SegmentTable entries_by_row;
  };
  std::shared_ptr<const Tables> tables_;
};

/// Neighbouring entries in segments: those of segment s are offsets[s] … offsets[s + 1] - 1. Memory as for
/// Indices, 4 bytes an entry and 8 a segment.
class Segments {
 public:
  /// `offsets` must start with 0 and not descend; InputError names the first that does.
  Segments(const Exec& exec, std::span<const std::int64_t> offsets);

  [[nodiscard]] std::int64_t count() const { return tables_->segments.segments(); }
  [[nodiscard]] std::int64_t entries() const { return tables_->segments.entries(); }
  [[nodiscard]] const Exec& exec() const { return tables_->segment_of_entry.exec(); }
  /// The segment of each entry, device memory, [entries].
  [[nodiscard]] const std::int32_t* segment_of_entry() const { return tables_->segment_of_entry.data(); }
  [[nodiscard]] SegmentView view() const { return tables_->segments.view(); }

 private:
  struct Tables {
    Buffer<std::int32_t> segment_of_entry;
    SegmentTable segments;
  };
  std::shared_ptr<const Tables> tables_;
};

/// y[e] = x[indices[e]]: x[rows][inner…] to y[count][inner…].
template <class Real>
Var<Real> gather(Var<Real> x, const Indices& indices);
/// y[r] = sum of x[e] over the entries e with indices[e] = r, in ascending order of entries: x[count][inner…]
/// to y[rows][inner…].
template <class Real>
Var<Real> scatter_add(Var<Real> x, const Indices& indices);
/// y[s] = sum of x[e] over the entries of segment s: x[entries][inner…] to y[segments][inner…].
template <class Real>
Var<Real> segment_sum(Var<Real> x, const Segments& segments);

}  // namespace starling
