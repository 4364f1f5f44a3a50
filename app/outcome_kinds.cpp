#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <starling/app/outcome_kinds.hpp>
#include <starling/core/error.hpp>

namespace starling::app {
namespace {

using Measure = OutcomeKind::Measure;

constexpr std::string_view kByWord = "_by_";
constexpr std::string_view kAttackRate = "attack_rate";
constexpr std::string_view kCaseShare = "case_share";
constexpr std::array<std::pair<std::string_view, Measure>, 5> kOfEveryone{
    {{"peak_day", Measure::peak_day},
     {"peak_cases", Measure::peak_cases},
     {kAttackRate, Measure::attack_rate},
     {"network_shares", Measure::network_shares},
     {"reproduction", Measure::reproduction}}};

/// Quantities whose events can be summed: prevalences would count people again at every record.
std::vector<std::string> totals() {
  std::vector<std::string> names = quantity_names();
  std::erase_if(names, [](const std::string& name) { return is_prevalence(quantity_named(name)); });
  return names;
}

std::optional<OutcomeKind> total_named(std::string_view name, std::string by) {
  const std::vector<std::string> known = totals();
  if (std::ranges::find(known, name) == known.end()) return std::nullopt;
  return OutcomeKind{Measure::total, quantity_named(name), std::move(by)};
}

}  // namespace

std::optional<OutcomeKind> outcome_kind_named(std::string_view name) {
  for (const auto& [known, measure] : kOfEveryone)
    if (name == known) return OutcomeKind{.measure = measure};
  const std::size_t place = name.find(kByWord);
  if (place == std::string_view::npos) return total_named(name, "");
  const std::string_view what = name.substr(0, place);
  const std::string by(name.substr(place + kByWord.size()));
  if (by.empty()) return std::nullopt;
  if (what == kAttackRate) return OutcomeKind{.measure = Measure::attack_rate, .by = by};
  if (what == kCaseShare) return OutcomeKind{.measure = Measure::case_share, .by = by};
  return total_named(what, by);
}

std::string outcome_names_in_words() {
  std::vector<std::string> names = totals();
  for (const auto& [known, measure] : kOfEveryone) names.emplace_back(known);
  return fmt::format(
      "{}, or for the parts that age bins or an attribute of the population make, such as \"age\" or "
      "\"sex\": "
      "{}_by_<part>, {}_by_<part>, {}_by_<part>",
      fmt::join(names, ", "), fmt::join(totals(), "_by_<part>, "), kAttackRate, kCaseShare);
}

void check_outcome_parts(const std::vector<std::string>& names, const Population& population,
                         const std::string& file) {
  std::vector<std::string> parts{std::string(kByAge)};
  for (const Attribute& attribute : population.attributes) parts.push_back(attribute.name);
  for (const std::string& name : names) {
    const std::optional<OutcomeKind> kind = outcome_kind_named(name);
    if (!kind || kind->by.empty() || std::ranges::count(parts, kind->by) > 0) continue;
    throw InputError(
        fmt::format("{}: sensitivity.outcomes: \"{}\": the population has no attribute \"{}\", expected one "
                    "of {} after \"_by_\"",
                    file, name, kind->by, fmt::join(parts, ", ")));
  }
}

std::vector<SeriesKey> series_of_outcomes(const std::vector<std::string>& names) {
  // Peaks, shares, reproduction numbers and what is drawn over time need the cases of everyone.
  std::vector<SeriesKey> keys{{std::nullopt, ""}};
  for (const std::string& name : names) {
    const std::optional<OutcomeKind> kind = outcome_kind_named(name);
    if (!kind) continue;
    if (kind->measure == Measure::total) keys.push_back({kind->quantity, kind->by});
    if (kind->measure == Measure::case_share) keys.push_back({std::nullopt, kind->by});
    // Of everyone, it comes with that of each age bin.
    if (kind->measure == Measure::attack_rate)
      keys.push_back({std::nullopt, kind->by.empty() ? std::string(kByAge) : kind->by});
  }
  return keys;
}

}  // namespace starling::app
