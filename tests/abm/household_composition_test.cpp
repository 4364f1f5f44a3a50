#include <cmath>
#include <numeric>

#include <doctest/doctest.h>

#include <starling/abm/apportion.hpp>
#include <starling/abm/household_composition.hpp>
#include <starling/abm/household_figures.hpp>
#include <starling/core/error.hpp>

TEST_SUITE_BEGIN("abm");

namespace {

starling::HouseholdFigures figures() {
  return starling::read_household_figures(STARLING_SOURCE_DIR "/data/population");
}

struct Totals {
  std::int64_t people = 0;
  std::int64_t children = 0;
};

Totals totals(const std::vector<starling::HouseholdComposition>& compositions) {
  Totals sum;
  for (const auto& composition : compositions) {
    sum.people += (composition.children + composition.adults) * composition.households;
    sum.children += composition.children * composition.households;
  }
  return sum;
}

}  // namespace

TEST_CASE("apportioned numbers sum to the total and are nearest to the shares") {
  const std::vector<double> weights{0.5, 0.3, 0.2, 0.0};
  CHECK(starling::apportion(weights, 7) == std::vector<std::int64_t>{4, 2, 1, 0});
  CHECK(starling::apportion(weights, 0) == std::vector<std::int64_t>{0, 0, 0, 0});
  CHECK_THROWS_AS(starling::apportion(std::vector<double>{0.0, 0.0}, 3), starling::InputError);
}

TEST_CASE("rare neighbouring classes together keep their share of a small total") {
  const std::vector<double> weights(91, 1.0);
  const std::vector<std::int64_t> counts = starling::apportion_in_order(weights, 10);
  CHECK(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}) == 10);
  for (std::ptrdiff_t first = 0; first + 30 <= 91; ++first) {
    const std::int64_t run =
        std::accumulate(counts.begin() + first, counts.begin() + first + 30, std::int64_t{0});
    CHECK(std::abs(static_cast<double>(run) - 300.0 / 91.0) < 1.0);
  }
}

TEST_CASE("compositions house exactly the people and the children asked for, from one person up") {
  const starling::HouseholdFigures data = figures();
  for (const std::int64_t people : {1, 2, 3, 5, 10, 31, 100, 1001, 50000})
    for (const double share : {0.0, 0.1, 0.2, 0.35}) {
      const auto children = static_cast<std::int64_t>(share * static_cast<double>(people));
      CAPTURE(people);
      CAPTURE(children);
      const Totals sum = totals(starling::compose_households(data, people, children));
      CHECK(sum.people == people);
      CHECK(sum.children == children);
    }
}

TEST_CASE("no composition is without an adult and more children mean more households with children") {
  const starling::HouseholdFigures data = figures();
  double previous = -1.0;
  for (const std::int64_t children : {2000, 5000, 8000}) {
    double with_children = 0.0;
    for (const auto& composition : starling::compose_households(data, 30000, children)) {
      CHECK(composition.adults >= 1);
      if (composition.children > 0) with_children += static_cast<double>(composition.households);
    }
    CHECK(with_children > previous);
    previous = with_children;
  }
}

TEST_CASE("the census's own number of children leaves its compositions as they are") {
  const starling::HouseholdFigures data = figures();
  double people = 0.0;
  double children = 0.0;
  for (std::size_t size = 1; size <= 6; ++size) {
    double weight = 0.0;
    double mean = 0.0;
    for (std::size_t k = 0; k < size; ++k) {
      weight += data.composition[k][size - k];
      mean += static_cast<double>(k) * data.composition[k][size - k];
    }
    people += data.size_share[size] * static_cast<double>(size);
    children += data.size_share[size] * mean / weight;
  }
  starling::HouseholdFigures without_large = data;
  without_large.size_share[7] = without_large.size_share[8] = 0.0;
  const std::int64_t residents = 1000000;
  const auto wanted = static_cast<std::int64_t>(static_cast<double>(residents) * children / people);
  double two_with_one_child = 0.0;
  double two = 0.0;
  for (const auto& composition : starling::compose_households(without_large, residents, wanted)) {
    if (composition.children + composition.adults != 2) continue;
    two += static_cast<double>(composition.households);
    if (composition.children == 1) two_with_one_child += static_cast<double>(composition.households);
  }
  CHECK(two_with_one_child / two ==
        doctest::Approx(data.composition[1][1] / (data.composition[1][1] + data.composition[0][2]))
            .epsilon(1e-3));
}

TEST_CASE("more children than the adults can house is an InputError") {
  CHECK_THROWS_AS(starling::compose_households(figures(), 100, 90), starling::InputError);
}

TEST_SUITE_END();
