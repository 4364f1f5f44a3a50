#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include <starling/abm/pressure_field.hpp>
#include <starling/abm/transmission_chains.hpp>
#include <starling/core/fixed_point.hpp>

#include "../support/backends.hpp"
#include "../support/worlds.hpp"

TEST_SUITE_BEGIN("abm");

namespace {

using namespace starling;

constexpr std::size_t kAgents = 24;
constexpr std::size_t kSources = 12;  // the first agents; the others are infected by them at step 1
constexpr int kLanes = 32;

// Households of four of alternating ages, and one pub and gym in the same place for all. Sources sit in every
// household.
Population people() {
  Csr households;
  Csr catchment;
  for (std::int32_t i = 0; i < static_cast<std::int32_t>(kAgents); ++i) catchment.indices.push_back(i);
  catchment.offsets.push_back(kAgents);
  for (std::int32_t h = 0; h < 6; ++h) {
    households.indices.insert(households.indices.end(), {2 * h, 2 * h + 1, 12 + 2 * h, 13 + 2 * h});
    households.offsets.push_back(4 * (h + 1));
  }
  std::vector<std::uint8_t> ages;
  std::vector<std::int32_t> sexes;
  for (std::size_t i = 0; i < kAgents; ++i) {
    ages.push_back(static_cast<std::uint8_t>(10 + 13 * (i % 5)));
    sexes.push_back(i % 3 == 0 ? 1 : 0);
  }
  return make_population("catchment", ages, {"household", "leisure"}, {households, catchment},
                         {{"sex", {"male", "female"}, sexes}});
}

double attendance_of(std::size_t network, int sex, int age) {
  return 0.1 + 0.8 * std::pow(std::sin(1.0 + static_cast<double>(network) + 0.7 * sex + 0.05 * age), 2);
}

std::vector<NetworkSettings> networks() {
  std::vector<NetworkSettings> result{
      {.name = "household"}, {.name = "pub", .venues = "leisure"}, {.name = "gym", .venues = "leisure"}};
  for (std::size_t n = 1; n < 3; ++n) {
    AttendanceTable table(0.0);
    for (const DayType day : {DayType::weekday, DayType::weekend})
      for (int sex = 0; sex < 2; ++sex)
        for (int age = 0; age < 100; ++age) table.at(day, sex, age) = attendance_of(n, sex, age);
    result[n].attendance = table;
    result[n].normalisation = Normalisation::head_count;
  }
  result[1].youngest_receiver_years = 20;
  return result;
}

constexpr float kRates[] = {0.5F, 3.0F, 2.0F};

double infectiousness(std::size_t agent) {
  return agent < kSources ? 0.2 + 0.1 * static_cast<double>(agent) : 0.0;
}

// What `source` adds to the exposure of `agent`, from the formula.
double pair_exposure(const Population& population, std::size_t agent, std::size_t source) {
  const auto& sexes = population.attribute("sex").codes;
  double sum = agent % 12 / 2 == source % 12 / 2 ? static_cast<double>(kRates[0]) / 3.0 : 0.0;
  for (std::size_t n = 1; n < 3; ++n) {
    if (n == 1 && population.age_years[agent] < 20) continue;
    sum += static_cast<double>(kRates[n]) / 23.0 *
           attendance_of(n, sexes[agent], population.age_years[agent]) *
           attendance_of(n, sexes[source], population.age_years[source]);
  }
  return sum * infectiousness(source);
}

}  // namespace

STARLING_BACKEND_CASE(
    "who infects whom is drawn as each adds to the exposure, at home and where networks share a place") {
  const Population population = people();
  const World<float> world(exec, population, networks(), draw_profiles(kAgents, {}),
                           make_case_groups(population, {0, 100}));
  std::vector<Quanta> given;
  std::vector<std::int16_t> steps;
  std::vector<float> rates;
  for (std::size_t i = 0; i < kAgents; ++i) {
    given.insert(given.end(), kLanes, quantise(static_cast<float>(infectiousness(i))));
    steps.insert(steps.end(), kLanes, i < kSources ? std::int16_t{0} : std::int16_t{1});
  }
  for (const float rate : kRates) rates.insert(rates.end(), kLanes, rate);
  std::vector<std::uint32_t> samples;
  for (std::uint32_t l = 0; l < kLanes; ++l) samples.push_back(l);
  const Buffer<Quanta> transmission(exec, given);
  const Buffer<std::int16_t> infection_step(exec, steps);
  const Buffer<float> rate(exec, rates);
  const Buffer<std::uint32_t> lane_sample(exec, samples);
  SampledPressureField field(world, kLanes);
  field.compute(world, {{true, true, true}, DayType::weekday}, {transmission.data(), transmission.data()},
                rate.data());
  TransmissionChains chains(world, kLanes);
  constexpr int kRuns = 150;
  std::vector<int> counts(kAgents * kSources, 0);
  for (std::uint64_t seed = 0; seed < kRuns; ++seed) {
    for (const int step : {0, 1}) {
      InfectiousContactsArgs args = chains.contacts();
      args.step = step;
      args.duration_days = 1.0F;
      args.infection_step = infection_step.data();
      args.noise = {seed, lane_sample.data()};
      args.pressure = field.pressure();
      args.attending = field.attending();
      args.transmission = transmission.data();
      args.transmission_outside = transmission.data();
      kernels::infectious_contacts(exec, args);
    }
    std::vector<std::int32_t> infector(kAgents * kLanes);
    exec.copy_to_host(infector.data(), chains.contacts().chains.infector,
                      static_cast<std::int64_t>(infector.size() * sizeof(std::int32_t)));
    for (std::size_t i = kSources * kLanes; i < infector.size(); ++i) {
      REQUIRE(infector[i] >= 0);
      REQUIRE(infector[i] < static_cast<int>(kSources));
      ++counts[i / kLanes * kSources + static_cast<std::size_t>(infector[i])];
    }
  }
  double chi_squared = 0.0;
  for (std::size_t agent = kSources; agent < kAgents; ++agent) {
    double total = 0.0;
    for (std::size_t source = 0; source < kSources; ++source)
      total += pair_exposure(population, agent, source);
    for (std::size_t source = 0; source < kSources; ++source) {
      const double expected = kRuns * kLanes * pair_exposure(population, agent, source) / total;
      chi_squared += std::pow(counts[agent * kSources + source] - expected, 2) / expected;
    }
  }
  // 12 agents of 11 degrees of freedom each: mean 132, standard deviation 16.
  CHECK(chi_squared > 132.0 - 4.0 * 16.3);
  CHECK(chi_squared < 132.0 + 4.0 * 16.3);
}

TEST_SUITE_END();
