#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include <starling/abm/pressure_field.hpp>
#include <starling/core/error.hpp>
#include <starling/core/random.hpp>

#include "../support/backends.hpp"
#include "../support/worlds.hpp"

TEST_SUITE_BEGIN("abm");

namespace {

using starling::AttendanceTable;
using starling::Buffer;
using starling::DayType;
using starling::Exec;
using starling::InputError;
using starling::MeanFieldPressureField;
using starling::Meetings;
using starling::NetworkSettings;
using starling::Normalisation;
using starling::Population;
using starling::World;

constexpr int kLanes = 4;
using Values = std::vector<double>;

double number(std::int64_t i, std::uint32_t stream) {
  return starling::uniform_double(
      starling::random_word(31, static_cast<std::uint32_t>(i), stream, 0, starling::Draw::test));
}

Values numbers(std::int64_t n, std::uint32_t stream) {
  Values values;
  for (std::int64_t i = 0; i < n; ++i) values.push_back(number(i, stream));
  return values;
}

// The mixed world with sexes and catchments of a third of the agents each.
Population leisure_world(std::int64_t agents) {
  const Population mixed = starling::test::mixed_world(agents);
  starling::Csr households;
  starling::Csr catchments;
  std::vector<std::int32_t> sex;
  const std::int64_t size = std::max<std::int64_t>(1, agents / 3);
  for (std::int32_t i = 0; i < agents; ++i) {
    households.indices.push_back(i);
    catchments.indices.push_back(i);
    sex.push_back(number(i, 9) < 0.5 ? 0 : 1);
    if (i % 3 == 2 || i + 1 == agents) households.offsets.push_back(i + 1);
    if (i % size == size - 1 || i + 1 == agents) catchments.offsets.push_back(i + 1);
  }
  return starling::make_population("leisure", mixed.age_years, {"leisure", "household"},
                                   {catchments, households}, {{"sex", {"male", "female"}, sex}});
}

AttendanceTable attendance(std::uint32_t stream) {
  AttendanceTable table(0.0);
  for (const DayType day : {DayType::weekday, DayType::weekend})
    for (int sex = 0; sex < 2; ++sex)
      for (int age = 0; age < 100; ++age)
        table.at(day, sex, age) =
            number(age / 9 + 20 * sex + 50 * static_cast<int>(day), stream);  // bands of nine years
  return table;
}

std::vector<NetworkSettings> networks() {
  std::vector<NetworkSettings> result{{.name = "pub", .venues = "leisure", .attendance = attendance(1)},
                                      {.name = "household"},
                                      {.name = "visit", .venues = "leisure", .attendance = attendance(2)},
                                      {.name = "gym", .venues = "leisure", .attendance = attendance(3)}};
  result[1].at_home = true;
  result[2].youngest_receiver_years = 40;
  result[3].normalisation = Normalisation::head_count;
  return result;
}

double probability(const NetworkSettings& network, const Population& population, DayType day,
                   std::size_t agent) {
  if (!network.attendance) return 1.0;
  return network.attendance->at(day, population.attribute("sex").codes[agent], population.age_years[agent]);
}

// Exposure of every agent, pair by pair, written from the formula. [agents][kLanes]
Values exposure(const Population& population, const std::vector<NetworkSettings>& all,
                const Meetings& meetings, const Values& home, const Values& outside, const Values& rates) {
  Values result(population.age_years.size() * kLanes, 0.0);
  for (std::size_t n = 0; n < all.size(); ++n) {
    if (!meetings.active[n]) continue;
    const auto type = static_cast<std::size_t>(population.venue_type(all[n].venue_type()));
    const Values& given = all[n].at_home ? home : outside;
    for (auto v = population.venue_type_offsets[type]; v < population.venue_type_offsets[type + 1]; ++v) {
      const auto venue = static_cast<std::size_t>(v);
      const auto first = static_cast<std::size_t>(population.members.offsets[venue]);
      const auto last = static_cast<std::size_t>(population.members.offsets[venue + 1]);
      double people = 0.0;
      for (std::size_t k = first; k < last; ++k) {
        const auto agent = static_cast<std::size_t>(population.members.indices[k]);
        people += all[n].normalisation == Normalisation::attendance
                      ? probability(all[n], population, meetings.day_type, agent)
                      : 1.0;
      }
      const double contact = people <= 2.0 ? 1.0 : 1.0 / (people - 1.0);
      for (std::size_t l = 0; l < kLanes; ++l) {
        double sum = 0.0;
        for (std::size_t k = first; k < last; ++k) {
          const auto agent = static_cast<std::size_t>(population.members.indices[k]);
          sum += probability(all[n], population, meetings.day_type, agent) * given[agent * kLanes + l];
        }
        for (std::size_t k = first; k < last; ++k) {
          const auto agent = static_cast<std::size_t>(population.members.indices[k]);
          if (population.age_years[agent] < all[n].youngest_receiver_years) continue;
          result[agent * kLanes + l] += rates[n * kLanes + l] * contact * sum *
                                        probability(all[n], population, meetings.day_type, agent);
        }
      }
    }
  }
  return result;
}

// Sums values [cells][kLanes] over each agent's cells, those at home and the others apart.
void gather(const Exec& exec, const World<double>& world, const double* values, Values& home,
            Values& outside) {
  Values cells(static_cast<std::size_t>(world.cells() * kLanes));
  exec.copy_to_host(cells.data(), values, world.cells() * kLanes * 8);
  std::vector<std::int64_t> offsets(static_cast<std::size_t>(world.agents()) + 1);
  exec.copy_to_host(offsets.data(), world.memberships().offsets, (world.agents() + 1) * 8);
  std::vector<std::int32_t> indices(static_cast<std::size_t>(offsets.back()));
  exec.copy_to_host(indices.data(), world.memberships().indices, offsets.back() * 4);
  home.assign(static_cast<std::size_t>(world.agents() * kLanes), 0.0);
  outside = home;
  for (std::size_t agent = 0; agent + 1 < offsets.size(); ++agent) {
    for (auto k = offsets[agent]; k < offsets[agent + 1]; ++k) {
      const auto cell = static_cast<std::size_t>(indices[static_cast<std::size_t>(k)]);
      Values& sum = static_cast<std::int64_t>(cell) < world.home_cells() ? home : outside;
      for (std::size_t l = 0; l < kLanes; ++l) sum[agent * kLanes + l] += cells[cell * kLanes + l];
    }
  }
}

double dot(const Values& a, const Values& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

Values sum_of(const Values& a, const Values& b) {
  Values result = a;
  for (std::size_t i = 0; i < a.size(); ++i) result[i] += b[i];
  return result;
}

}  // namespace

STARLING_BACKEND_CASE("networks that share catchments give the exposure of the formula, pair by pair") {
  for (const std::int64_t agents : {1, 31, 257, 2000}) {
    const Population population = leisure_world(agents);
    const auto all = networks();
    const World<double> world(exec, population, all, starling::draw_profiles(agents, {}),
                              starling::make_case_groups(population, {0, 100}));
    const std::int64_t n = agents * kLanes;
    const Values home = numbers(n, 4);
    const Values outside = numbers(n, 5);
    for (const DayType day : {DayType::weekday, DayType::weekend}) {
      const Meetings meetings{{true, true, day == DayType::weekend, true}, day};
      Values rates = numbers(4 * kLanes, 6);
      if (day == DayType::weekday)
        for (int l = 0; l < kLanes; ++l) rates[static_cast<std::size_t>(2 * kLanes + l)] = 0.0;
      MeanFieldPressureField field(world, kLanes);
      const Buffer<double> device_home(exec, home);
      const Buffer<double> device_outside(exec, outside);
      const Buffer<double> device_rates(exec, rates);
      field.compute(world, meetings, {device_home.data(), device_outside.data()}, device_rates.data());
      Values at_home;
      Values elsewhere;
      gather(exec, world, field.pressure(), at_home, elsewhere);
      const Values expected = exposure(population, all, meetings, home, outside, rates);
      const Values met = sum_of(at_home, elsewhere);
      for (std::size_t i = 0; i < met.size(); ++i)
        REQUIRE(met[i] == doctest::Approx(expected[i]).epsilon(1e-12));

      const Values home_adj = numbers(n, 7);
      const Values outside_adj = numbers(n, 8);
      const Buffer<double> device_home_adj(exec, home_adj);
      const Buffer<double> device_outside_adj(exec, outside_adj);
      Buffer<double> log_rate_adj(exec, 4 * kLanes);
      field.adjoint(world, meetings, {device_home_adj.data(), device_outside_adj.data()}, device_rates.data(),
                    log_rate_adj.data());
      const double forward = dot(home_adj, at_home) + dot(outside_adj, elsewhere);
      Values given_home_adj;
      Values given_outside_adj;
      gather(exec, world, field.cell_adj(), given_home_adj, given_outside_adj);
      CHECK(dot(given_home_adj, home) + dot(given_outside_adj, outside) ==
            doctest::Approx(forward).epsilon(1e-12));
      double by_log_rate = 0.0;
      for (const double value : log_rate_adj.download()) by_log_rate += value;
      CHECK(by_log_rate == doctest::Approx(forward).epsilon(1e-12));
      // The part of one network alone: the exposure when the others stand still.
      Values alone(rates.size(), 0.0);
      std::copy_n(rates.begin() + 3 * kLanes, kLanes, alone.begin() + 3 * kLanes);
      const Values gym = exposure(population, all, meetings, home, outside, alone);
      double of_gym = 0.0;
      for (int l = 0; l < kLanes; ++l)
        of_gym += log_rate_adj.download()[static_cast<std::size_t>(3 * kLanes + l)];
      CHECK(of_gym == doctest::Approx(dot(outside_adj, gym)).epsilon(1e-12));
    }
  }
}

TEST_CASE("attendance is a probability by day, sex and age, and the last age stands for all older people") {
  AttendanceTable table(0.25);
  table.at(DayType::weekend, 1, 99) = 0.75;
  CHECK(table.at(DayType::weekend, 1, 120) == 0.75);
  CHECK(table.at(DayType::weekday, 1, 120) == 0.25);
}

TEST_CASE("a network that everyone attends needs no classes") {
  const Population population = leisure_world(40);
  std::vector<NetworkSettings> all{{.name = "household"}};
  CHECK(starling::mix_networks(population, all).front().plain());
  all.front().attendance = AttendanceTable(1.0);
  CHECK(starling::mix_networks(population, all).front().plain());
  all.front().attendance = AttendanceTable(0.5);
  CHECK_FALSE(starling::mix_networks(population, all).front().plain());
  CHECK(starling::mix_networks(population, all).front().classes == 1);
}

TEST_CASE("networks that a population cannot have are errors that say what is wrong") {
  const Population population = leisure_world(40);
  auto all = networks();
  all[0].venues = "theatre";
  CHECK_THROWS_WITH_AS(starling::mix_networks(population, all),
                       "population: venue type \"theatre\", expected one of leisure, household", InputError);
  all = networks();
  all[0].name = "gym";
  CHECK_THROWS_WITH_AS(starling::mix_networks(population, all), "networks.gym: is configured twice",
                       InputError);
  all = networks();
  all[2].at_home = true;
  CHECK_THROWS_AS(starling::mix_networks(population, all), InputError);
  all = networks();
  all[0].attendance->at(DayType::weekday, 0, 30) = 1.5;
  CHECK_THROWS_AS(starling::mix_networks(population, all), InputError);
  Population without_sex = population;
  without_sex.attributes.clear();
  CHECK_THROWS_AS(starling::mix_networks(without_sex, networks()), InputError);
}

TEST_CASE("the contact probability is one over the others, within 0 and 1") {
  CHECK(starling::contact_probability(0) == 0.0);
  CHECK(starling::contact_probability(1) == 1.0);
  CHECK(starling::contact_probability(1.5) == 1.0);
  CHECK(starling::contact_probability(2) == 1.0);
  CHECK(starling::contact_probability(26) == 0.04);
}

TEST_SUITE_END();
