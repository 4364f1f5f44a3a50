#include <cmath>

#include <fmt/format.h>

#include <starling/abm/series_points.hpp>
#include <starling/core/check.hpp>

namespace starling {

namespace {

constexpr int kDaysOfWeek = 7;
// Times are sums of whole hours divided by 24: rounding must not move the end of a day into the next.
constexpr double kRounding = 1e-6;

int day_of(const Step& record) {
  return static_cast<int>(std::ceil(record.now_days - kRounding));
}

}  // namespace

void check_series_target(const std::string& place, const SeriesTarget& target) {
  check_that(!is_prevalence(target.key.quantity) || target.form == SeriesForm::daily, place,
             fmt::format("form: {} counts people at a time, expected \"daily\"",
                         quantity_name(target.key.quantity)));
  for (const auto& [name, date] : {std::pair("from", target.from), std::pair("until", target.until)}) {
    check_that(date.empty() || is_iso_date(date), place,
               fmt::format("{} = \"{}\", expected an existing date as YYYY-MM-DD", name, date));
  }
  check_positive(place, "factor", target.factor);
  check_that(target.from.empty() || target.until.empty() || target.from < target.until, place,
             fmt::format("until = {}, expected a date after from = {}", target.until, target.from));
}

SeriesPoints::SeriesPoints(const Calendar& calendar, const SeriesTarget& target) : factor_(target.factor) {
  const std::string place = "series of " + quantity_name(target.key.quantity);
  check_series_target(place, target);
  std::vector<Records> days;
  std::vector<std::string> day_dates;
  for (int k = 0; k <= calendar.steps(); ++k) {
    const auto day = static_cast<std::size_t>(day_of(calendar.record(k)));
    if (day == days.size()) {
      days.push_back({k, k});
      day_dates.emplace_back();
    }
    days[day].last = k + 1;
    day_dates[day] = calendar.record(k).date;
  }
  add_points(days, day_dates, target);
  find_window(day_dates, target);
  check_that(inside_ > 0, place,
             fmt::format("no {} from \"{}\" until \"{}\" lies between {} and {}",
                         days_each_ == 1 ? "day" : "whole week", target.from, target.until, day_dates.front(),
                         day_dates.back()));
}

void SeriesPoints::add_points(const std::vector<Records>& days, const std::vector<std::string>& day_dates,
                              const SeriesTarget& target) {
  days_each_ = target.form == SeriesForm::weekly ? kDaysOfWeek : 1;
  const auto each = static_cast<std::size_t>(days_each_);
  for (std::size_t day = 0; day + each <= days.size(); day += each) {
    Records records{days[day].first, days[day + each - 1].last};
    if (target.form == SeriesForm::cumulative) records.first = 0;
    if (is_prevalence(target.key.quantity)) records.first = records.last - 1;
    points_.push_back(records);
    dates_.push_back(day_dates[day]);
    days_.push_back(static_cast<double>(day) + 0.5 * (days_each_ - 1));
  }
}

// ISO dates sort like text.
void SeriesPoints::find_window(const std::vector<std::string>& day_dates, const SeriesTarget& target) {
  for (int point = 0; point < size(); ++point) {
    const std::string& first_day = dates_[static_cast<std::size_t>(point)];
    const std::string& last_day = day_dates[static_cast<std::size_t>((point + 1) * days_each_ - 1)];
    if (first_day < target.from || (!target.until.empty() && last_day >= target.until)) continue;
    if (inside_ == 0) first_inside_ = point;
    ++inside_;
  }
}

double SeriesPoints::value(int point, std::span<const double> series) const {
  const Records& records = points_[static_cast<std::size_t>(point)];
  double sum = 0.0;
  for (int k = records.first; k < records.last; ++k) sum += series[static_cast<std::size_t>(k)];
  return factor_ * sum;
}

void SeriesPoints::adjoint(int point, double value_adj, std::span<double> series_adj) const {
  const Records& records = points_[static_cast<std::size_t>(point)];
  for (int k = records.first; k < records.last; ++k)
    series_adj[static_cast<std::size_t>(k)] += factor_ * value_adj;
}

}  // namespace starling
