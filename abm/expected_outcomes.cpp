#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include <starling/abm/expected_outcomes.hpp>
#include <starling/core/check.hpp>

namespace starling {

namespace {

constexpr const char* kPlace = "ExpectedOutcomes";

std::size_t product(std::size_t a, int b) {
  return a * static_cast<std::size_t>(b);
}

}  // namespace

ExpectedOutcomes::ExpectedOutcomes(const DiseaseSettings& settings, std::span<const double> record_time_days,
                                   OutcomeGroups groups, std::vector<Outcome> outcomes)
    : settings_(settings),
      groups_(std::move(groups)),
      outcomes_(std::move(outcomes)),
      records_(static_cast<int>(record_time_days.size())),
      weights_(EventWeights::of_disease(settings, record_time_days)) {
  make_slots();
}

void ExpectedOutcomes::make_slots() {
  check_equal_size(kPlace, "cell", static_cast<std::int64_t>(groups_.cell.size()),
                   static_cast<std::int64_t>(groups_.age_years.size()));
  check_positive(kPlace, "cells", groups_.cells);
  if (groups_.status.empty()) groups_.status.resize(groups_.cell.size(), 0);
  check_equal_size(kPlace, "status", static_cast<std::int64_t>(groups_.status.size()),
                   static_cast<std::int64_t>(groups_.cell.size()));
  std::map<std::tuple<int, int, int>, int> known;
  for (std::size_t g = 0; g < groups_.cell.size(); ++g) {
    check_in_range(kPlace, "cell", groups_.cell[g], -1, groups_.cells - 1);
    check_non_negative(kPlace, "status", groups_.status[g]);
    statuses_ = std::max(statuses_, groups_.status[g] + 1);
    if (groups_.cell[g] < 0) {
      slot_of_group_.push_back(-1);
      continue;
    }
    const Slot slot{disease_age_class(settings_, groups_.age_years[g]), groups_.cell[g], groups_.status[g]};
    const auto [place, is_new] =
        known.try_emplace({slot.age_class, slot.cell, slot.status}, static_cast<int>(slots_.size()));
    if (is_new) slots_.push_back(slot);
    slot_of_group_.push_back(place->second);
  }
}

void ExpectedOutcomes::check_sizes(std::size_t new_cases, int lanes, const OutcomeScales& scales) const {
  check_positive(kPlace, "lanes", lanes);
  check_equal_size(kPlace, "new_cases", static_cast<std::int64_t>(new_cases),
                   static_cast<std::int64_t>(product(product(groups_.cell.size(), records_), lanes)));
  if (!scales.severity.empty())
    check_equal_size(kPlace, "severity", static_cast<std::int64_t>(scales.severity.size()), lanes);
  if (!scales.symptoms_left.empty())
    check_equal_size(kPlace, "symptoms_left", static_cast<std::int64_t>(scales.symptoms_left.size()),
                     std::int64_t{statuses_} * lanes);
}

std::vector<DiseaseEvent> ExpectedOutcomes::needed_events() const {
  std::vector<DiseaseEvent> events;
  for (int k = 0; k < kDiseaseEvents; ++k) {
    const auto event = static_cast<DiseaseEvent>(k);
    bool needed = false;
    for (const Outcome outcome : outcomes_) needed = needed || contribution(outcome, event) != 0;
    if (needed) events.push_back(event);
  }
  return events;
}

std::vector<EventProbabilities> ExpectedOutcomes::probabilities(
    int lanes, std::span<const DiseaseSeverity> severity) const {
  std::vector<EventProbabilities> result;
  for (std::size_t k = 0; k < settings_.age_bands.size(); ++k) {
    for (int lane = 0; lane < lanes; ++lane)
      result.push_back(event_probabilities(
          settings_, static_cast<int>(k),
          severity.empty() ? DiseaseSeverity{} : severity[static_cast<std::size_t>(lane)]));
  }
  return result;
}

namespace {

/// One factor per slot and lane: the probability of an event, of which all are proportional to that of
/// symptoms. [slots][lanes]
template <class Slots>
std::vector<double> factors_of(const Slots& slots, const std::vector<EventProbabilities>& probabilities,
                               std::span<const double> symptoms_left, int lanes, DiseaseEvent event) {
  std::vector<double> factors;
  for (const auto& slot : slots) {
    const std::size_t row = product(static_cast<std::size_t>(slot.age_class), lanes);
    const std::size_t status_row = product(static_cast<std::size_t>(slot.status), lanes);
    for (std::size_t lane = 0; lane < static_cast<std::size_t>(lanes); ++lane) {
      const double left = symptoms_left.empty() ? 1.0 : symptoms_left[status_row + lane];
      factors.push_back(left * probabilities[row + lane][static_cast<std::size_t>(event)]);
    }
  }
  return factors;
}

/// Calls visit(slot row, cell row, factor row, lanes) with the offsets of each record and slot.
template <class Slots, class Visit>
void for_each_slot(const Slots& slots, int records, int cells, int lanes, const Visit& visit) {
  for (std::size_t t = 0; t < static_cast<std::size_t>(records); ++t) {
    for (std::size_t k = 0; k < slots.size(); ++k)
      visit(product(t * slots.size() + k, lanes),
            product(product(t, cells) + static_cast<std::size_t>(slots[k].cell), lanes), product(k, lanes));
  }
}

}  // namespace

template <class Count>
std::vector<double> ExpectedOutcomes::sum_slots(std::span<const Count> new_cases, int lanes) const {
  const std::size_t groups = groups_.cell.size();
  std::vector<double> sums(product(product(slots_.size(), records_), lanes), 0.0);
  for (std::size_t t = 0; t < static_cast<std::size_t>(records_); ++t) {
    for (std::size_t g = 0; g < groups; ++g) {
      if (slot_of_group_[g] < 0) continue;
      const Count* from = new_cases.data() + product(t * groups + g, lanes);
      double* to =
          sums.data() + product(t * slots_.size() + static_cast<std::size_t>(slot_of_group_[g]), lanes);
      for (int lane = 0; lane < lanes; ++lane) to[lane] += static_cast<double>(from[lane]);
    }
  }
  return sums;
}

template <class Count>
std::vector<double> ExpectedOutcomes::series_of(std::span<const Count> new_cases, int lanes,
                                                const OutcomeScales& scales) const {
  check_sizes(new_cases.size(), lanes, scales);
  const OutcomeLayout places = layout(lanes);
  const std::vector<double> sums = sum_slots(new_cases, lanes);
  const std::vector<EventProbabilities> by_class = probabilities(lanes, scales.severity);
  std::vector<double> series(places.size(), 0.0);
  for (const DiseaseEvent event : needed_events()) {
    const std::vector<double> factors = factors_of(slots_, by_class, scales.symptoms_left, lanes, event);
    std::vector<double> infections(places.block(), 0.0);  // those that lead to the event
    for_each_slot(slots_, records_, groups_.cells, lanes,
                  [&](std::size_t slot, std::size_t cell, std::size_t factor) {
                    for (std::size_t l = 0; l < static_cast<std::size_t>(lanes); ++l)
                      infections[cell + l] += factors[factor + l] * sums[slot + l];
                  });
    std::vector<double> events(places.block(), 0.0);
    weights_[static_cast<std::size_t>(event)].apply(infections, events);
    add_events<double>(places, event, events, series);
  }
  finish_series(places, series);
  return series;
}

std::vector<double> ExpectedOutcomes::apply(std::span<const double> new_cases, int lanes,
                                            const OutcomeScales& scales) const {
  return series_of(new_cases, lanes, scales);
}

std::vector<double> ExpectedOutcomes::apply(std::span<const std::int64_t> new_cases, int lanes,
                                            const OutcomeScales& scales) const {
  return series_of(new_cases, lanes, scales);
}

void ExpectedOutcomes::adjoint(std::span<const double> series_adj, int lanes, std::span<double> new_cases_adj,
                               const OutcomeScales& scales) const {
  const std::size_t groups = groups_.cell.size();
  check_sizes(new_cases_adj.size(), lanes, scales);
  const OutcomeLayout places = layout(lanes);
  std::vector<double> change_adj(series_adj.begin(), series_adj.end());
  start_series_adjoint(places, change_adj);
  const std::vector<EventProbabilities> by_class = probabilities(lanes, scales.severity);
  std::vector<double> sums_adj(product(product(slots_.size(), records_), lanes), 0.0);
  for (const DiseaseEvent event : needed_events()) {
    std::vector<double> event_adj(places.block(), 0.0);
    events_adjoint(places, event, change_adj, event_adj);
    std::vector<double> infections_adj(places.block(), 0.0);
    weights_[static_cast<std::size_t>(event)].adjoint(event_adj, infections_adj);
    const std::vector<double> factors = factors_of(slots_, by_class, scales.symptoms_left, lanes, event);
    for_each_slot(slots_, records_, groups_.cells, lanes,
                  [&](std::size_t slot, std::size_t cell, std::size_t factor) {
                    for (std::size_t l = 0; l < static_cast<std::size_t>(lanes); ++l)
                      sums_adj[slot + l] += factors[factor + l] * infections_adj[cell + l];
                  });
  }
  for (std::size_t t = 0; t < static_cast<std::size_t>(records_); ++t) {
    for (std::size_t g = 0; g < groups; ++g) {
      if (slot_of_group_[g] < 0) continue;
      const double* from =
          sums_adj.data() + product(t * slots_.size() + static_cast<std::size_t>(slot_of_group_[g]), lanes);
      double* to = new_cases_adj.data() + product(t * groups + g, lanes);
      for (int lane = 0; lane < lanes; ++lane) to[lane] += from[lane];
    }
  }
}

}  // namespace starling
