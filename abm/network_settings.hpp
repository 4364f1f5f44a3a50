#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include <starling/abm/age_table.hpp>

namespace starling {

enum class DayType { weekday, weekend };
inline constexpr int kDayTypes = 2;
inline constexpr int kSexes = 2;  // male, female

/// Probability of taking part in a network on a step. [day type][sex][age]
class AttendanceTable {
 public:
  /// Everyone takes part with the same probability.
  explicit AttendanceTable(double probability = 1.0) {
    for (auto& by_sex : probability_)
      for (auto& by_age : by_sex) by_age.fill(probability);
  }

  [[nodiscard]] double& at(DayType day, int sex, int age_years) {
    return probability_[static_cast<std::size_t>(day)][static_cast<std::size_t>(sex)][row(age_years)];
  }
  [[nodiscard]] double at(DayType day, int sex, int age_years) const {
    return probability_[static_cast<std::size_t>(day)][static_cast<std::size_t>(sex)][row(age_years)];
  }
  [[nodiscard]] bool operator==(const AttendanceTable&) const = default;

 private:
  static std::size_t row(int age_years) {
    return static_cast<std::size_t>(age_years < kTableAges ? age_years : kTableAges - 1);
  }
  std::array<std::array<AgeTable, kSexes>, kDayTypes> probability_{};
};

/// What the pressure of a venue is divided by, less one: 1 / (people - 1) is the probability that two of its
/// people meet.
enum class Normalisation {
  attendance,  // people expected to be there on such a day: the sum of the attendance probabilities
  head_count,  // everyone who belongs to the venue, as in the published model
};

/// One network: who meets whom, where, when and how intensely. Those who belong to a venue of type `venues`
/// take part with their probability of attendance, on the giving and on the receiving side.
struct NetworkSettings {
  std::string name;
  double log10_beta = 0.0;  // base-10 logarithm of the contact rate, per day
  bool weekdays = true;
  bool weekends = true;
  std::string venues{};                         // venue type of the population; the network's name when empty
  std::optional<AttendanceTable> attendance{};  // everyone who belongs takes part when absent
  int youngest_receiver_years = 0;              // younger people who take part cannot be infected there
  Normalisation normalisation = Normalisation::attendance;
  /// Steps of the day (0, 1, …) in which it meets; all of them when empty.
  std::vector<int> weekday_steps{};
  std::vector<int> weekend_steps{};
  /// Whether people in quarantine still meet here. Networks that share venues must agree.
  bool at_home = false;

  [[nodiscard]] const std::string& venue_type() const { return venues.empty() ? name : venues; }
  [[nodiscard]] bool operator==(const NetworkSettings&) const = default;
};

}  // namespace starling
