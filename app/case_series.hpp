#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace starling::app {

/// Cumulative cases of several runs by age bin and in total.
/// New cases come as [runs][records][age bins].
class CaseSeries {
 public:
  CaseSeries(std::span<const std::int64_t> new_cases, int records, int age_bins);

  [[nodiscard]] int runs() const { return runs_; }
  [[nodiscard]] int records() const { return records_; }
  [[nodiscard]] int age_bins() const { return age_bins_; }
  [[nodiscard]] std::int64_t cumulative(int run, int record, int bin) const;
  [[nodiscard]] std::int64_t cumulative_total(int run, int record) const;
  /// One series of all runs, [runs][records]: a bin, or the total for bin == age_bins().
  [[nodiscard]] std::vector<double> all_runs(int bin) const;

 private:
  int runs_;
  int records_;
  int age_bins_;
  std::vector<std::int64_t> cumulative_;  // [runs][records][age bins]
};

/// "cases_by_age_18" for a bin that ends below 18; cumulative cases.
std::vector<std::string> age_series_names(std::span<const int> age_bin_edges);

}  // namespace starling::app
