#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include <doctest/doctest.h>

#include <starling/abm/apportion.hpp>
#include <starling/abm/leisure_synthesis.hpp>
#include <starling/abm/sex_synthesis.hpp>
#include <starling/abm/university_synthesis.hpp>
#include <starling/abm/workplace_synthesis.hpp>

#include "../support/synthetic_people.hpp"

TEST_SUITE_BEGIN("abm");

using starling::AgeCounts;
using starling::AgeWeights;
using starling::Households;
using starling::Population;
using starling::Synthesis;
using starling::test::age;
using starling::test::for_each_venue;
using starling::test::marginal;
using starling::test::Members;
using starling::test::memberships_in;
using starling::test::synthesis_figures;
using starling::test::synthesis_settings;

namespace {

const Synthesis& two_boroughs() {
  static const Synthesis synthesis = starling::synthesise(synthesis_settings({"Camden", "Islington"}, 0.2));
  return synthesis;
}

std::size_t at(std::int32_t agent) {
  return static_cast<std::size_t>(agent);
}

}  // namespace

TEST_CASE("a part with a share of each age is within one person of its share of every range of ages") {
  AgeCounts people{};
  AgeWeights shares{};
  for (std::size_t years = 0; years < people.size(); ++years) {
    people[years] = static_cast<std::int64_t>(years % 7);
    shares[years] = 0.013 * static_cast<double>(years % 50);
  }
  const AgeCounts part = starling::apportion_ages(people, shares);
  for (std::size_t first = 0; first < people.size(); ++first) {
    double difference = 0.0;
    for (std::size_t last = first; last < people.size(); ++last) {
      CHECK(part[last] <= people[last]);
      difference += static_cast<double>(part[last]) - shares[last] * static_cast<double>(people[last]);
      CHECK(std::fabs(difference) <= 1.0 + 1e-9);
    }
  }
}

TEST_CASE("care homes house their share of the old; those who work there live in households") {
  const Population& population = two_boroughs().population;
  const std::vector<int> at_home = memberships_in(population, "household");
  std::int64_t residents = 0;
  std::int64_t very_old = 0;
  std::int64_t workers = 0;
  for_each_venue(population, "care_home", [&](Members members) {
    std::int64_t of_home = 0;
    std::set<bool> old;
    for (const std::int32_t agent : members) {
      const int years = age(population, agent);
      if (at_home[at(agent)] == 1) {
        ++workers;
        CHECK(years >= 18);
        CHECK(years <= 64);
      } else {
        ++of_home;
        old.insert(years >= 65);
        very_old += years >= 85 ? 1 : 0;
      }
    }
    CHECK(old.size() == 1);  // the old do not share a home with younger people
    CHECK(of_home >= (old.contains(true) ? 20 : 5));
    CHECK(of_home <= (old.contains(true) ? 60 : 15));
    CHECK(static_cast<std::int64_t>(members.size()) - of_home == (of_home + 1) / 2);
    residents += of_home;
  });
  CHECK(residents == std::count(at_home.begin(), at_home.end(), 0));
  CHECK(workers > 0.45 * static_cast<double>(residents));
  const auto all_very_old = static_cast<double>(std::count_if(
      population.age_years.begin(), population.age_years.end(), [](auto years) { return years >= 85; }));
  CHECK(static_cast<double>(very_old) == doctest::Approx(0.108 * all_very_old).epsilon(0.02));
}

TEST_CASE("students are as many as the shares of their ages say and neither work nor teach") {
  const Population& population = two_boroughs().population;
  const std::vector<int> at_university = memberships_in(population, "university");
  const std::vector<int> at_work = memberships_in(population, "company");
  const std::vector<int> at_school = memberships_in(population, "school");
  double of_19_to_21 = 0.0;
  double students_of_19_to_21 = 0.0;
  for (std::size_t agent = 0; agent < at_university.size(); ++agent) {
    const int years = population.age_years[agent];
    REQUIRE(at_university[agent] + at_work[agent] + at_school[agent] <= 1);
    if (at_university[agent] > 0) CHECK(years >= 18);
    if (years < 19 || years > 21) continue;
    of_19_to_21 += 1.0;
    students_of_19_to_21 += at_university[agent];
  }
  CHECK(students_of_19_to_21 == doctest::Approx(0.49 * of_19_to_21).epsilon(0.005));
}

TEST_CASE("students of all boroughs meet at the universities in proportion to their sizes") {
  const Population& population = two_boroughs().population;
  const auto& borough = population.attribute("borough").codes;
  std::vector<double> sizes;
  for_each_venue(population, "university", [&](Members members) {
    double students = 0.0;
    double staff = 0.0;
    std::set<std::int32_t> homes;
    for (const std::int32_t agent : members) {
      (age(population, agent) < 30 ? students : staff) += 1.0;
      homes.insert(borough[at(agent)]);
    }
    sizes.push_back(students);
    CHECK(staff == doctest::Approx(students / 16.0).epsilon(0.1));
    CHECK(homes.size() == 2);
  });
  REQUIRE(sizes.size() == 6);  // four in Camden, two in Islington
  const double all = std::accumulate(sizes.begin(), sizes.end(), 0.0);
  CHECK(sizes.front() / all == doctest::Approx(42.0 / 109.0).epsilon(0.001));
  CHECK(sizes.back() / all == doctest::Approx(10.0 / 109.0).epsilon(0.005));
}

