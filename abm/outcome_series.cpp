#include <array>
#include <string>

#include <fmt/format.h>

#include <starling/abm/outcome_series.hpp>
#include <starling/core/check.hpp>
#include <starling/core/error.hpp>
#include <starling/core/nearest_name.hpp>

namespace starling {

namespace {

constexpr std::array<std::string_view, kOutcomes> kNames{
    "symptom_onset", "admission",   "intensive_care",   "death",
    "symptomatic",   "in_hospital", "in_intensive_care"};

/// [kOutcomes][kDiseaseEvents] in the order of the enumerations.
constexpr int kContribution[kOutcomes][kDiseaseEvents] = {
    {1, 0, 0, 0, 0, 0, 0},      // symptom_onset
    {0, 1, 0, 0, 0, 0, 0},      // admission
    {0, 0, 1, 0, 0, 0, 0},      // intensive_care
    {0, 0, 0, 1, 0, 0, 0},      // death
    {1, 0, 0, -1, -1, -1, -1},  // symptomatic
    {0, 1, 0, -1, 0, -1, -1},   // in_hospital
    {0, 0, 1, -1, 0, 0, -1}     // in_intensive_care
};

void check_layout(const OutcomeLayout& layout, std::size_t series) {
  check_equal_size("outcome series", "series", static_cast<std::int64_t>(series),
                   static_cast<std::int64_t>(layout.size()));
}

}  // namespace

std::string_view outcome_name(Outcome outcome) {
  return kNames.at(static_cast<std::size_t>(outcome));
}

Outcome outcome_named(std::string_view name) {
  for (std::size_t k = 0; k < kNames.size(); ++k) {
    if (kNames[k] == name) return static_cast<Outcome>(k);
  }
  const std::vector<std::string> known(kNames.begin(), kNames.end());
  throw InputError(fmt::format("outcome_named: \"{}\" is no outcome, the nearest known one is \"{}\"", name,
                               nearest_name(name, known)));
}

int contribution(Outcome outcome, DiseaseEvent event) {
  return kContribution[static_cast<std::size_t>(outcome)][static_cast<std::size_t>(event)];
}

bool is_prevalence(Outcome outcome) {
  return outcome >= Outcome::symptomatic;
}

template <class Count>
void add_events(const OutcomeLayout& layout, DiseaseEvent event, std::span<const Count> events,
                std::span<double> series) {
  check_layout(layout, series.size());
  for (std::size_t o = 0; o < layout.outcomes.size(); ++o) {
    const int sign = contribution(layout.outcomes[o], event);
    if (sign == 0) continue;
    double* change = series.data() + o * layout.block();
    for (std::size_t i = 0; i < layout.block(); ++i) change[i] += sign * static_cast<double>(events[i]);
  }
}

template void add_events<double>(const OutcomeLayout&, DiseaseEvent, std::span<const double>,
                                 std::span<double>);
template void add_events<std::int64_t>(const OutcomeLayout&, DiseaseEvent, std::span<const std::int64_t>,
                                       std::span<double>);

void finish_series(const OutcomeLayout& layout, std::span<double> series) {
  check_layout(layout, series.size());
  for (std::size_t o = 0; o < layout.outcomes.size(); ++o) {
    if (!is_prevalence(layout.outcomes[o])) continue;
    double* people = series.data() + o * layout.block();
    for (std::size_t i = layout.row(); i < layout.block(); ++i) people[i] += people[i - layout.row()];
  }
}

void start_series_adjoint(const OutcomeLayout& layout, std::span<double> series_adj) {
  check_layout(layout, series_adj.size());
  for (std::size_t o = 0; o < layout.outcomes.size(); ++o) {
    if (!is_prevalence(layout.outcomes[o])) continue;
    // A change at one record counts in that record and all later ones.
    double* adj = series_adj.data() + o * layout.block();
    for (std::size_t i = layout.block(); i-- > layout.row();) adj[i - layout.row()] += adj[i];
  }
}

void events_adjoint(const OutcomeLayout& layout, DiseaseEvent event, std::span<const double> change_adj,
                    std::span<double> events_adj) {
  check_layout(layout, change_adj.size());
  for (std::size_t o = 0; o < layout.outcomes.size(); ++o) {
    const int sign = contribution(layout.outcomes[o], event);
    if (sign == 0) continue;
    const double* adj = change_adj.data() + o * layout.block();
    for (std::size_t i = 0; i < layout.block(); ++i) events_adj[i] += sign * adj[i];
  }
}

std::vector<double> outcome_series(const OutcomeLayout& layout, std::span<const std::int64_t> events) {
  check_equal_size("outcome_series", "events", static_cast<std::int64_t>(events.size()),
                   kDiseaseEvents * static_cast<std::int64_t>(layout.block()));
  std::vector<double> series(layout.size(), 0.0);
  for (int event = 0; event < kDiseaseEvents; ++event)
    add_events(layout, static_cast<DiseaseEvent>(event),
               events.subspan(static_cast<std::size_t>(event) * layout.block(), layout.block()),
               std::span<double>(series));
  finish_series(layout, series);
  return series;
}

}  // namespace starling
