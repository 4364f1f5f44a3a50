#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <starling/abm/calendar.hpp>
#include <starling/abm/reproduction.hpp>
#include <starling/app/csv_writer.hpp>
#include <starling/app/epidemic_summary.hpp>
#include <starling/inference/summary.hpp>

namespace starling::app {

namespace {

constexpr int kProfiles = 2000;
constexpr int kDaysOfWeek = 7;
constexpr double kLow = 0.05;
constexpr double kHigh = 0.95;
constexpr double kNotGiven = std::numeric_limits<double>::quiet_NaN();

RunInterval interval_of(const std::vector<double>& values) {
  if (values.empty()) return {kNotGiven, kNotGiven, kNotGiven};
  double mean = 0.0;
  for (const double value : values) mean += value / static_cast<double>(values.size());
  return {mean, starling::quantile(values, kLow), starling::quantile(values, kHigh)};
}

/// Sums over the records of each run: [runs][places] of new cases [runs][records][places].
template <class Count>
std::vector<double> totals(const std::vector<Count>& new_cases, std::size_t records, std::size_t places) {
  std::vector<double> sums(new_cases.size() / records, 0.0);
  for (std::size_t i = 0; i < new_cases.size(); ++i)
    sums[i / (records * places) * places + i % places] += static_cast<double>(new_cases[i]);
  return sums;
}

std::vector<ShareOfInfections> shares_of(const RunDetails& details, std::size_t records,
                                         const EpidemicSettings& settings) {
  std::vector<std::string> names = network_names(settings);
  const std::size_t places = names.size() + 1;
  const std::vector<double> sums = totals(details.network_cases, records, places);
  if (!settings.seeding.imports.empty()) names.emplace_back("imported");
  std::vector<ShareOfInfections> shares;
  for (std::size_t n = 0; n < names.size(); ++n) {
    std::vector<double> of_runs;
    for (std::size_t first = 0; first < sums.size(); first += places) {
      double all = 0.0;
      for (std::size_t other = 0; other < places; ++other) all += sums[first + other];
      if (all > 0.0) of_runs.push_back(sums[first + n] / all);
    }
    shares.push_back({names[n], interval_of(of_runs)});
  }
  return shares;
}

std::vector<EpidemicSummary::AttackRate> attack_rates_of(const RunDetails& details, std::size_t records,
                                                         const std::vector<int>& edges,
                                                         std::span<const std::uint8_t> age_years) {
  const std::size_t bins = edges.size() - 1;
  const std::vector<double> sums = totals(details.new_cases, records, bins);
  std::vector<EpidemicSummary::AttackRate> rates;
  for (std::size_t bin = 0; bin < bins; ++bin) {
    const std::int64_t people = std::ranges::count_if(
        age_years, [&](std::uint8_t age) { return age >= edges[bin] && age < edges[bin + 1]; });
    std::vector<double> of_runs;
    for (std::size_t i = bin; people > 0 && i < sums.size(); i += bins)
      of_runs.push_back(sums[i] / static_cast<double>(people));
    rates.push_back({age_bin_title(edges[bin], edges[bin + 1]), people, interval_of(of_runs)});
  }
  return rates;
}

/// All ages of [runs][records][age bins] together, and the imported cases: [runs][records].
std::vector<double> all_ages(const std::vector<std::int64_t>& new_cases, std::size_t bins) {
  std::vector<double> sums(new_cases.size() / bins, 0.0);
  for (std::size_t i = 0; i < new_cases.size(); ++i) sums[i / bins] += static_cast<double>(new_cases[i]);
  return sums;
}

std::vector<double> imported(const std::vector<double>& network_cases, std::size_t places) {
  std::vector<double> cases;
  for (std::size_t i = places - 1; i < network_cases.size(); i += places) cases.push_back(network_cases[i]);
  return cases;
}

ReproductionBand band_of(const ReproductionSeries& series) {
  ReproductionBand band{series.dates, series.days, {}, {}, {}, {}};
  for (std::size_t day = 0; day < series.dates.size(); ++day) {
    std::vector<double> values;
    for (const std::vector<double>& run : series.values) {
      if (!std::isnan(run[day])) values.push_back(run[day]);
    }
    const bool given = !values.empty() && 2 * values.size() >= series.values.size();
    band.low_90.push_back(given ? starling::quantile(values, kLow) : kNotGiven);
    band.median.push_back(given ? starling::quantile(values, 0.5) : kNotGiven);
    band.high_90.push_back(given ? starling::quantile(values, kHigh) : kNotGiven);
  }
  return band;
}

/// Infections of all runs by record.
struct RunsOfReproduction {
  std::vector<double> cases;         // [runs][records]
  std::vector<double> from_outside;  // [runs][records], those of them that were imported
  std::size_t records;

