#include <starling/abm/target_observation.hpp>
#include <starling/core/check.hpp>

namespace starling {

namespace {

/// Row of a part within [rows][records].
template <class Value>
std::span<Value> row_of(std::span<Value> series, const SeriesRows& rows, int row, int records) {
  return series.subspan(static_cast<std::size_t>(rows.first + row) * static_cast<std::size_t>(records),
                        static_cast<std::size_t>(records));
}

}  // namespace

TargetObservation::TargetObservation(const SeriesTable& table, const Calendar& calendar,
                                     std::span<const SeriesTarget> targets)
    : records_(table.records()) {
  for (const SeriesTarget& target : targets) {
    parts_.push_back({table.rows_of(target.key), SeriesPoints(calendar, target), size_});
    size_ += parts_.back().size();
  }
}

void TargetObservation::observe(std::span<const double> series, std::span<double> values) const {
  check_equal_size("TargetObservation::observe", "values", static_cast<std::int64_t>(values.size()),
                   static_cast<std::int64_t>(size_));
  for (const Part& part : parts_) {
    std::size_t place = part.first;
    for (int row = 0; row < part.rows.count; ++row) {
      const std::span<const double> own = row_of(series, part.rows, row, records_);
      for (int i = 0; i < part.points.inside(); ++i)
        values[place++] = part.points.value(part.points.first_inside() + i, own);
    }
  }
}

void TargetObservation::observe_adjoint(std::span<const double> values_adj,
                                        std::span<double> series_adj) const {
  check_equal_size("TargetObservation::observe_adjoint", "values_adj",
                   static_cast<std::int64_t>(values_adj.size()), static_cast<std::int64_t>(size_));
  for (const Part& part : parts_) {
    std::size_t place = part.first;
    for (int row = 0; row < part.rows.count; ++row) {
      const std::span<double> own = row_of(series_adj, part.rows, row, records_);
      for (int i = 0; i < part.points.inside(); ++i)
        part.points.adjoint(part.points.first_inside() + i, values_adj[place++], own);
    }
  }
}

std::vector<double> TargetObservation::all_points(const Part& part, std::span<const double> series) const {
  std::vector<double> values;
  for (int row = 0; row < part.rows.count; ++row) {
    const std::span<const double> own = row_of(series, part.rows, row, records_);
    for (int point = 0; point < part.points.size(); ++point) values.push_back(part.points.value(point, own));
  }
  return values;
}

}  // namespace starling
