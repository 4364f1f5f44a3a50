#include <algorithm>

#include <starling/app/epidemic_outcomes.hpp>
#include <starling/app/plots.hpp>

namespace starling::app {
namespace {

const SeriesKey kCases{std::nullopt, ""};
const SeriesKey kDeaths{Outcome::death, ""};
const SeriesKey kCasesByAge{std::nullopt, std::string(kByAge)};

std::span<const double> row_of(std::span<const double> run, const SeriesTable& table, int row) {
  const auto records = static_cast<std::size_t>(table.records());
  return run.subspan(static_cast<std::size_t>(row) * records, records);
}

double sum_of(std::span<const double> values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum;
}

std::vector<double> people_by_age(const Population& population, const std::vector<int>& edges) {
  std::vector<double> people;
  for (std::size_t bin = 0; bin + 1 < edges.size(); ++bin)
    people.push_back(static_cast<double>(std::ranges::count_if(
        population.age_years, [&](std::uint8_t age) { return age >= edges[bin] && age < edges[bin + 1]; })));
  return people;
}

}  // namespace

OutputSettings EpidemicOutcomes::output_settings() {
  OutputSettings settings;
  settings.series = {kCases, kDeaths, kCasesByAge};
  return settings;
}

EpidemicOutcomes::EpidemicOutcomes(const EpidemicModelFamily& model, const EpidemicSettings& settings,
                                   const Population& population, std::span<const std::string> kinds,
                                   bool over_time)
    : table_(model.table()),
      kinds_(kinds.begin(), kinds.end()),
      over_time_(over_time),
      days_(model.schedule().calendar(), SeriesTarget{.key = kCases}),
      places_(settings.networks.size() + 1),
      people_(static_cast<double>(population.agents())),
      bin_people_(people_by_age(population, settings.age_bin_edges)) {
  networks_ = has("network_shares");
  add_outcomes(settings);
}

bool EpidemicOutcomes::has(std::string_view kind) const {
  return std::ranges::count(kinds_, kind) > 0;
}

void EpidemicOutcomes::add_outcomes(const EpidemicSettings& settings) {
  for (const char* kind : {"cases", "deaths", "peak_day", "peak_cases", "attack_rate"}) {
    std::string title = kind;
    std::ranges::replace(title, '_', ' ');
    if (has(kind)) outcomes_.push_back({kind, title, ""});
  }
  const std::vector<std::string>& labels = table_.labels_of(kCasesByAge);
  for (std::size_t bin = 0; has("attack_rate") && bin < labels.size(); ++bin)
    outcomes_.push_back(
        {"attack_rate_by_age_" + labels[bin],
         "attack rate, " + age_bin_title(settings.age_bin_edges[bin], settings.age_bin_edges[bin + 1]),
         "age"});
  if (networks_) {
    for (const NetworkSettings& network : settings.networks)
      outcomes_.push_back({"share_of_" + network.name, "share of " + network.name, "network"});
  }
}

std::vector<std::string> EpidemicOutcomes::dates() const {
  return over_time_ ? days_.dates() : std::vector<std::string>();
}

void EpidemicOutcomes::append_attack_rates(std::span<const double> run, std::vector<double>& values) const {
  const SeriesRows rows = table_.rows_of(kCasesByAge);
  for (int row = 0; row < rows.count; ++row) {
    const double people = bin_people_[static_cast<std::size_t>(row)];
    values.push_back(people > 0.0 ? sum_of(row_of(run, table_, rows.first + row)) / people : 0.0);
  }
}

void EpidemicOutcomes::append_network_shares(const RunDetails& details, std::size_t run,
                                             std::vector<double>& values) const {
  const auto records = static_cast<std::size_t>(table_.records());
  std::vector<double> sums(places_, 0.0);
  for (std::size_t i = 0; i < records * places_; ++i)
    sums[i % places_] += details.network_cases[run * records * places_ + i];
  const double all = sum_of(sums);
  for (std::size_t place = 0; place + 1 < places_; ++place)
    values.push_back(all > 0.0 ? sums[place] / all : 0.0);
}

void EpidemicOutcomes::append_run(std::span<const double> run, std::vector<double>& values) const {
  const std::span<const double> cases = row_of(run, table_, table_.rows_of(kCases).first);
  // Day 0 holds the first infections alone, which are no peak.
  int peak = std::min(1, days_.size() - 1);
  for (int day = peak; day < days_.size(); ++day) {
    if (days_.value(day, cases) > days_.value(peak, cases)) peak = day;
  }
  if (has("cases")) values.push_back(sum_of(cases));
  if (has("deaths")) values.push_back(sum_of(row_of(run, table_, table_.rows_of(kDeaths).first)));
  if (has("peak_day")) values.push_back(days_.days()[static_cast<std::size_t>(peak)]);
  if (has("peak_cases")) values.push_back(days_.value(peak, cases));
  if (has("attack_rate")) {
    values.push_back(sum_of(cases) / people_);
    append_attack_rates(run, values);
  }
}

std::vector<double> EpidemicOutcomes::values(std::span<const double> series,
                                             const RunDetails& details) const {
  std::vector<double> values;
  for (std::size_t run = 0; (run + 1) * table_.size() <= series.size(); ++run) {
    const std::span<const double> own = series.subspan(run * table_.size(), table_.size());
    append_run(own, values);
    if (networks_) append_network_shares(details, run, values);
    if (!over_time_) continue;
    double sum = 0.0;
    for (int day = 0; day < days_.size(); ++day) {
      sum += days_.value(day, row_of(own, table_, table_.rows_of(kCases).first));
      values.push_back(sum);
    }
  }
  return values;
}

}  // namespace starling::app