  [[nodiscard]] std::span<const double> cases_of(std::size_t run) const {
    return std::span(cases).subspan(run * records, records);
  }
  [[nodiscard]] std::span<const double> from_outside_of(std::size_t run) const {
    return std::span(from_outside).subspan(run * records, records);
  }
};

struct Reproduction {
  ReproductionSeries of_day;
  ReproductionSeries of_week;
};

Reproduction reproduction_of(const GenerationDistribution& generations, std::span<const double> cases,
                             std::span<const double> from_outside) {
  return {reproduction_numbers(generations, cases, from_outside),
          reproduction_numbers(generations, cases, from_outside, kDaysOfWeek)};
}

/// Adds the runs of `more`, of the same days.
void append(Reproduction& all, Reproduction more) {
  if (all.of_day.values.empty()) {
    all = std::move(more);
    return;
  }
  std::ranges::move(more.of_day.values, std::back_inserter(all.of_day.values));
  std::ranges::move(more.of_week.values, std::back_inserter(all.of_week.values));
}

nlohmann::ordered_json to_json(const std::string& name, const std::string& key, const RunInterval& interval) {
  nlohmann::ordered_json json = {{key, name}};
  if (std::isnan(interval.mean)) return json;
  json["mean"] = interval.mean;
  json["low_90"] = interval.low_90;
  json["high_90"] = interval.high_90;
  return json;
}

std::vector<std::string> percentages(const RunInterval& interval) {
  std::vector<std::string> cells;
  for (const double value : {interval.mean, interval.low_90, interval.high_90})
    cells.push_back(std::isnan(value) ? "–" : fmt::format("{:.1f} %", 100.0 * value));
  return cells;
}

std::vector<std::string> row_of(std::vector<std::string> first, const RunInterval& interval) {
  const std::vector<std::string> numbers = percentages(interval);
  first.insert(first.end(), numbers.begin(), numbers.end());
  return first;
}

}  // namespace

std::vector<std::string> network_names(const EpidemicSettings& settings) {
  std::vector<std::string> names;
  for (const NetworkSettings& network : settings.networks) names.push_back(network.name);
  return names;
}

EpidemicSummary summarise_epidemic(const RunDetails& details, const EpidemicSettings& settings,
                                   std::span<const std::uint8_t> age_years,
                                   const SettingsOfRun& settings_of_run) {
  const Calendar calendar(settings);
  const auto records = static_cast<std::size_t>(calendar.steps()) + 1;
  EpidemicSummary summary;
  summary.networks = shares_of(details, records, settings);
  summary.attack_rates = attack_rates_of(details, records, settings.age_bin_edges, age_years);
  // The profiles of people the population has: others could be such as no run can use.
  const auto people = static_cast<int>(std::min<std::size_t>(age_years.size(), kProfiles));
  const RunsOfReproduction runs{all_ages(details.new_cases, settings.age_bin_edges.size() - 1),
                                imported(details.network_cases, settings.networks.size() + 1), records};
  Reproduction reproduction;
  if (!settings_of_run) {
    reproduction = reproduction_of(GenerationDistribution(settings, people), runs.cases, runs.from_outside);
  } else {
    for (std::size_t run = 0; run < runs.cases.size() / records; ++run)
      append(reproduction, reproduction_of(GenerationDistribution(settings_of_run(run), people),
                                           runs.cases_of(run), runs.from_outside_of(run)));
  }
  summary.reproduction = band_of(reproduction.of_day);
  summary.reproduction.week_median = band_of(reproduction.of_week).median;
  return summary;
}

std::string reproduction_csv(const EpidemicSummary& summary) {
  const ReproductionBand& band = summary.reproduction;
  CsvWriter csv(std::vector<std::string>{"date", "median", "low_90", "high_90", "week_median"});
  for (std::size_t day = 0; day < band.dates.size(); ++day) {
    csv.cell(band.dates[day]);
    for (const double value : {band.median[day], band.low_90[day], band.high_90[day], band.week_median[day]})
      csv.cell_or_empty(value);
    csv.end_row();
  }
  return csv.text();
}

void add_diagnostics(const EpidemicSummary& summary, nlohmann::ordered_json& json) {
  for (const ShareOfInfections& network : summary.networks)
    json["infections_by_network"].push_back(to_json(network.name, "name", network.share));
  for (const EpidemicSummary::AttackRate& age : summary.attack_rates)
    json["attack_rate_by_age"].push_back(to_json(age.ages, "ages", age.rate));
}

std::vector<ReportTable> summary_tables(const EpidemicSummary& summary) {
  ReportTable networks{"Where infections happen",
                       "Share of the infections after the start that happened in each network, over the "
                       "epidemics that the posterior predicts, with the interval of 90 % of them.",
                       {"network", "mean", "5 %", "95 %"},
                       {}};
  for (const ShareOfInfections& network : summary.networks)
    networks.rows.push_back(row_of({network.name}, network.share));
  ReportTable ages{"Who was infected",
                   "Infections up to the end of the run as a share of the people of each age.",
                   {"age", "people", "mean", "5 %", "95 %"},
                   {}};
  for (const EpidemicSummary::AttackRate& age : summary.attack_rates)
    ages.rows.push_back(row_of({age.ages, with_separators(age.people)}, age.rate));
  return {networks, ages};
}

std::vector<PlotScript> summary_plots(const EpidemicSummary& summary, const PlotDates& dates) {
  return {plot_network_shares(summary.networks), plot_reproduction(summary.reproduction, dates)};
}

}  // namespace starling::app