TEST_CASE("the students of a borough without a university meet at one") {
  const Population population = starling::synthesise(synthesis_settings({"Bexley"}, 0.05)).population;
  const auto summary = starling::summarise(population, population.venue_type("university"));
  CHECK(summary.venues == 1);
  CHECK(summary.largest > 150);
}

TEST_CASE("everyone has one leisure catchment, of whole households of one borough") {
  const Population& population = two_boroughs().population;
  const auto& borough = population.attribute("borough").codes;
  const auto& area = population.attribute("area").codes;
  std::vector<std::int32_t> catchment_of(population.age_years.size(), -1);
  std::int32_t catchment = 0;
  for_each_venue(population, "leisure", [&](Members members) {
    std::set<std::int32_t> areas;
    for (const std::int32_t agent : members) {
      REQUIRE(catchment_of[at(agent)] == -1);
      catchment_of[at(agent)] = catchment;
      REQUIRE(borough[at(agent)] == borough[at(members.front())]);
      areas.insert(area[at(agent)]);
    }
    CHECK(members.size() > 6000);
    CHECK(members.size() < 10000);
    CHECK(areas.size() == 5);
    ++catchment;
  });
  CHECK(std::count(catchment_of.begin(), catchment_of.end(), -1) == 0);
  for_each_venue(population, "household", [&](Members members) {
    for (const std::int32_t agent : members) {
      REQUIRE(catchment_of[at(agent)] == catchment_of[at(members.front())]);
      REQUIRE(area[at(agent)] == area[at(members.front())]);
    }
  });
}

TEST_CASE("areas have nearly equal numbers of people and care homes are spread over them") {
  std::vector<std::int64_t> households{0};
  for (int h = 0; h < 8000; ++h) households.push_back(households.back() + 1 + h % 3);
  const std::vector<std::int64_t> homes{0, 40, 80, 120, 160};
  const auto neighbourhoods = starling::synthesise_neighbourhoods(households, homes);
  REQUIRE(neighbourhoods.area_count == 10);
  CHECK(neighbourhoods.catchments.rows() == 2);
  std::vector<std::int64_t> people(10, 0);
  for (const std::int32_t area : neighbourhoods.areas) ++people.at(static_cast<std::size_t>(area));
  for (std::size_t area = 0; area < people.size(); ++area)
    CHECK(std::abs(people[area] - (area == 0 || area == 2 || area == 5 || area == 7 ? 1640 : 1600)) <= 3);
}

TEST_CASE("the attribute borough names the boroughs in the order asked for and areas carry their names") {
  const Population& population = two_boroughs().population;
  const starling::Attribute& borough = population.attribute("borough");
  CHECK(borough.categories == std::vector<std::string>{"Camden", "Islington"});
  CHECK(std::count(borough.codes.begin(), borough.codes.end(), 0) == std::llround(0.2 * 270029));
  const starling::Attribute& area = population.attribute("area");
  CHECK(area.categories.front() == "Camden 001");
  for (std::size_t i = 0; i < borough.codes.size(); ++i)
    REQUIRE(area.categories[at(area.codes[i])].starts_with(borough.categories[at(borough.codes[i])]));
}

TEST_CASE("of each age as many are women as the shares say, to the person") {
  const Population& population = two_boroughs().population;
  const auto& sex = population.attribute("sex").codes;
  const auto& borough = population.attribute("borough").codes;
  std::array<double, starling::kAges> surplus{};
  for (std::size_t i = 0; i < sex.size(); ++i)
    if (borough[i] == 0)
      surplus[population.age_years[i]] += sex[i] - synthesis_figures().women_share[population.age_years[i]];
  for (const double difference : surplus) CHECK(std::fabs(difference) <= 1.0);
}

TEST_CASE("couples are mostly a man and a woman, the man mostly the older; lone parents are mostly women") {
  Households households;
  households.offsets.push_back(0);
  for (int h = 0; h < 6000; ++h) {
    // A couple of two ages, or a parent and two children.
    const std::vector<std::uint8_t> ages =
        h % 3 > 0 ? std::vector<std::uint8_t>{40, 38} : std::vector<std::uint8_t>{39, 10, 8};
    households.age_years.insert(households.age_years.end(), ages.begin(), ages.end());
    households.partnered.insert(households.partnered.end(), ages.size(), h % 3 > 0 ? 1 : 0);
    households.offsets.push_back(static_cast<std::int64_t>(households.age_years.size()));
  }
  for (int i = 0; i < 12000; ++i) {  // people of the same ages on their own
    households.age_years.push_back(static_cast<std::uint8_t>(38 + i % 3));
    households.partnered.push_back(0);
    households.offsets.push_back(static_cast<std::int64_t>(households.age_years.size()));
  }
  const auto sexes = starling::synthesise_sexes(synthesis_figures().women_share, households, {}, 5);
  double mixed = 0.0;
  double older_man = 0.0;
  double mothers = 0.0;
  for (std::size_t h = 0; h < 6000; ++h) {
    const auto first = static_cast<std::size_t>(households.offsets[h]);
    if (h % 3 > 0) {
      mixed += sexes[first] != sexes[first + 1] ? 1.0 : 0.0;
      older_man += sexes[first] == 0 && sexes[first + 1] == 1 ? 1.0 : 0.0;
    } else {
      mothers += sexes[first] == 1 ? 1.0 : 0.0;
    }
  }
  CHECK(mixed / 4000.0 == doctest::Approx(0.98).epsilon(0.01));
  CHECK(older_man / mixed > 0.6);
  CHECK(older_man / mixed < 0.85);
  CHECK(mothers / 2000.0 > 0.75);
}

