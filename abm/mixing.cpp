#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include <starling/abm/mixing.hpp>
#include <starling/core/check.hpp>

namespace starling {

namespace {

constexpr int kMostClasses = 255;

AttendanceTable attendance_of(const NetworkSettings& network) {
  return network.attendance.value_or(AttendanceTable(1.0));
}

double reception_of(const NetworkSettings& network, const AttendanceTable& attendance, DayType day, int sex,
                    int age) {
  return age < network.youngest_receiver_years ? 0.0 : attendance.at(day, sex, age);
}

void check_attendance(const NetworkSettings& network) {
  const AttendanceTable table = attendance_of(network);
  for (const DayType day : {DayType::weekday, DayType::weekend})
    for (int sex = 0; sex < kSexes; ++sex)
      for (int age = 0; age < kTableAges; ++age)
        check_in_range("networks." + network.name, "attendance", table.at(day, sex, age), 0.0, 1.0);
}

// What one person's attendance of the networks of a venue type looks like, over days and networks.
using Pattern = std::vector<double>;

// Splits people by sex and age into classes of equal pattern.
class Classes {
 public:
  Classes(const std::vector<NetworkSettings>& networks, const std::vector<int>& here) {
    std::map<Pattern, int> known;
    for (int sex = 0; sex < kSexes; ++sex) {
      for (int age = 0; age < kTableAges; ++age) {
        Pattern pattern;
        for (const DayType day : {DayType::weekday, DayType::weekend}) {
          for (const int n : here) {
            const NetworkSettings& network = networks[static_cast<std::size_t>(n)];
            const AttendanceTable table = attendance_of(network);
            pattern.push_back(table.at(day, sex, age));
            pattern.push_back(reception_of(network, table, day, sex, age));
          }
        }
        const auto [entry, is_new] = known.try_emplace(pattern, static_cast<int>(patterns_.size()));
        if (is_new) patterns_.push_back(pattern);
        of_[static_cast<std::size_t>(sex)][static_cast<std::size_t>(age)] = entry->second;
      }
    }
    networks_ = here.size();
  }

  [[nodiscard]] int count() const { return static_cast<int>(patterns_.size()); }
  [[nodiscard]] bool depend_on_sex() const { return of_[0] != of_[1]; }
  [[nodiscard]] std::uint8_t of(int sex, int age) const {
    return static_cast<std::uint8_t>(
        of_[static_cast<std::size_t>(sex)][static_cast<std::size_t>(std::min(age, kTableAges - 1))]);
  }
  // [day types][networks here][classes]; side 0 is emission, 1 reception.
  [[nodiscard]] std::vector<double> probabilities(std::size_t side) const {
    std::vector<double> result;
    for (std::size_t row = 0; row < kDayTypes * networks_; ++row)
      for (const Pattern& pattern : patterns_) result.push_back(pattern[2 * row + side]);
    return result;
  }

