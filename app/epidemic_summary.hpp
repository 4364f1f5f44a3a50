#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include <starling/abm/epidemic_model.hpp>
#include <starling/app/plots.hpp>
#include <starling/app/report.hpp>

namespace starling::app {

/// What an epidemic looks like over several runs.
struct EpidemicSummary {
  /// Each network's share of the infections after the start, then that of imports where there are any.
  std::vector<ShareOfInfections> networks;
  /// Infections up to the end, first ones included, over the people of each age bin.
  struct AttackRate {
    std::string ages;  // "0 to 17 years"
    std::int64_t people = 0;
    RunInterval rate;
  };
  std::vector<AttackRate> attack_rates;  // [age bins]
  ReproductionBand reproduction;
};

/// The settings of each run where they differ in what decides who infects whom when; empty where they do not.
using SettingsOfRun = std::function<EpidemicSettings(std::size_t run)>;

/// Summary of runs of the configured epidemic in a population of these ages.
EpidemicSummary summarise_epidemic(const RunDetails& details, const EpidemicSettings& settings,
                                   std::span<const std::uint8_t> age_years,
                                   const SettingsOfRun& settings_of_run = {});

/// date,median,low_90,high_90,week_median; empty where fewer than half of the runs give a value.
std::string reproduction_csv(const EpidemicSummary& summary);
/// Adds "infections_by_network" and "attack_rate_by_age".
void add_diagnostics(const EpidemicSummary& summary, nlohmann::ordered_json& json);
/// For the report.
std::vector<ReportTable> summary_tables(const EpidemicSummary& summary);
std::vector<PlotScript> summary_plots(const EpidemicSummary& summary, const PlotDates& dates);

/// The configured networks in their order.
std::vector<std::string> network_names(const EpidemicSettings& settings);

}  // namespace starling::app
