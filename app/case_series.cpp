#include <starling/app/case_series.hpp>

namespace starling::app {

CaseSeries::CaseSeries(std::span<const std::int64_t> new_cases, int records, int age_bins)
    : runs_(static_cast<int>(new_cases.size() /
                             (static_cast<std::size_t>(records) * static_cast<std::size_t>(age_bins)))),
      records_(records),
      age_bins_(age_bins),
      cumulative_(new_cases.begin(), new_cases.end()) {
  const auto bins = static_cast<std::size_t>(age_bins);
  const std::size_t run_cells = static_cast<std::size_t>(records) * bins;
  for (std::size_t cell = 0; cell < cumulative_.size(); ++cell) {
    if (cell % run_cells >= bins) cumulative_[cell] += cumulative_[cell - bins];
  }
}

std::int64_t CaseSeries::cumulative(int run, int record, int bin) const {
  return cumulative_[static_cast<std::size_t>((std::int64_t{run} * records_ + record) * age_bins_ + bin)];
}

std::int64_t CaseSeries::cumulative_total(int run, int record) const {
  std::int64_t sum = 0;
  for (int bin = 0; bin < age_bins_; ++bin) sum += cumulative(run, record, bin);
  return sum;
}

std::vector<double> CaseSeries::all_runs(int bin) const {
  std::vector<double> values;
  for (int run = 0; run < runs_; ++run) {
    for (int record = 0; record < records_; ++record)
      values.push_back(static_cast<double>(bin == age_bins_ ? cumulative_total(run, record)
                                                            : cumulative(run, record, bin)));
  }
  return values;
}

std::vector<std::string> age_series_names(std::span<const int> age_bin_edges) {
  std::vector<std::string> names;
  for (const int edge : age_bin_edges.subspan(1)) names.push_back("cases_by_age_" + std::to_string(edge));
  return names;
}

}  // namespace starling::app
