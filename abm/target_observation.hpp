#pragma once

#include <span>
#include <vector>

#include <starling/abm/series_points.hpp>

namespace starling {

/// What a calibration with several targets compares: of each target the points of its window, [rows][points],
/// one target after the other. Linear in the series.
class TargetObservation {
 public:
  /// One target: where its rows lie in the table and its values in the observation.
  struct Part {
    SeriesRows rows;
    SeriesPoints points;
    std::size_t first = 0;  // of the observation's values

    [[nodiscard]] std::size_t size() const {
      return static_cast<std::size_t>(rows.count) * static_cast<std::size_t>(points.inside());
    }
  };

  /// The table must have the keys of all targets. Throws InputError as SeriesPoints.
  TargetObservation(const SeriesTable& table, const Calendar& calendar,
                    std::span<const SeriesTarget> targets);

  [[nodiscard]] const std::vector<Part>& parts() const { return parts_; }
  [[nodiscard]] std::size_t size() const { return size_; }

  /// Observation of the series of one run [rows][records]; `values` has size() elements.
  void observe(std::span<const double> series, std::span<double> values) const;
  /// Adds to series_adj [rows][records] the adjoint given values_adj.
  void observe_adjoint(std::span<const double> values_adj, std::span<double> series_adj) const;

  /// All points of a part, the window and what lies outside it, of one run's series [rows][records]:
  /// [rows of the part][points].
  [[nodiscard]] std::vector<double> all_points(const Part& part, std::span<const double> series) const;

 private:
  int records_;
  std::size_t size_ = 0;
  std::vector<Part> parts_;
};

}  // namespace starling
