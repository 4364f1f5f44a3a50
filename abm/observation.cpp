#include <cmath>
#include <numbers>

#include <starling/abm/observation.hpp>
#include <starling/core/check.hpp>

namespace starling {

template <class Count>
std::vector<Count> CaseObservation::sum_bins(std::span<const Count> cases, int columns, int column) const {
  check_equal_size("CaseObservation", "new_cases", static_cast<std::int64_t>(cases.size()),
                   static_cast<std::int64_t>(bin_of_group_.size()) * records_ * columns);
  std::vector<Count> result(size(), Count(0));
  for (int record = 0; record < records_; ++record) {
    for (std::size_t group = 0; group < bin_of_group_.size(); ++group) {
      if (bin_of_group_[group] >= 0)
        result[place(bin_of_group_[group], record)] += cases[cell(record, group, columns, column)];
    }
  }
  return result;
}

std::vector<std::int64_t> CaseObservation::binned(std::span<const std::int64_t> new_cases, int width,
                                                  int lane) const {
  return sum_bins(new_cases, width, lane);
}

void CaseObservation::observe(std::span<const std::int64_t> new_cases, int width, int lane,
                              std::span<double> values) const {
  check_equal_size("CaseObservation::observe", "values", static_cast<std::int64_t>(values.size()),
                   static_cast<std::int64_t>(size()));
  const std::vector<std::int64_t> cases = binned(new_cases, width, lane);
  for (int bin = 0; bin < age_bins_; ++bin) {
    std::int64_t cumulative = 0;
    for (int record = 0; record < records_; ++record) {
      cumulative += cases[place(bin, record)];
      values[place(bin, record)] = std::log10(1.0 + static_cast<double>(cumulative));
    }
  }
}

void CaseObservation::observe_adjoint(std::span<const std::int64_t> new_cases, int width, int lane,
                                      std::span<const double> values_adj,
                                      std::span<double> new_cases_adj) const {
  const std::vector<std::int64_t> cases = binned(new_cases, width, lane);
  std::vector<double> cases_adj(size(), 0.0);
  for (int bin = 0; bin < age_bins_; ++bin) {
    std::int64_t cumulative = 0;
    for (int record = 0; record < records_; ++record) cumulative += cases[place(bin, record)];
    // A case on one record counts in the cumulative number of that record and all later ones.
    double later_adj = 0.0;
    for (int record = records_ - 1; record >= 0; --record) {
      later_adj +=
          values_adj[place(bin, record)] / (std::numbers::ln10 * (1.0 + static_cast<double>(cumulative)));
      cases_adj[place(bin, record)] = later_adj;
      cumulative -= cases[place(bin, record)];
    }
  }
  for (int record = 0; record < records_; ++record) {
    for (std::size_t group = 0; group < bin_of_group_.size(); ++group) {
      if (bin_of_group_[group] >= 0)
        new_cases_adj[cell(record, group, width, lane)] += cases_adj[place(bin_of_group_[group], record)];
    }
  }
}

void CaseObservation::observe_tangent(std::span<const std::int64_t> new_cases, int width, int lane,
                                      std::span<const double> new_cases_tangent, int columns, int column,
                                      std::span<double> values_tangent) const {
  check_equal_size("CaseObservation::observe_tangent", "values_tangent",
                   static_cast<std::int64_t>(values_tangent.size()), static_cast<std::int64_t>(size()));
  const std::vector<std::int64_t> cases = binned(new_cases, width, lane);
  const std::vector<double> tangents = sum_bins(new_cases_tangent, columns, column);
  for (int bin = 0; bin < age_bins_; ++bin) {
    std::int64_t cumulative = 0;
    double tangent = 0.0;
    for (int record = 0; record < records_; ++record) {
      cumulative += cases[place(bin, record)];
      tangent += tangents[place(bin, record)];
      values_tangent[place(bin, record)] =
          tangent / (std::numbers::ln10 * (1.0 + static_cast<double>(cumulative)));
    }
  }
}

std::vector<double> CaseObservation::observe_cumulative(std::span<const double> cumulative) const {
  check_equal_size("CaseObservation", "cumulative cases", static_cast<std::int64_t>(cumulative.size()),
                   static_cast<std::int64_t>(size()));
  std::vector<double> values;
  for (const double count : cumulative) {
    check_non_negative("CaseObservation", "cumulative cases", count);
    values.push_back(std::log10(1.0 + count));
  }
  return values;
}

}  // namespace starling
