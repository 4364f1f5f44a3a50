#include <cmath>
#include <numbers>

#include <starling/abm/observation.hpp>
#include <starling/core/check.hpp>

namespace starling {

void CaseObservation::observe(std::span<const std::int64_t> new_cases, int width, int lane,
                              std::span<double> values) const {
  check_equal_size("CaseObservation::observe", "values", static_cast<std::int64_t>(values.size()),
                   static_cast<std::int64_t>(size()));
  for (int bin = 0; bin < age_bins_; ++bin) {
    std::int64_t cumulative = 0;
    for (int record = 0; record < records_; ++record) {
      cumulative += new_cases[cell(record, bin, width, lane)];
      values[place(bin, record)] = std::log10(1.0 + static_cast<double>(cumulative));
    }
  }
}

void CaseObservation::observe_adjoint(std::span<const std::int64_t> new_cases, int width, int lane,
                                      std::span<const double> values_adj,
                                      std::span<double> new_cases_adj) const {
  for (int bin = 0; bin < age_bins_; ++bin) {
    std::int64_t cumulative = 0;
    for (int record = 0; record < records_; ++record) cumulative += new_cases[cell(record, bin, width, lane)];
    // A case on one record counts in the cumulative number of that record and all later ones.
    double later_adj = 0.0;
    for (int record = records_ - 1; record >= 0; --record) {
      const std::size_t k = cell(record, bin, width, lane);
      later_adj +=
          values_adj[place(bin, record)] / (std::numbers::ln10 * (1.0 + static_cast<double>(cumulative)));
      new_cases_adj[k] += later_adj;
      cumulative -= new_cases[k];
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
