#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include <starling/abm/disease_settings.hpp>
#include <starling/abm/event_weights.hpp>
#include <starling/abm/outcome_series.hpp>

namespace starling {

/// The groups that new cases are counted in. No group may lie on both sides of one of disease_age_edges().
struct OutcomeGroups {
  std::vector<int> age_years;  // [groups] any age of the group
  std::vector<int> cell;       // [groups] the cell of the series that the group counts in, -1 for none
  int cells = 1;
  /// [groups] vaccination status, for shares of the probability of symptoms; empty for one status.
  std::vector<int> status{};
};

/// What scales the probabilities of lanes.
struct OutcomeScales {
  std::span<const DiseaseSeverity> severity{};  // [lanes], or empty
  /// Share of the probability of symptoms, and so of everything behind, that is left to each vaccination
  /// status. [statuses][lanes], or empty for all of it
  std::span<const double> symptoms_left{};
};

/// Expected outcomes of given infections:
///   series[outcome][t][cell][lane] = sum over groups g of the cell and infection records s <= t of
///       new_cases[s][g][lane] * (probability that an infection at s has the event in, or the state at,
///       record t)
/// The delays do not depend on the age, so groups are summed over their cell, weighted with their probability
/// of the event, before they are spread over the records. Linear in the new cases; the scales of a lane act
/// on its probabilities.
class ExpectedOutcomes {
 public:
  /// `record_time_days` [records], the time of record 0 (seeding) and of the end of each step. Throws
  /// InputError for times that do not ascend and for groups whose lists disagree.
  ExpectedOutcomes(const DiseaseSettings& settings, std::span<const double> record_time_days,
                   OutcomeGroups groups, std::vector<Outcome> outcomes);

  [[nodiscard]] int records() const { return records_; }
  [[nodiscard]] int groups() const { return static_cast<int>(groups_.cell.size()); }
  /// Where the series of `lanes` lanes lie.
  [[nodiscard]] OutcomeLayout layout(int lanes) const { return {outcomes_, records_, groups_.cells, lanes}; }

  /// Series [outcomes][records][cells][lanes] of new cases [records][groups][lanes].
  [[nodiscard]] std::vector<double> apply(std::span<const double> new_cases, int lanes,
                                          const OutcomeScales& scales = {}) const;
  [[nodiscard]] std::vector<double> apply(std::span<const std::int64_t> new_cases, int lanes,
                                          const OutcomeScales& scales = {}) const;

  /// The transpose: adds to new_cases_adj [records][groups][lanes] what series_adj [outcomes][records][cells]
  /// [lanes] gives.
  void adjoint(std::span<const double> series_adj, int lanes, std::span<double> new_cases_adj,
               const OutcomeScales& scales = {}) const;

 private:
  /// Groups of one age class and status that count in one cell; summed first.
  struct Slot {
    int age_class;
    int cell;
    int status;
  };

  template <class Count>
  [[nodiscard]] std::vector<double> series_of(std::span<const Count> new_cases, int lanes,
                                              const OutcomeScales& scales) const;
  template <class Count>
  [[nodiscard]] std::vector<double> sum_slots(std::span<const Count> new_cases, int lanes) const;
  void make_slots();
  void check_sizes(std::size_t new_cases, int lanes, const OutcomeScales& scales) const;
  [[nodiscard]] std::vector<DiseaseEvent> needed_events() const;
  /// Probability of the events of every age class and lane. [age classes][lanes]
  [[nodiscard]] std::vector<EventProbabilities> probabilities(
      int lanes, std::span<const DiseaseSeverity> severity) const;

  DiseaseSettings settings_;
  OutcomeGroups groups_;
  std::vector<Outcome> outcomes_;
  int records_;
  int statuses_ = 1;
  std::array<EventWeights, kDiseaseEvents> weights_;
  std::vector<Slot> slots_;
  std::vector<int> slot_of_group_;  // [groups], -1 for none
};

}  // namespace starling
