#include "worlds.hpp"

#include <algorithm>

#include <starling/core/random.hpp>
#include <starling/kernels/agent_state.hpp>

namespace starling::test {

namespace {

// Fills venues of `size` from the agents in a shuffled order.
Csr venues_of(std::vector<std::int32_t> agents, std::int64_t first_size, std::int64_t size,
              std::uint64_t seed) {
  std::vector<std::pair<std::uint32_t, std::int32_t>> keyed;
  for (const std::int32_t agent : agents)
    keyed.emplace_back(random_word(seed, static_cast<std::uint32_t>(agent), 0, 0, Draw::test), agent);
  std::ranges::sort(keyed);
  Csr csr;
  std::size_t next = 0;
  for (std::int64_t venue = 0; next < keyed.size(); ++venue) {
    const auto members = static_cast<std::size_t>(venue == 0 ? first_size : size);
    std::vector<std::int32_t> own;
    for (; own.size() < members && next < keyed.size(); ++next) own.push_back(keyed[next].second);
    std::ranges::sort(own);
    csr.indices.insert(csr.indices.end(), own.begin(), own.end());
    csr.offsets.push_back(static_cast<std::int64_t>(csr.indices.size()));
  }
  return csr;
}

}  // namespace

Csr csr_from_lists(const std::vector<std::vector<int>>& lists) {
  Csr csr;
  for (const std::vector<int>& list : lists) {
    csr.indices.insert(csr.indices.end(), list.begin(), list.end());
    csr.offsets.push_back(static_cast<std::int64_t>(csr.indices.size()));
  }
  return csr;
}

Population mixed_world(std::int64_t agents, std::uint64_t seed) {
  std::vector<std::uint8_t> ages;
  std::vector<std::int32_t> pupils;
  std::vector<std::int32_t> workers;
  Csr households;
  for (std::int32_t agent = 0; agent < agents; ++agent) {
    const auto age = static_cast<std::uint8_t>(
        random_word(seed, static_cast<std::uint32_t>(agent), 1, 0, Draw::test) % 91);
    ages.push_back(age);
    if (age >= 5 && age < 18) pupils.push_back(agent);
    if (age >= 18 && age < 65) workers.push_back(agent);
    households.indices.push_back(agent);
    if (agent % 4 == 3 || agent + 1 == agents) households.offsets.push_back(agent + 1);
  }
  return make_population("test", ages, {"household", "school", "company"},
                         {households, venues_of(pupils, 25, 25, seed), venues_of(workers, 700, 10, seed)});
}

Population fixture_world(std::uint8_t age_years) {
  const auto blocks_of = [](std::int32_t size) {
    Csr csr;
    for (std::int32_t agent = 0; agent < 100; ++agent) {
      csr.indices.push_back(agent);
      if (agent % size == size - 1) csr.offsets.push_back(agent + 1);
    }
    return csr;
  };
  return make_population("fixture", std::vector<std::uint8_t>(100, age_years),
                         {"household", "company", "school"}, {blocks_of(4), blocks_of(25), blocks_of(25)});
}

std::vector<std::int16_t> fixture_infected(int width) {
  std::vector<std::int16_t> steps;
  for (int agent = 0; agent < 100; ++agent)
    steps.insert(steps.end(), static_cast<std::size_t>(width),
                 agent % 10 == 0 ? std::int16_t{0} : kNeverInfected);
  return steps;
}

EpidemicSettings reference_epidemic(int days) {
  EpidemicSettings settings;
  settings.days = days;
  settings.networks = {{.name = "household", .log10_beta = 0.9},
                       {.name = "school", .log10_beta = 0.6, .weekends = false},
                       {.name = "company", .log10_beta = 0.3, .weekends = false}};
  return settings;
}

std::vector<NetworkSettings> household_network() {
  return {{.name = "household"}};
}

}  // namespace starling::test
