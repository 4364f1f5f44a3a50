#include <algorithm>
#include <array>
#include <cstdlib>
#include <numeric>

#include <starling/abm/age_pool.hpp>
#include <starling/abm/household_synthesis.hpp>
#include <starling/abm/synthesis_stream.hpp>

namespace starling {

namespace {

constexpr int kOldestAge = kAges - 1;
constexpr int kTypicalDifferenceOfParent = 30;  // years
// Of those who share a home without being related, each year of difference makes a pair so much rarer.
constexpr double kSharersPerYearApart = 0.8;

enum class HouseholdKind : std::uint8_t { with_children, alone, couple, with_grown_up_children, sharers };

struct HouseholdPlan {
  std::uint8_t children;
  std::uint8_t adults;
  HouseholdKind kind;
};

HouseholdKind draw_kind(const HouseholdFigures& figures, const HouseholdComposition& composition,
                        double uniform) {
  if (composition.children > 0) return HouseholdKind::with_children;
  if (composition.adults == 1) return HouseholdKind::alone;
  if (uniform < figures.with_grown_up[static_cast<std::size_t>(composition.adults)])
    return HouseholdKind::with_grown_up_children;
  return composition.adults == 2 ? HouseholdKind::couple : HouseholdKind::sharers;
}

std::vector<HouseholdPlan> plan_households(const HouseholdFigures& figures, std::int64_t residents,
                                           std::int64_t children, std::uint64_t seed) {
  std::vector<HouseholdPlan> plans;
  SynthesisStream kinds(seed, SynthesisStage::household_kind);
  for (const HouseholdComposition& composition : compose_households(figures, residents, children))
    for (std::int64_t i = 0; i < composition.households; ++i)
      plans.push_back({static_cast<std::uint8_t>(composition.children),
                       static_cast<std::uint8_t>(composition.adults),
                       draw_kind(figures, composition, kinds.uniform())});
  SynthesisStream(seed, SynthesisStage::household_order).shuffle(plans);
  return plans;
}

std::size_t index(int years) {
  return static_cast<std::size_t>(years);
}

// Draws the ages of one household after another from the pool of all people.
class AgeDrawer {
 public:
  AgeDrawer(const HouseholdFigures& figures, const AgeCounts& people, std::uint64_t seed)
      : figures_(figures), pool_(people), stream_(seed, SynthesisStage::household_ages) {
    nearness_[0] = 1.0;
    for (std::size_t years = 1; years < kAges; ++years)
      nearness_[years] = nearness_[years - 1] * kSharersPerYearApart;
  }

  // Writes the ages of the household's members, the oldest first, and who of them is in a couple.
  void fill(const HouseholdPlan& plan, std::uint8_t* ages, std::uint8_t* partnered) {
    count_ = 0;
    partnered_.fill(0);
    switch (plan.kind) {
      case HouseholdKind::with_children:
        fill_with_children(plan.children, plan.adults);
        break;
      case HouseholdKind::alone:
        append(draw_alone());
        break;
      case HouseholdKind::couple:
        append_couple(draw_reference());
        break;
      case HouseholdKind::with_grown_up_children:
        fill_with_grown_up_children(plan.adults);
        break;
      case HouseholdKind::sharers:
        fill_sharers(plan.adults);
        break;
    }
    std::array<std::uint8_t, kHouseholdSizes> members{};
    for (std::size_t i = 0; i < count_; ++i)
      members[i] = static_cast<std::uint8_t>(2 * ages_[i] + partnered_[i]);
    std::sort(members.begin(), members.begin() + count_, std::greater<>());
    for (std::size_t i = 0; i < count_; ++i) {
      ages[i] = members[i] / 2;
      partnered[i] = members[i] % 2;
    }
  }

  [[nodiscard]] std::int64_t couples() const { return couples_; }
  [[nodiscard]] std::int64_t couple_difference_years() const { return couple_difference_years_; }

 private:
  void append(int age) { ages_[count_++] = static_cast<std::uint8_t>(age); }

  void append_couple(int reference) {
    const int partner = draw_partner(reference);
    append(reference);
    append(partner);
    partnered_[count_ - 1] = partnered_[count_ - 2] = 1;
    ++couples_;
    couple_difference_years_ += std::abs(reference - partner);
  }

  void fill_with_children(int children, int adults) {
    const int first_child = pool_.draw(0, kAdultAge - 1, kAdultAge / 2, stream_.uniform(),
                                       [&](int age) { return pool_.remaining(age); });
    append(first_child);
    const int parent = draw_parent(first_child);
    for (int child = 1; child < children; ++child) append(draw_child(parent, child));
    append_grown_up_children(parent, children, adults - 2);
    if (adults > 1)
      append_couple(parent);
    else
      append(parent);
  }

