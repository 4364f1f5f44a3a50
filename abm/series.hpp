#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <starling/abm/case_groups.hpp>
#include <starling/abm/expected_outcomes.hpp>
#include <starling/abm/population.hpp>

namespace starling {

/// What a series counts: cases, which are infections, or one of the outcomes.
using Quantity = std::optional<Outcome>;

/// "cases", "symptom_onsets", "admissions", "deaths", and the names of the other outcomes.
std::string quantity_name(Quantity quantity);
/// The quantity of that name; throws InputError naming the nearest known one.
Quantity quantity_named(std::string_view name);
/// All names, for messages.
std::vector<std::string> quantity_names();
/// Whether it counts people at a record instead of events up to it.
bool is_prevalence(Quantity quantity);

/// Series of one quantity, for everyone or apart for parts of the population.
struct SeriesKey {
  Quantity quantity;
  std::string by;  // "" for everyone, "age" for the age bins, or an attribute of the population

  friend bool operator==(const SeriesKey&, const SeriesKey&) = default;
};

inline constexpr std::string_view kByAge = "age";

/// "deaths_by_borough_Camden"; the quantity alone for everyone.
std::string series_name(const SeriesKey& key, std::string_view label);

/// The attributes that groups must tell apart for these series, each once.
std::vector<std::string> attributes_of(std::span<const SeriesKey> keys);

/// Rows of a key in a table.
struct SeriesRows {
  int first = 0;
  int count = 0;
};

/// Series of several quantities and parts of the population, as linear functions of the new cases of groups.
/// Incidences are new events of each record, prevalences people at the record.
class SeriesTable {
 public:
  /// `groups` must tell apart the age bins, disease_age_edges() and attributes_of(keys). A key given twice
  /// counts once. Throws InputError for attributes the population or the groups lack.
  SeriesTable(const CaseGroups& groups, const Population& population, const DiseaseSettings& disease,
              std::span<const double> record_time_days, const std::vector<int>& age_bin_edges,
              std::span<const SeriesKey> keys);

  [[nodiscard]] const std::vector<SeriesKey>& keys() const { return keys_; }
  [[nodiscard]] int records() const { return records_; }
  [[nodiscard]] int rows() const { return rows_; }
  /// Length of the values of one lane: rows() * records().
  [[nodiscard]] std::size_t size() const {
    return static_cast<std::size_t>(rows_) * static_cast<std::size_t>(records_);
  }
  /// Throws InputError for a key the table does not have.
  [[nodiscard]] SeriesRows rows_of(const SeriesKey& key) const;
  /// What the rows of a key stand for: the upper edge of the age bin, or the category; "" for everyone.
  [[nodiscard]] const std::vector<std::string>& labels_of(const SeriesKey& key) const;

  /// Expected values given new cases [records][counted groups][width]: [lanes][rows][records] of the first
  /// `lanes` lanes. The scales are those of all lanes of the width.
  [[nodiscard]] std::vector<double> values(std::span<const std::int64_t> new_cases, int width, int lanes,
                                           const OutcomeScales& scales = {}) const;
  /// The same of real numbers, such as derivatives of new cases.
  [[nodiscard]] std::vector<double> values(std::span<const double> new_cases, int width, int lanes,
                                           const OutcomeScales& scales = {}) const;

  /// The transpose: adds to new_cases_adj [records][counted groups][width] what values_adj
  /// [lanes][rows][records] gives.
  void adjoint(std::span<const double> values_adj, int width, int lanes, std::span<double> new_cases_adj,
               const OutcomeScales& scales = {}) const;

  /// Values of drawn outcomes, counted by group: events [kDiseaseEvents][records][groups][width].
  [[nodiscard]] std::vector<double> sampled_values(std::span<const std::int64_t> new_cases,
                                                   std::span<const std::int64_t> events, int width,
                                                   int lanes) const;

 private:
  /// One way to part the population.
  struct Partition {
    std::string by;
    std::vector<std::string> labels;  // [cells]
    std::vector<int> cell_of_group;   // [counted groups], -1 for groups in no cell
    std::vector<Outcome> outcomes;    // wanted of this partition
    std::optional<ExpectedOutcomes> expected;

    [[nodiscard]] int cells() const { return static_cast<int>(labels.size()); }
  };
  /// Where the rows of a key come from.
  struct Source {
    std::size_t partition;
    int first_row;
    int outcome;  // place among the partition's outcomes, -1 for cases
  };

  [[nodiscard]] std::size_t partition_of(const std::string& by, const CaseGroups& groups,
                                         const Population& population, const std::vector<int>& age_bin_edges);
  [[nodiscard]] std::size_t place_of(const SeriesKey& key) const;
  /// Copies [records][cells][width] into the rows of a source, and adds them back.
  void gather(const Source& source, const double* from, int width, int lanes, std::span<double> values) const;
  void scatter(const Source& source, std::span<const double> values_adj, int width, int lanes,
               double* to) const;
  template <class Count>
  [[nodiscard]] std::vector<double> case_sums(const Partition& partition, std::span<const Count> new_cases,
                                              int width) const;
  [[nodiscard]] std::vector<double> sampled_sums(const Partition& partition,
                                                 std::span<const std::int64_t> events, int width) const;
  /// Values whose outcomes of a partition, [outcomes][records][cells][width], `outcomes_of` computes.
  template <class Count, class OutcomesOf>
  [[nodiscard]] std::vector<double> collect(std::span<const Count> new_cases, int width, int lanes,
                                            const OutcomesOf& outcomes_of) const;
  [[nodiscard]] std::size_t block(const Partition& partition, int width) const {
    return static_cast<std::size_t>(records_) * static_cast<std::size_t>(partition.cells()) *
           static_cast<std::size_t>(width);
  }
  void check_cases(std::size_t new_cases, int width, int lanes) const;

  int records_;
  int groups_;          // of one vaccination status
  int counted_groups_;  // of all
  int rows_ = 0;
  std::vector<SeriesKey> keys_;
  std::vector<Source> sources_;  // [keys]
  std::vector<Partition> partitions_;
};

}  // namespace starling
