#include <array>
#include <cstddef>

#include <starling/abm/apportion.hpp>
#include <starling/abm/sex_synthesis.hpp>
#include <starling/abm/synthesis_stream.hpp>

namespace starling {

namespace {

constexpr std::uint8_t kMan = 0;
constexpr std::uint8_t kWoman = 1;
constexpr std::uint8_t kOpen = 2;

// Women and men of each age to whom no person has been assigned yet. Drawing is without replacement.
class SexPool {
 public:
  SexPool(const AgeWeights& women_share, const AgeCounts& people, std::uint64_t seed)
      : people_(people), women_(apportion_ages(people, women_share)), stream_(seed, SynthesisStage::sexes) {
    for (std::size_t age = 0; age < people.size(); ++age) men_[age] = people[age] - women_[age];
  }

  // Draws the sex of one person; `odds` is the chance of a woman for that of a man among equally many of
  // both.
  std::uint8_t draw(std::uint8_t age, double odds) {
    const double women = odds * static_cast<double>(women_[age]);
    return take(age, stream_.uniform() * (women + static_cast<double>(men_[age])) < women ? kWoman : kMan);
  }

  // Draws a couple, the first not younger than the second.
  std::array<std::uint8_t, 2> draw_couple(std::uint8_t older, std::uint8_t younger) {
    if (stream_.uniform() < kSameSexCouples) {
      const std::uint8_t sex = draw(older, 1.0);
      return {sex, take(younger, sex)};
    }
    const double man_is_older = older == younger ? 0.5 : kOlderPartnerIsMan;
    const double man_first = man_is_older * share(men_, older) * share(women_, younger);
    const double woman_first = (1.0 - man_is_older) * share(women_, older) * share(men_, younger);
    const bool woman = stream_.uniform() * (man_first + woman_first) < woman_first;
    const std::uint8_t first = take(older, woman ? kWoman : kMan);
    return {first, take(younger, first == kWoman ? kMan : kWoman)};
  }

 private:
  [[nodiscard]] double share(const AgeCounts& counts, std::uint8_t age) const {
    return static_cast<double>(counts[age]) / static_cast<double>(people_[age]);
  }

  // The sex asked for, or the other one when nobody of it is left.
  std::uint8_t take(std::uint8_t age, std::uint8_t sex) {
    if ((sex == kWoman ? women_ : men_)[age] == 0) sex = sex == kWoman ? kMan : kWoman;
    --(sex == kWoman ? women_ : men_)[age];
    return sex;
  }

  AgeCounts people_;
  AgeCounts women_;
  AgeCounts men_{};
  SynthesisStream stream_;
};

// The parent of a household that has children and one adult; the members are in the order of their ages.
bool has_lone_parent(const Households& households, std::size_t first, std::size_t last) {
  const auto& ages = households.age_years;
  return last - first > 1 && ages[first] >= kAdultAge && ages[first + 1] < kAdultAge;
}

void draw_couples_and_parents(const Households& households, SexPool& pool, std::vector<std::uint8_t>& sexes) {
  const auto& ages = households.age_years;
  for (std::size_t h = 1; h < households.offsets.size(); ++h) {
    const auto first = static_cast<std::size_t>(households.offsets[h - 1]);
    const auto last = static_cast<std::size_t>(households.offsets[h]);
    if (has_lone_parent(households, first, last)) sexes[first] = pool.draw(ages[first], kLoneParentsOdds);
    std::size_t older = last;
    for (std::size_t i = first; i < last; ++i) {
      if (households.partnered[i] == 0) continue;
      if (older == last) {
        older = i;
        continue;
      }
      const auto couple = pool.draw_couple(ages[older], ages[i]);
      sexes[older] = couple[0];
      sexes[i] = couple[1];
    }
  }
}

}  // namespace

std::vector<std::uint8_t> synthesise_sexes(const AgeWeights& women_share, const Households& households,
                                           const CareHomes& care_homes, std::uint64_t seed) {
  AgeCounts people{};
  for (const std::uint8_t age : households.age_years) ++people[age];
  for (const std::uint8_t age : care_homes.age_years) ++people[age];
  SexPool pool(women_share, people, seed);
  std::vector<std::uint8_t> sexes(households.age_years.size(), kOpen);
  // Everyone who is more likely of one sex first: who comes last gets what is left, and those must be alike.
  draw_couples_and_parents(households, pool, sexes);
  for (const std::uint8_t age : care_homes.age_years) sexes.push_back(pool.draw(age, kCareHomeResidentsOdds));
  for (std::size_t i = 0; i < households.age_years.size(); ++i)
    if (sexes[i] == kOpen) sexes[i] = pool.draw(households.age_years[i], 1.0);
  return sexes;
}

}  // namespace starling
