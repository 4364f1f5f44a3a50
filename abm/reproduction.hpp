#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <starling/abm/calendar.hpp>
#include <starling/abm/epidemic_settings.hpp>

namespace starling {

/// When infected people infect others, by the mean infectiousness of the profiles: of those infected at
/// record s, the share
///   w(s, t) = T(now_t - now_s) dt_t / sum over t' > s of T(now_t' - now_s) dt_t'
/// of the infections they give rise to falls into step t, with T the mean over the profiles of some agents
/// and t' running on beyond the end of the run. The number of contacts that a step makes possible is left
/// out: it belongs to the reproduction number.
class GenerationDistribution {
 public:
  /// Throws InputError for settings that no calendar or profile can have.
  explicit GenerationDistribution(const EpidemicSettings& settings, int agents = 2000);

  [[nodiscard]] const Calendar& calendar() const { return calendar_; }
  /// w(s, t) for records s < t of the run.
  [[nodiscard]] double weight(int from, int to) const;

  /// New infections expected at each record if everyone infected before gave rise to one in all:
  /// sum over s < t of new_cases[s] w(s, t). [records], 0 at the first.
  [[nodiscard]] std::vector<double> expected_cases(std::span<const double> new_cases) const;

 private:
  [[nodiscard]] double infectiousness(int hours) const;

  Calendar calendar_;
  std::vector<int> hours_;              // [records] since the start
  std::vector<double> infectiousness_;  // T by hours since infection, up to where it is negligible; NaN for
                                        // hours that no two records lie apart
  std::vector<double> mass_days_;       // [records of a week] sum over t' by the record s
};

/// The instantaneous reproduction number of each day with a step (Cori et al., American Journal of
/// Epidemiology 178(9), 2013): infections within the population over those expected if everyone infected
/// before gave rise to one in all. Imported cases infect others but were infected by nobody here.
struct ReproductionSeries {
  std::vector<std::string> dates;           // [days]
  std::vector<double> days;                 // [days] since the start
  std::vector<std::vector<double>> values;  // [runs][days]; NaN where less than one case is expected
};

/// `new_cases` and `imported_cases` are [runs][records]; the latter may be empty. With a window, infections
/// and expected ones are summed over so many days up to each day, as many as there are at the beginning.
ReproductionSeries reproduction_numbers(const GenerationDistribution& generations,
                                        std::span<const double> new_cases,
                                        std::span<const double> imported_cases = {}, int window_days = 1);

}  // namespace starling
