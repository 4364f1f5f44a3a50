#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <starling/abm/population.hpp>
#include <starling/abm/series.hpp>

namespace starling::app {

/// What a name in sensitivity.outcomes stands for: one number, or one for each part of the population.
struct OutcomeKind {
  enum class Measure {
    total,           // new events up to the end: "cases", "deaths_by_borough"
    peak_day,        // days from the start to the day with most new infections
    peak_cases,      // new infections of that day
    attack_rate,     // infections over people: of everyone, or "attack_rate_by_sex"
    case_share,      // share of a part in all infections: "case_share_by_age"
    network_shares,  // shares of the infections after the start by where they happened
    reproduction,    // reproduction numbers of a window and of weeks
  };
  Measure measure = Measure::total;
  Quantity quantity{};  // of a total
  std::string by{};     // "" for everyone, "age", or an attribute of the population
};

/// Absent for a name that stands for nothing. Attributes are not checked: they are the population's.
std::optional<OutcomeKind> outcome_kind_named(std::string_view name);

/// All names in words, those of parts as "<quantity>_by_<part>".
std::string outcome_names_in_words();

/// Throws InputError that starts with `file`, naming the outcome and the parts there are, for an outcome by
/// an attribute that the population lacks.
void check_outcome_parts(const std::vector<std::string>& names, const Population& population,
                         const std::string& file);

/// The series that outcomes are computed from.
std::vector<SeriesKey> series_of_outcomes(const std::vector<std::string>& names);

}  // namespace starling::app