  void fill_with_grown_up_children(int adults) {
    const int child = pool_.draw(kAdultAge, kOldestAge, kAdultAge, stream_.uniform(), [&](int age) {
      return figures_.grown_up_child[index(age)] * pool_.share(age);
    });
    append(child);
    const int parent = draw_parent(child);
    append_grown_up_children(parent, 1, adults - 3);
    if (adults > 2)
      append_couple(parent);
    else
      append(parent);
  }

  void fill_sharers(int adults) {
    const int first = pool_.draw(kAdultAge, kOldestAge, kAdultAge, stream_.uniform(),
                                 [&](int age) { return pool_.remaining(age); });
    append(first);
    for (int i = 1; i < adults; ++i)
      append(pool_.draw(kAdultAge, kOldestAge, first, stream_.uniform(), [&](int age) {
        return pool_.remaining(age) * nearness_[index(std::abs(age - first))];
      }));
  }

  int draw_alone() {
    return pool_.draw(kAdultAge, kOldestAge, kOldestAge, stream_.uniform(),
                      [&](int age) { return figures_.living_alone[index(age)] * pool_.remaining(age); });
  }

  int draw_reference() {
    return pool_.draw(kAdultAge, kOldestAge, kOldestAge, stream_.uniform(),
                      [&](int age) { return figures_.reference_in_couple[index(age)] * pool_.share(age); });
  }

  int draw_partner(int reference) {
    constexpr int kReach = HouseholdFigures::kCoupleReach;
    const auto& weights = figures_.couple_difference[index(reference)];
    return pool_.draw(kAdultAge, kOldestAge, reference, stream_.uniform(), [&](int age) {
      const int place = age - reference + kReach;
      return place < 0 || place > 2 * kReach ? 0.0 : weights[index(place)] * pool_.share(age);
    });
  }

  int draw_parent(int child) {
    return pool_.draw(
        kAdultAge, kOldestAge, child + kTypicalDifferenceOfParent, stream_.uniform(), [&](int age) {
          return age < child
                     ? 0.0
                     : figures_.parent_difference[index(child)][index(age - child)] * pool_.share(age);
        });
  }

  // How well one more child of this age goes with the parent and the `children` first people of the
  // household.
  double child_weight(int age, int parent, int children) const {
    if (age > parent) return 0.0;
    int nearest = kOldestAge;
    for (int i = 0; i < children; ++i) nearest = std::min(nearest, std::abs(age - ages_[index(i)]));
    return figures_.parent_difference[index(age)][index(parent - age)] *
           figures_.sibling_difference[index(nearest)];
  }

  int draw_child(int parent, int children) {
    return pool_.draw(0, kAdultAge - 1, ages_[0], stream_.uniform(),
                      [&](int age) { return child_weight(age, parent, children) * pool_.remaining(age); });
  }

  void append_grown_up_children(int parent, int children, int number) {
    for (int i = 0; i < number; ++i)
      append(pool_.draw(kAdultAge, kOldestAge, kAdultAge, stream_.uniform(), [&](int age) {
        return figures_.grown_up_child[index(age)] * child_weight(age, parent, children + i) *
               pool_.share(age);
      }));
  }

  const HouseholdFigures& figures_;
  AgePool pool_;
  SynthesisStream stream_;
  AgeWeights nearness_;
  // The household that is being filled.
  std::array<std::uint8_t, kHouseholdSizes> ages_{};
  std::array<std::uint8_t, kHouseholdSizes> partnered_{};
  std::size_t count_ = 0;
  std::int64_t couples_ = 0;
  std::int64_t couple_difference_years_ = 0;
};

// Families are the most particular about ages and draw first; people who share a home are what is left.
int turn(HouseholdKind kind) {
  if (kind == HouseholdKind::with_children) return 0;
  return kind == HouseholdKind::sharers ? 2 : 1;
}

}  // namespace

Households synthesise_households(const HouseholdFigures& figures, const AgeCounts& people,
                                 std::uint64_t seed) {
  const std::int64_t residents = std::accumulate(people.begin(), people.end(), std::int64_t{0});
  const std::int64_t children = std::accumulate(people.begin(), people.begin() + kAdultAge, std::int64_t{0});
  const std::vector<HouseholdPlan> plans = plan_households(figures, residents, children, seed);
  Households households;
  households.age_years.resize(static_cast<std::size_t>(residents));
  households.partnered.resize(static_cast<std::size_t>(residents));
  households.offsets.push_back(0);
  for (const HouseholdPlan& plan : plans)
    households.offsets.push_back(households.offsets.back() + plan.children + plan.adults);
  AgeDrawer drawer(figures, people, seed);
  for (int now = 0; now < 3; ++now)
    for (std::size_t h = 0; h < plans.size(); ++h)
      if (turn(plans[h].kind) == now)
        drawer.fill(plans[h], households.age_years.data() + households.offsets[h],
                    households.partnered.data() + households.offsets[h]);
  households.couples = drawer.couples();
  households.couple_difference_years = drawer.couple_difference_years();
  return households;
}

}  // namespace starling
