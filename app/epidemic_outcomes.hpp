#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <starling/abm/epidemic_model_family.hpp>

namespace starling::app {

/// What sensitivity.outcomes may name.
inline constexpr std::string_view kOutcomeKinds[] = {
    "cases",           // infections up to the end, first ones included
    "deaths",          // expected deaths up to the end
    "peak_day",        // days from the start to the day with most new infections
    "peak_cases",      // new infections of that day
    "attack_rate",     // infections over people, of everyone and of each age bin
    "network_shares",  // of infections after the start by where they happened
};

/// One number of an epidemic.
struct EpidemicOutcome {
  std::string name;   // "attack_rate_by_age_18"
  std::string title;  // "attack rate, 0 to 17 years"
  std::string group;  // of everyone: ""; else what the parts are, "age" or "network"
};

/// Chosen outcomes of runs, one row of numbers for each.
class EpidemicOutcomes {
 public:
  /// The series that values() needs.
  static OutputSettings output_settings();

  /// Of a model with these series. Daily cumulative infections follow the named outcomes when `over_time`.
  EpidemicOutcomes(const EpidemicModelFamily& model, const EpidemicSettings& settings,
                   const Population& population, std::span<const std::string> kinds, bool over_time);

  /// The named outcomes. The numbers over time are not among them.
  [[nodiscard]] const std::vector<EpidemicOutcome>& outcomes() const { return outcomes_; }
  /// Whether values() needs RunDetails.
  [[nodiscard]] bool needs_details() const { return networks_; }
  /// Dates of the numbers over time; empty without them.
  [[nodiscard]] std::vector<std::string> dates() const;
  [[nodiscard]] std::size_t size() const { return outcomes_.size() + dates().size(); }

  /// Outcomes of runs with series [runs][rows][records]: [runs][size()]. Shares of no infections are 0.
  [[nodiscard]] std::vector<double> values(std::span<const double> series, const RunDetails& details) const;

 private:
  [[nodiscard]] bool has(std::string_view kind) const;
  void add_outcomes(const EpidemicSettings& settings);
  void append_attack_rates(std::span<const double> run, std::vector<double>& values) const;
  void append_network_shares(const RunDetails& details, std::size_t run, std::vector<double>& values) const;
  void append_run(std::span<const double> run, std::vector<double>& values) const;

  const SeriesTable& table_;
  std::vector<std::string> kinds_;
  bool over_time_;
  bool networks_ = false;
  SeriesPoints days_;
  std::size_t places_;  // networks and imports
  double people_;
  std::vector<double> bin_people_;  // [age bins]
  std::vector<EpidemicOutcome> outcomes_;
};

}  // namespace starling::app
