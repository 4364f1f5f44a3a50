#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <starling/kernels/disease_course.hpp>

namespace starling {

/// A series that runs report. The first four count events in (record before, record]; the others count people
/// at the record, each within the one before: with symptoms (in hospital or not), in hospital (severe or
/// critical), in intensive care.
enum class Outcome : std::uint8_t {
  symptom_onset,
  admission,
  intensive_care,
  death,
  symptomatic,
  in_hospital,
  in_intensive_care
};
inline constexpr int kOutcomes = 7;

/// "symptom_onset", as in column names.
std::string_view outcome_name(Outcome outcome);
/// The outcome of that name; throws InputError naming the nearest known one.
Outcome outcome_named(std::string_view name);

/// What one event adds: to the count of its record (+1), or to the number of people at its and all later
/// records
/// (+1 enters, -1 leaves), or nothing (0).
int contribution(Outcome outcome, DiseaseEvent event);
/// Whether the outcome counts people at a record instead of events.
bool is_prevalence(Outcome outcome);

/// Where series lie: [outcomes][records][cells][lanes].
struct OutcomeLayout {
  std::vector<Outcome> outcomes;
  int records = 0;
  int cells = 0;
  int lanes = 0;

  [[nodiscard]] std::size_t row() const {
    return static_cast<std::size_t>(cells) * static_cast<std::size_t>(lanes);
  }
  [[nodiscard]] std::size_t block() const { return static_cast<std::size_t>(records) * row(); }
  [[nodiscard]] std::size_t size() const { return outcomes.size() * block(); }
};

/// Adds the events of one kind [records][cells][lanes] to the series that they contribute to, as the change
/// at their record; finish_series then sums the changes of the prevalences over the records.
template <class Count>
void add_events(const OutcomeLayout& layout, DiseaseEvent event, std::span<const Count> events,
                std::span<double> series);
void finish_series(const OutcomeLayout& layout, std::span<double> series);

/// The transposes: start_series_adjoint turns the adjoint of the series in place into that of their changes,
/// of which events_adjoint adds up what one kind of event contributes to.
void start_series_adjoint(const OutcomeLayout& layout, std::span<double> series_adj);
void events_adjoint(const OutcomeLayout& layout, DiseaseEvent event, std::span<const double> change_adj,
                    std::span<double> events_adj);

/// Series of counted events [kDiseaseEvents][records][cells][lanes].
std::vector<double> outcome_series(const OutcomeLayout& layout, std::span<const std::int64_t> events);

}  // namespace starling
