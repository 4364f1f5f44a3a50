#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include <starling/app/epidemic_outcomes.hpp>
#include <starling/app/plots.hpp>
#include <starling/app/reproduction_dates.hpp>

namespace starling::app {
namespace {

const SeriesKey kCases{std::nullopt, ""};

double sum_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

std::string in_words(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}

/// People of each row of cases by parts.
std::vector<double> people_of(const std::string& by, const Population& population,
                              const std::vector<int>& edges) {
  std::vector<double> people;
  if (by == kByAge) {
    for (std::size_t bin = 0; bin + 1 < edges.size(); ++bin)
      people.push_back(static_cast<double>(std::ranges::count_if(population.age_years, [&](std::uint8_t age) {
        return age >= edges[bin] && age < edges[bin + 1];
      })));
    return people;
  }
  const Attribute& attribute = population.attribute(by);
  people.resize(attribute.categories.size(), 0.0);
  for (const std::int32_t code : attribute.codes) people[static_cast<std::size_t>(code)] += 1.0;
  return people;
}

/// The day with most new infections. Day 0 holds the first infections alone, which are no peak.
int peak_of(const SeriesPoints& days, std::span<const double> cases) {
  int peak = std::min(1, days.size() - 1);
  for (int day = peak; day < days.size(); ++day) {
    if (days.value(day, cases) > days.value(peak, cases)) peak = day;
  }
  return peak;
}

}  // namespace

EpidemicOutcomes::EpidemicOutcomes(const EpidemicModelFamily& model, const Configuration& configuration,
                                   const Population& population, bool over_time)
    : table_(model.table()),
      over_time_(over_time),
      has_imports_(!configuration.epidemic.seeding.imports.empty()),
      days_(model.schedule().calendar(), SeriesTarget{.key = kCases}),
      cases_(table_.rows_of(kCases).first),
      places_(configuration.epidemic.networks.size() + 1) {
  for (const std::string& name : configuration.sensitivity.outcomes) {
    const OutcomeKind kind = outcome_kind_named(name).value();
    if (kind.measure == OutcomeKind::Measure::reproduction)
      add_reproduction(configuration.sensitivity, model.schedule().calendar());
    else
      add_kind(kind, configuration.epidemic, population);
  }
}

void EpidemicOutcomes::add(EpidemicOutcome outcome, Measure measure) {
  // Attack rates of everyone bring those by age, which may be named too.
  if (std::ranges::find(outcomes_, outcome.name, &EpidemicOutcome::name) != outcomes_.end()) return;
  outcomes_.push_back(std::move(outcome));
  measures_.push_back(std::move(measure));
}

void EpidemicOutcomes::add_kind(const OutcomeKind& kind, const EpidemicSettings& settings,
                                const Population& population) {
  using Kind = OutcomeKind::Measure;
  if (kind.measure == Kind::total) add_totals(kind, settings);
  if (kind.measure == Kind::peak_day || kind.measure == Kind::peak_cases) add_peaks(kind.measure);
  if (kind.measure == Kind::attack_rate) {
    const auto people = static_cast<double>(population.agents());
    if (kind.by.empty())
      add({"attack_rate", "attack rate", ""},
          [row = cases_, people](const Run& run) { return sum_of(run.row(row)) / people; });
    add_attack_rates(kind.by.empty() ? std::string(kByAge) : kind.by, settings, population);
  }
  if (kind.measure == Kind::case_share) add_case_shares(kind.by, settings);
  if (kind.measure == Kind::network_shares) add_network_shares(settings);
}

std::vector<std::string> EpidemicOutcomes::titles_of(const std::string& what, const SeriesKey& key,
                                                     const EpidemicSettings& settings) const {
  std::vector<std::string> titles;
  const std::vector<std::string>& labels = table_.labels_of(key);
  for (std::size_t part = 0; part < labels.size(); ++part) {
    const std::string label =
        key.by == kByAge ? age_bin_title(settings.age_bin_edges[part], settings.age_bin_edges[part + 1])
                         : labels[part];
    titles.push_back(label.empty() ? what : fmt::format("{}, {}", what, label));
  }
  return titles;
}

void EpidemicOutcomes::add_totals(const OutcomeKind& kind, const EpidemicSettings& settings) {
  const SeriesKey key{kind.quantity, kind.by};
  const SeriesRows rows = table_.rows_of(key);
  const std::vector<std::string> titles = titles_of(in_words(quantity_name(kind.quantity)), key, settings);
  for (int row = 0; row < rows.count; ++row) {
    const auto part = static_cast<std::size_t>(row);
    add({series_name(key, table_.labels_of(key)[part]), titles[part], kind.by},
        [row = rows.first + row](const Run& run) { return sum_of(run.row(row)); });
  }
}

void EpidemicOutcomes::add_attack_rates(const std::string& by, const EpidemicSettings& settings,
                                        const Population& population) {
  const SeriesKey key{std::nullopt, by};
  const SeriesRows rows = table_.rows_of(key);
  const std::vector<double> people = people_of(by, population, settings.age_bin_edges);
  const std::vector<std::string> titles = titles_of("attack rate", key, settings);
  for (int row = 0; row < rows.count; ++row) {
    const auto part = static_cast<std::size_t>(row);
    add({"attack_rate_by_" + by + "_" + table_.labels_of(key)[part], titles[part], by},
        [row = rows.first + row, count = people[part]](const Run& run) {
          return count > 0.0 ? sum_of(run.row(row)) / count : 0.0;
        });
  }
}

void EpidemicOutcomes::add_case_shares(const std::string& by, const EpidemicSettings& settings) {
  const SeriesKey key{std::nullopt, by};
  const SeriesRows rows = table_.rows_of(key);
  const std::vector<std::string> titles = titles_of("share of cases", key, settings);
  for (int row = 0; row < rows.count; ++row) {
    const auto part = static_cast<std::size_t>(row);
    add({"case_share_by_" + by + "_" + table_.labels_of(key)[part], titles[part], by},
        [row = rows.first + row, everyone = cases_](const Run& run) {
          const double all = sum_of(run.row(everyone));
          return all > 0.0 ? sum_of(run.row(row)) / all : 0.0;
        });
  }
}

void EpidemicOutcomes::add_peaks(OutcomeKind::Measure which) {
  if (which == OutcomeKind::Measure::peak_day)
    add({"peak_day", "peak day", ""}, [days = days_, row = cases_](const Run& run) {
      return days.days()[static_cast<std::size_t>(peak_of(days, run.row(row)))];
    });
  else
    add({"peak_cases", "peak cases", ""}, [days = days_, row = cases_](const Run& run) {
      return days.value(peak_of(days, run.row(row)), run.row(row));
    });
}

void EpidemicOutcomes::add_network_shares(const EpidemicSettings& settings) {
  networks_ = true;
  for (std::size_t network = 0; network + 1 < places_; ++network) {
    const std::string& name = settings.networks[network].name;
    add({"share_of_" + name, "share of " + name, "network"}, [network, places = places_](const Run& run) {
      double own = 0.0;
      double all = 0.0;
      for (std::size_t i = 0; i < run.network_cases.size(); ++i) {
        all += run.network_cases[i];
        if (i % places == network) own += run.network_cases[i];
      }
      return all > 0.0 ? own / all : 0.0;
    });
  }
}

void EpidemicOutcomes::add_reproduction(const SensitivitySection& section, const Calendar& calendar) {
  for (const ReproductionDate& date : reproduction_dates(section, calendar)) {
    const std::size_t place = weeks_.size();
    weeks_.push_back({date.day, date.window_days});
    add({date.name, date.title, date.group}, [place](const Run& run) { return run.reproduction[place]; });
  }
}

std::vector<double> EpidemicOutcomes::reproduction_of(const Run& run,
                                                      const GenerationDistribution& generations) const {
  std::vector<double> imported;
  for (std::size_t i = places_ - 1; has_imports_ && i < run.network_cases.size(); i += places_)
    imported.push_back(run.network_cases[i]);
  std::vector<double> numbers;
  ReproductionSeries series;
  int window_days = 0;
  for (const WindowUpTo& week : weeks_) {
    if (week.window_days != window_days) {
      window_days = week.window_days;
      series = reproduction_numbers(generations, run.row(cases_), imported, window_days);
    }
    const double number = series.values.front()[week.day];
    numbers.push_back(std::isnan(number) ? 0.0 : number);
  }
  return numbers;
}

std::vector<std::string> EpidemicOutcomes::dates() const {
  return over_time_ ? days_.dates() : std::vector<std::string>();
}

std::vector<double> EpidemicOutcomes::values(const RunsOfOutcomes& runs) const {
  std::vector<double> values;
  const auto records = static_cast<std::size_t>(table_.records());
  const std::size_t of_networks = needs_details() ? records * places_ : 0;
  for (std::size_t index = 0; (index + 1) * table_.size() <= runs.series.size(); ++index) {
    Run run{runs.series.subspan(index * table_.size(), table_.size()),
            std::span(runs.details.network_cases).subspan(index * of_networks, of_networks),
            {},
            records};
    if (needs_generations()) run.reproduction = reproduction_of(run, runs.generations(index));
    for (const Measure& measure : measures_) values.push_back(measure(run));
    double sum = 0.0;
    for (int day = 0; over_time_ && day < days_.size(); ++day) {
      sum += days_.value(day, run.row(cases_));
      values.push_back(sum);
    }
  }
  return values;
}

}  // namespace starling::app
