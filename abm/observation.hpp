#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <starling/abm/case_groups.hpp>

namespace starling {

/// What a calibration compares: log10(1 + cumulative cases) of each age bin at each record, [age
/// bins][records]. The 1 keeps bins without cases finite.
class CaseObservation {
 public:
  CaseObservation(int records, const CaseGroups& groups, const std::vector<int>& age_bin_edges)
      : records_(records),
        age_bins_(static_cast<int>(age_bin_edges.size()) - 1),
        bin_of_group_(age_bins_of(groups, age_bin_edges)) {}

  [[nodiscard]] int records() const { return records_; }
  [[nodiscard]] int age_bins() const { return age_bins_; }
  [[nodiscard]] std::size_t size() const {
    return static_cast<std::size_t>(records_) * static_cast<std::size_t>(age_bins_);
  }

  /// New cases of one lane by bin, given those of all groups [records][counted groups][width]. [age
  /// bins][records]
  [[nodiscard]] std::vector<std::int64_t> binned(std::span<const std::int64_t> new_cases, int width,
                                                 int lane) const;

  /// Observation of one lane of new cases [records][counted groups][width]; `values` has size() elements.
  void observe(std::span<const std::int64_t> new_cases, int width, int lane, std::span<double> values) const;

  /// Adds to new_cases_adj (same layout as new_cases) the adjoint given values_adj.
  void observe_adjoint(std::span<const std::int64_t> new_cases, int width, int lane,
                       std::span<const double> values_adj, std::span<double> new_cases_adj) const;

  /// Derivative of `observe` along new_cases_tangent [records][counted groups][columns], of which `column`
  /// belongs to the lane. values_tangent has size() elements.
  void observe_tangent(std::span<const std::int64_t> new_cases, int width, int lane,
                       std::span<const double> new_cases_tangent, int columns, int column,
                       std::span<double> values_tangent) const;

  /// Observation of given cumulative cases [age bins][records].
  [[nodiscard]] std::vector<double> observe_cumulative(std::span<const double> cumulative) const;

 private:
  [[nodiscard]] std::size_t cell(int record, std::size_t group, int width, int lane) const {
    return (static_cast<std::size_t>(record) * bin_of_group_.size() + group) *
               static_cast<std::size_t>(width) +
           static_cast<std::size_t>(lane);
  }
  /// Sums over the groups of each bin of one column. [age bins][records]
  template <class Count>
  [[nodiscard]] std::vector<Count> sum_bins(std::span<const Count> cases, int columns, int column) const;
  [[nodiscard]] std::size_t place(int bin, int record) const {
    return static_cast<std::size_t>(bin) * static_cast<std::size_t>(records_) +
           static_cast<std::size_t>(record);
  }

  int records_;
  int age_bins_;
  std::vector<int> bin_of_group_;  // [counted groups], -1 for groups in no bin
};

}  // namespace starling