 private:
  std::vector<Pattern> patterns_;
  std::array<std::array<int, kTableAges>, kSexes> of_{};
  std::size_t networks_ = 0;
};

std::vector<std::uint8_t> classes_of_agents(const Population& population, const Classes& classes,
                                            const std::string& networks) {
  if (classes.count() == 1) return {};
  const bool by_sex = classes.depend_on_sex();
  check_that(!by_sex || population.has_attribute(kSexAttribute), networks,
             "attendance depends on the sex of people, but the population has no attribute \"sex\"");
  const std::int32_t* sex = by_sex ? population.attribute(kSexAttribute).codes.data() : nullptr;
  std::vector<std::uint8_t> result(population.age_years.size());
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] = classes.of(sex == nullptr ? 0 : sex[i], population.age_years[i]);
  return result;
}

// [day types][networks here][venues]
std::vector<double> contacts(const Population& population, const std::vector<NetworkSettings>& networks,
                             const VenueMixing& mixing) {
  const auto type = static_cast<std::size_t>(mixing.venue_type);
  const std::int64_t first = population.venue_type_offsets[type];
  const std::int64_t venues = population.venue_type_offsets[type + 1] - first;
  const auto classes = static_cast<std::size_t>(mixing.classes);
  const std::size_t here = mixing.networks.size();
  std::vector<double> result;
  result.reserve(kDayTypes * here * static_cast<std::size_t>(venues));
  std::vector<double> members(classes * static_cast<std::size_t>(venues), 0.0);  // [venues][classes]
  for (std::int64_t v = 0; v < venues; ++v) {
    const auto row = static_cast<std::size_t>(first + v);
    for (std::int64_t k = population.members.offsets[row]; k < population.members.offsets[row + 1]; ++k) {
      const std::int64_t agent = population.members.indices[static_cast<std::size_t>(k)];
      members[static_cast<std::size_t>(v) * classes + static_cast<std::size_t>(mixing.class_of(agent))] +=
          1.0;
    }
  }
  for (std::size_t row = 0; row < kDayTypes * here; ++row) {
    const NetworkSettings& network = networks[static_cast<std::size_t>(mixing.networks[row % here])];
    const bool expected = network.attendance && network.normalisation == Normalisation::attendance;
    for (std::int64_t v = 0; v < venues; ++v) {
      double people = population.people[static_cast<std::size_t>(first + v)];
      if (expected) {
        people = 0.0;
        for (std::size_t g = 0; g < classes; ++g)
          people += mixing.emission[row * classes + g] * members[static_cast<std::size_t>(v) * classes + g];
      }
      result.push_back(contact_probability(people));
    }
  }
  return result;
}

VenueMixing mix_type(const Population& population, const std::vector<NetworkSettings>& networks, int type,
                     std::vector<int> here) {
  std::string names;
  for (const int n : here)
    names += (names.empty() ? "networks." : ", networks.") + networks[static_cast<std::size_t>(n)].name;
  VenueMixing mixing;
  mixing.venue_type = type;
  mixing.at_home = networks[static_cast<std::size_t>(here.front())].at_home;
  for (const int n : here)
    check_that(networks[static_cast<std::size_t>(n)].at_home == mixing.at_home, names,
               "meet in the same venues, so at_home must be the same for all");
  const Classes classes(networks, here);
  check_that(classes.count() <= kMostClasses, names,
             fmt::format("attendance tells {} classes of people apart, expected at most {}", classes.count(),
                         kMostClasses));
  mixing.networks = std::move(here);
  mixing.classes = classes.count();
  mixing.agent_class = classes_of_agents(population, classes, names);
  mixing.emission = classes.probabilities(0);
  mixing.reception = classes.probabilities(1);
  mixing.contact = contacts(population, networks, mixing);
  check_that(!mixing.at_home || mixing.classes == 1, names,
             "are at home, where everyone takes part: attendance must not differ between people");
  return mixing;
}

}  // namespace

double contact_probability(double people) {
  if (people <= 0.0) return 0.0;
  if (people <= 2.0) return 1.0;
  return 1.0 / (people - 1.0);
}

bool VenueMixing::plain() const {
  const auto is_one = [](double value) { return value == 1.0; };
  return networks.size() == 1 && std::ranges::all_of(emission, is_one) &&
         std::ranges::all_of(reception, is_one);
}

std::vector<VenueMixing> mix_networks(const Population& population,
                                      const std::vector<NetworkSettings>& networks) {
  std::map<int, std::vector<int>> by_type;
  std::set<std::string> names;
  for (std::size_t n = 0; n < networks.size(); ++n) {
    check_that(names.insert(networks[n].name).second, "networks." + networks[n].name, "is configured twice");
    check_attendance(networks[n]);
    by_type[population.venue_type(networks[n].venue_type())].push_back(static_cast<int>(n));
  }
  std::vector<VenueMixing> result;
  for (auto& [type, here] : by_type) result.push_back(mix_type(population, networks, type, std::move(here)));
  std::stable_partition(result.begin(), result.end(),
                        [](const VenueMixing& mixing) { return mixing.at_home; });
  return result;
}

}  // namespace starling
