#pragma once

#include <span>
#include <string>
#include <vector>

#include <starling/abm/calendar.hpp>
#include <starling/abm/series.hpp>

namespace starling {

/// How a series is summed up before it is compared.
enum class SeriesForm {
  daily,       // new events of a day; of prevalences, the people at its last record
  weekly,      // new events of seven days; weeks begin at the start of the epidemic
  cumulative,  // all events up to the end of a day
};

/// One series, or one for each part of the population, as it is compared with observations of
/// from <= date < until. Empty dates leave the window open.
struct SeriesTarget {
  SeriesKey key;
  SeriesForm form = SeriesForm::daily;
  std::string from{};   // ISO date
  std::string until{};  // ISO date, exclusive
  /// Values are multiplied by it: 10 where a tenth of the people is simulated, 0.5 where half is reported.
  double factor = 1.0;
};

/// Throws InputError naming `place` for a prevalence that is not daily, for dates that do not exist, for a
/// window that ends before it begins and for a factor that is not positive.
void check_series_target(const std::string& place, const SeriesTarget& target);

/// The points of time at which a target has values: each is the sum of neighbouring records. Record k belongs
/// to the day that ends at it or after it and carries the date of that end, so that a series of daily values
/// does not depend on the length of the steps. Day 0 holds the record after seeding alone. A last week of
/// fewer than seven days is dropped.
class SeriesPoints {
 public:
  /// Throws InputError as above and for a window without any point.
  SeriesPoints(const Calendar& calendar, const SeriesTarget& target);

  [[nodiscard]] int size() const { return static_cast<int>(points_.size()); }
  /// First day of each point.
  [[nodiscard]] const std::vector<std::string>& dates() const { return dates_; }
  /// Days from the start of the epidemic to each point, to the middle of its week for weekly ones.
  [[nodiscard]] const std::vector<double>& days() const { return days_; }
  /// Days that a point covers: 7 for weekly ones, else 1.
  [[nodiscard]] int days_each() const { return days_each_; }
  /// Points of the window: inside() from first_inside() on.
  [[nodiscard]] int first_inside() const { return first_inside_; }
  [[nodiscard]] int inside() const { return inside_; }
  [[nodiscard]] bool is_inside(int point) const {
    return point >= first_inside_ && point < first_inside_ + inside_;
  }

  /// Value of a point of a series [records], times the factor.
  [[nodiscard]] double value(int point, std::span<const double> series) const;
  /// Adds to series_adj [records] what the adjoint of the point's value gives.
  void adjoint(int point, double value_adj, std::span<double> series_adj) const;

 private:
  struct Records {
    int first = 0;
    int last = 0;  // exclusive
  };
  void add_points(const std::vector<Records>& days, const std::vector<std::string>& day_dates,
                  const SeriesTarget& target);
  void find_window(const std::vector<std::string>& day_dates, const SeriesTarget& target);

  std::vector<Records> points_;
  std::vector<std::string> dates_;
  std::vector<double> days_;
  double factor_;
  int days_each_ = 1;
  int first_inside_ = 0;
  int inside_ = 0;
};

}  // namespace starling
