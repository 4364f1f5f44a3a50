#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <starling/abm/profile.hpp>
#include <starling/abm/reproduction.hpp>
#include <starling/core/check.hpp>
#include <starling/kernels/disease_course_math.hpp>

namespace starling {

namespace {

constexpr int kDaysOfWeek = 7;
// A gamma profile has lost all but 1e-10 of its mass by then; slower ones are cut off after a year.
constexpr double kHorizonInMeans = 25.0;
constexpr double kLongestHorizonDays = 370.0;

double onset_mean_days(const EpidemicSettings& settings) {
  if (!settings.profile.shift_from_onset) return 0.0;
  return settings.disease.latent.mean_days + settings.disease.presymptomatic.mean_days;
}

int horizon_days(const EpidemicSettings& settings) {
  const ProfileSettings& profile = settings.profile;
  const double mean_days = profile.shape_mean / profile.rate_mean_per_day;
  const double days =
      std::max(0.0, profile.shift_mean_days) + 4.0 * onset_mean_days(settings) + kHorizonInMeans * mean_days;
  return static_cast<int>(std::ceil(std::min(days, kLongestHorizonDays)));
}

// The run's calendar with a week of starting points and all that their infections lead to.
Calendar week_and_horizon(EpidemicSettings settings) {
  settings.days = kDaysOfWeek + horizon_days(settings);
  return Calendar(settings);
}

std::vector<int> hours_of(const Calendar& calendar) {
  std::vector<int> hours;
  for (int record = 0; record <= calendar.steps(); ++record)
    hours.push_back(static_cast<int>(std::lround(calendar.record(record).now_days * 24.0)));
  return hours;
}

std::vector<double> onset_days(const EpidemicSettings& settings, int agents) {
  std::vector<double> days(static_cast<std::size_t>(agents), 0.0);
  if (!settings.profile.shift_from_onset) return days;
  const DiseaseDelays delays = disease_delays(settings.disease);
  for (std::size_t i = 0; i < days.size(); ++i)
    days[i] = static_cast<double>(symptom_onset_days(settings.profile.seed, 0, static_cast<std::uint32_t>(i),
                                                     delays.exposed, delays.infectious));
  return days;
}

// Mean infectiousness so many days after infection.
double mean_infectiousness(const InfectiousnessProfiles& profiles, const std::vector<double>& onset,
                           double days) {
  double sum = 0.0;
  for (std::size_t i = 0; i < onset.size(); ++i) {
    const double d = days - onset[i] - profiles.shift_days[i];
    if (d > 0.0)
      sum += std::exp(profiles.log_scale[i] + profiles.shape_minus_one[i] * std::log(d) -
                      profiles.rate_per_day[i] * d);
  }
  return sum / static_cast<double>(onset.size());
}

std::vector<double> tabulate(const EpidemicSettings& settings, const std::vector<int>& hours, int agents) {
  const InfectiousnessProfiles profiles = draw_profiles(agents, settings.profile);
  const std::vector<double> onset = onset_days(settings, agents);
  const int last = horizon_days(settings) * 24;
  std::vector<double> table(static_cast<std::size_t>(last) + 1, std::numeric_limits<double>::quiet_NaN());
  // Records of one week as starting points show every distance that occurs.
  for (std::size_t s = 0; s < hours.size() && hours[s] < kDaysOfWeek * 24; ++s) {
    for (std::size_t t = s + 1; t < hours.size() && hours[t] - hours[s] <= last; ++t) {
      double& entry = table[static_cast<std::size_t>(hours[t] - hours[s])];
      if (std::isnan(entry)) entry = mean_infectiousness(profiles, onset, (hours[t] - hours[s]) / 24.0);
    }
  }
  return table;
}

// [records] place among the days after the start, -1 for the start.
std::vector<int> day_of_records(const Calendar& calendar, ReproductionSeries& series) {
  std::vector<int> day(1, -1);
  for (int record = 1; record <= calendar.steps(); ++record) {
    const std::string& date = calendar.record(record).date;
    if (series.dates.empty() || series.dates.back() != date) {
      series.dates.push_back(date);
      series.days.push_back(days_between(calendar.record(0).date, date));
    }
    day.push_back(static_cast<int>(series.dates.size()) - 1);
  }
  return day;
}

// Ratio of the sums over the days of a window up to each day.
std::vector<double> ratios(const std::vector<double>& caused, const std::vector<double>& expected,
                           int window_days) {
  std::vector<double> result;
  for (std::ptrdiff_t day = 0; day < std::ssize(caused); ++day) {
    const std::ptrdiff_t first = std::max<std::ptrdiff_t>(0, day + 1 - window_days);
    const double below = std::accumulate(expected.begin() + first, expected.begin() + day + 1, 0.0);
    const double above = std::accumulate(caused.begin() + first, caused.begin() + day + 1, 0.0);
    result.push_back(below < 1.0 ? std::numeric_limits<double>::quiet_NaN() : above / below);
  }
  return result;
}

}  // namespace

GenerationDistribution::GenerationDistribution(const EpidemicSettings& settings, int agents)
    : calendar_(settings), hours_(hours_of(calendar_)) {
  check_positive("GenerationDistribution", "agents", agents);
  const Calendar longer = week_and_horizon(settings);
  const std::vector<int> hours = hours_of(longer);
  infectiousness_ = tabulate(settings, hours, agents);
  for (int s = 0; hours[static_cast<std::size_t>(s)] < kDaysOfWeek * 24; ++s) {
    double mass = 0.0;
    for (int t = s + 1; t <= longer.steps(); ++t)
      mass += infectiousness(hours[static_cast<std::size_t>(t)] - hours[static_cast<std::size_t>(s)]) *
              longer.record(t).duration_days;
    mass_days_.push_back(mass);
  }
}

double GenerationDistribution::infectiousness(int hours) const {
  const auto index = static_cast<std::size_t>(hours);
  return index < infectiousness_.size() ? infectiousness_[index] : 0.0;
}

double GenerationDistribution::weight(int from, int to) const {
  check_in_range("GenerationDistribution", "from", from, 0, to - 1);
  check_in_range("GenerationDistribution", "to", to, 1, calendar_.steps());
  const double mass = mass_days_[static_cast<std::size_t>(from) % mass_days_.size()];
  const int hours = hours_[static_cast<std::size_t>(to)] - hours_[static_cast<std::size_t>(from)];
  return infectiousness(hours) * calendar_.record(to).duration_days / mass;
}

std::vector<double> GenerationDistribution::expected_cases(std::span<const double> new_cases) const {
  check_equal_size("GenerationDistribution", "new_cases", static_cast<std::int64_t>(new_cases.size()),
                   calendar_.steps() + 1);
  const auto last = static_cast<int>(infectiousness_.size()) - 1;
  std::vector<double> expected(new_cases.size(), 0.0);
  for (int t = 1; t <= calendar_.steps(); ++t) {
    double sum = 0.0;
    for (int s = t - 1; s >= 0; --s) {
      if (hours_[static_cast<std::size_t>(t)] - hours_[static_cast<std::size_t>(s)] > last) break;
      if (new_cases[static_cast<std::size_t>(s)] != 0.0)
        sum += new_cases[static_cast<std::size_t>(s)] * weight(s, t);
    }
    expected[static_cast<std::size_t>(t)] = sum;
  }
  return expected;
}

ReproductionSeries reproduction_numbers(const GenerationDistribution& generations,
                                        std::span<const double> new_cases,
                                        std::span<const double> imported_cases, int window_days) {
  check_positive("reproduction_numbers", "window_days", window_days);
  ReproductionSeries series;
  const std::vector<int> day = day_of_records(generations.calendar(), series);
  const std::size_t records = day.size();
  check_that(new_cases.size() % records == 0, "reproduction_numbers",
             "new_cases must hold all records of every run");
  if (!imported_cases.empty())
    check_equal_size("reproduction_numbers", "imported_cases",
                     static_cast<std::int64_t>(imported_cases.size()),
                     static_cast<std::int64_t>(new_cases.size()));
  for (std::size_t first = 0; first < new_cases.size(); first += records) {
    const std::vector<double> expected = generations.expected_cases(new_cases.subspan(first, records));
    std::vector<double> caused(series.dates.size(), 0.0);
    std::vector<double> potential(series.dates.size(), 0.0);
    for (std::size_t record = 1; record < records; ++record) {
      const auto place = static_cast<std::size_t>(day[record]);
      potential[place] += expected[record];
      caused[place] += new_cases[first + record];
      if (!imported_cases.empty()) caused[place] -= imported_cases[first + record];
    }
    series.values.push_back(ratios(caused, potential, window_days));
  }
  return series;
}

}  // namespace starling
