#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include <starling/abm/epidemic_model_family.hpp>
#include <starling/abm/reproduction.hpp>
#include <starling/app/configuration.hpp>
#include <starling/app/outcome_kinds.hpp>

namespace starling::app {

/// One number of an epidemic.
struct EpidemicOutcome {
  std::string name;   // "attack_rate_by_age_18"
  std::string title;  // "attack rate, 0 to 17 years"
  std::string group;  // of everyone: ""; else what the parts are: "age", "sex", "network", "week"
};

/// What runs left behind.
struct RunsOfOutcomes {
  std::span<const double> series;  // [runs][rows][records]
  const RunDetails& details;       // where needs_details()
  /// Generations by the settings of a run, where needs_generations().
  std::function<const GenerationDistribution&(std::size_t run)> generations;
};

/// The outcomes that sensitivity.outcomes names, one row of numbers for each run.
class EpidemicOutcomes {
 public:
  /// Of a model with the series of series_of_outcomes(). Daily cumulative infections follow the named
  /// outcomes when `over_time`. Throws InputError for dates of reproduction numbers outside the run.
  EpidemicOutcomes(const EpidemicModelFamily& model, const Configuration& configuration,
                   const Population& population, bool over_time);

  /// The named outcomes. The numbers over time are not among them.
  [[nodiscard]] const std::vector<EpidemicOutcome>& outcomes() const { return outcomes_; }
  [[nodiscard]] bool needs_details() const { return networks_ || (!weeks_.empty() && has_imports_); }
  [[nodiscard]] bool needs_generations() const { return !weeks_.empty(); }
  /// Dates of the numbers over time; empty without them.
  [[nodiscard]] std::vector<std::string> dates() const;
  [[nodiscard]] std::size_t size() const { return outcomes_.size() + dates().size(); }

  /// Outcomes of runs: [runs][size()]. Shares of no infections are 0, and so is a reproduction number where
  /// less than one infection is expected.
  [[nodiscard]] std::vector<double> values(const RunsOfOutcomes& runs) const;

 private:
  /// One run, as measures see it.
  struct Run {
    std::span<const double> series;         // [rows][records]
    std::span<const double> network_cases;  // [records][networks + 1]
    std::vector<double> reproduction;       // of the window, then of weeks_
    std::size_t records = 0;

    [[nodiscard]] std::span<const double> row(int row) const {
      return series.subspan(static_cast<std::size_t>(row) * records, records);
    }
  };
  using Measure = std::function<double(const Run&)>;

  void add(EpidemicOutcome outcome, Measure measure);
  void add_kind(const OutcomeKind& kind, const EpidemicSettings& settings, const Population& population);
  void add_totals(const OutcomeKind& kind, const EpidemicSettings& settings);
  void add_attack_rates(const std::string& by, const EpidemicSettings& settings,
                        const Population& population);
  void add_case_shares(const std::string& by, const EpidemicSettings& settings);
  void add_peaks(OutcomeKind::Measure which);
  void add_network_shares(const EpidemicSettings& settings);
  void add_reproduction(const SensitivitySection& section, const Calendar& calendar);
  /// "cases, 0 to 17 years" of the parts of a key.
  [[nodiscard]] std::vector<std::string> titles_of(const std::string& what, const SeriesKey& key,
                                                   const EpidemicSettings& settings) const;
  [[nodiscard]] std::vector<double> reproduction_of(const Run& run,
                                                    const GenerationDistribution& generations) const;

  const SeriesTable& table_;
  bool over_time_;
  bool networks_ = false;
  bool has_imports_;
  SeriesPoints days_;
  int cases_;           // row of everyone's
  std::size_t places_;  // networks and imports
  /// Days whose reproduction numbers are wanted, each with the length of the window up to it.
  struct WindowUpTo {
    std::size_t day;  // place among the days after the start
    int window_days;
  };
  std::vector<WindowUpTo> weeks_;  // the window first
  std::vector<EpidemicOutcome> outcomes_;
  std::vector<Measure> measures_;  // [outcomes]
};

}  // namespace starling::app