TEST_CASE("Londoners work in the City and in Westminster as often as the census counts") {
  const auto& figures = synthesis_figures();
  // Greater London Authority, Commuting in London, 2014: jobs, and the share of them that Londoners hold.
  const std::pair<const char*, double> published[] = {{"City of London", 0.69 * 356500},
                                                      {"Westminster", 0.78 * 558900}};
  for (const auto& place : published) {
    double sum = 0.0;
    for (const auto& home : figures.commuters) sum += home[figures.borough(place.first)];
    CAPTURE(place.first);
    CHECK(sum == doctest::Approx(place.second).epsilon(0.01));
  }
}

TEST_CASE("workers go to work boroughs in the commuters' shares") {
  const auto& figures = synthesis_figures();
  const std::size_t camden = figures.borough("Camden");
  const std::size_t westminster = figures.borough("Westminster");
  std::vector<std::int32_t> agents(20000);
  std::iota(agents.begin(), agents.end(), 0);
  const auto at_work = starling::send_to_work(figures, {{camden, agents}, {westminster, {}}}, 1);
  const auto& flows = figures.commuters[camden];
  const double expected = flows[westminster] / (flows[camden] + flows[westminster]);
  CHECK(std::fabs(static_cast<double>(at_work[1].agents.size()) - 20000.0 * expected) <= 1.0);
  CHECK(at_work[0].agents.size() + at_work[1].agents.size() == 20000);
}

TEST_CASE("whole boroughs fit their own figures, and the marginals say so") {
  const Synthesis synthesis = starling::synthesise(
      synthesis_settings({"City of London", "Kingston upon Thames", "Kensington and Chelsea"}, 1.0));
  starling::test::check_whole_boroughs(synthesis.population);
  int worst = 0;
  for (const starling::Marginal& figure : synthesis.marginals) {
    if (figure.name.find("worst borough") == std::string::npos) continue;
    CAPTURE(figure.name);
    ++worst;
    CHECK(figure.achieved >= 0.0);
    CHECK(figure.achieved < 0.005);
  }
  CHECK(worst == 5);
  for (const char* name : {"residents who are women or girls", "residents who live in care homes",
                           "residents who study at a university"}) {
    CAPTURE(name);
    const starling::Marginal figure = marginal(synthesis, name);
    CHECK(figure.achieved == doctest::Approx(figure.target).epsilon(0.005));
  }
}

TEST_CASE("each borough's workplaces have the sizes of its register") {
  const std::array<int, 6> last{4, 9, 19, 49, 99, 249};
  for (const char* borough : {"Camden", "Newham", "Westminster"}) {
    CAPTURE(borough);
    const Population population = starling::synthesise(synthesis_settings({borough}, 0.2)).population;
    std::array<double, 7> bands{};
    double companies = 0.0;
    for_each_venue(population, "company", [&](Members members) {
      const auto band = std::lower_bound(last.begin(), last.end(), static_cast<int>(members.size()));
      bands[static_cast<std::size_t>(band - last.begin())] += 1.0;
      companies += 1.0;
    });
    const auto& target = synthesis_figures().workplaces[synthesis_figures().borough(borough)];
    const double all = std::accumulate(target.begin(), target.end(), 0.0);
    double variation = 0.0;
    for (std::size_t band = 0; band < bands.size(); ++band)
      variation += 0.5 * std::fabs(bands[band] / companies - target[band] / all);
    CHECK(variation < 0.03);
  }
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("abm_slow");

TEST_CASE("all of London, nine million people, fits every borough's figures") {
  const Synthesis synthesis = starling::synthesise(synthesis_settings({"London"}, 1.0));
  CHECK(synthesis.population.agents() == 8961989);
  CHECK_NOTHROW(starling::validate(synthesis.population));
  starling::test::check_whole_boroughs(synthesis.population);
  for (const starling::Marginal& figure : synthesis.marginals) {
    CAPTURE(figure.name);
    if (figure.name.starts_with("ages, worst")) CHECK(figure.achieved < 0.005);
    if (figure.name.starts_with("household sizes, worst")) CHECK(figure.achieved < 0.02);
    if (figure.name.starts_with("school rolls, worst")) CHECK(figure.achieved < 0.01);
    if (figure.name.starts_with("work")) CHECK(std::fabs(figure.achieved - figure.target) < 0.03);
  }
}

TEST_SUITE_END();
