#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include <doctest/doctest.h>

#include <starling/core/buffer.hpp>
#include <starling/core/random.hpp>
#include <starling/kernels/agent_state.hpp>
#include <starling/kernels/case_counts.hpp>

#include "../support/backends.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("kernels");

namespace {

using namespace starling;

constexpr int kLanes = 4;
constexpr int kGroups = 5;
constexpr int kVaccines = 2;
constexpr int kSteps = 9;

std::uint32_t word_of(std::size_t i, std::uint32_t stream) {
  return random_word(41, static_cast<std::uint32_t>(i), stream, 0, Draw::test);
}

/// Agents in groups, infected and vaccinated or not.
struct Agents {
  std::vector<std::uint16_t> group;
  std::vector<std::int16_t> vaccination_step;
  std::vector<std::uint8_t> policy;
  std::vector<std::int16_t> infection_step;  // [agents][lanes]

  explicit Agents(std::int64_t n) {
    const auto agents = static_cast<std::size_t>(n);
    for (std::size_t i = 0; i < agents; ++i) {
      group.push_back(static_cast<std::uint16_t>(word_of(i, 0) % kGroups));
      policy.push_back(static_cast<std::uint8_t>(word_of(i, 1) % kVaccines));
      const std::uint32_t step = word_of(i, 2) % (kSteps + 3);
      vaccination_step.push_back(step <= kSteps ? static_cast<std::int16_t>(step) : std::int16_t{INT16_MAX});
    }
    for (std::size_t i = 0; i < agents * kLanes; ++i) {
      const std::uint32_t step = word_of(i, 3) % (kSteps + 5);
      infection_step.push_back(step <= kSteps ? static_cast<std::int16_t>(step) : kNeverInfected);
    }
  }
};

/// (step, vaccination status, group, lane)
using Cell = std::tuple<int, int, int, int>;

std::map<Cell, std::int64_t> counted_one_by_one(const Agents& agents, int first_step, int last_step,
                                                bool apart) {
  std::map<Cell, std::int64_t> counts;
  for (std::size_t i = 0; i < agents.infection_step.size(); ++i) {
    const std::size_t agent = i / kLanes;
    const int step = agents.infection_step[i];
    if (step < first_step || step > last_step) continue;
    const bool vaccinated = apart && agents.vaccination_step[agent] <= step;
    const int status = vaccinated ? agents.policy[agent] + 1 : 0;
    ++counts[{step, status, agents.group[agent], static_cast<int>(i % kLanes)}];
  }
  return counts;
}

std::vector<std::int64_t> kernel_counts(const Exec& exec, const Agents& agents, int first_step, int last_step,
                                        bool apart) {
  const Buffer<std::uint16_t> group(exec, agents.group);
  const Buffer<std::int16_t> infection_step(exec, agents.infection_step);
  const Buffer<std::int16_t> vaccination_step(exec, agents.vaccination_step);
  const Buffer<std::uint8_t> policy(exec, agents.policy);
  const int groups = kGroups * (apart ? 1 + kVaccines : 1);
  CountedGroups counted{group.data()};
  if (apart) counted = {group.data(), vaccination_step.data(), policy.data(), kGroups};
  Buffer<std::int64_t> counts(exec, std::int64_t{last_step - first_step + 1} * groups * kLanes);
  counts.fill_zero();
  kernels::case_counts(exec, {.agents = static_cast<std::int64_t>(agents.group.size()),
                              .lanes = kLanes,
                              .first_step = first_step,
                              .last_step = last_step,
                              .groups = groups,
                              .infection_step = infection_step.data(),
                              .counted = counted,
                              .counts = counts.data()});
  return counts.download();
}

}  // namespace

STARLING_BACKEND_CASE("cases are counted by step, group and lane, and apart by vaccination where asked") {
  for (const std::int64_t n : {0, 1, 31, 32, 33, 257, 5000}) {
    CAPTURE(n);
    const Agents agents(n);
    for (const bool apart : {false, true}) {
      for (const auto& [first, last] : {std::pair{0, kSteps}, {3, 3}, {2, 6}}) {
        const auto counts = kernel_counts(exec, agents, first, last, apart);
        const auto expected = counted_one_by_one(agents, first, last, apart);
        const int statuses = apart ? 1 + kVaccines : 1;
        std::size_t place = 0;
        for (int step = first; step <= last; ++step)
          for (int status = 0; status < statuses; ++status)
            for (int group = 0; group < kGroups; ++group)
              for (int lane = 0; lane < kLanes; ++lane, ++place) {
                const auto found = expected.find({step, status, group, lane});
                CHECK(counts[place] == (found == expected.end() ? 0 : found->second));
              }
      }
    }
  }
}

STARLING_BACKEND_CASE(
    "the gather by which the reverse sweep reads case adjoints is the transpose of counting") {
  const Agents agents(3000);
  const auto counts = kernel_counts(exec, agents, 0, kSteps, true);
  const std::vector<double> case_adj = test::spread(static_cast<std::int64_t>(counts.size()), 7);
  double forward = 0.0;
  for (std::size_t i = 0; i < counts.size(); ++i) forward += static_cast<double>(counts[i]) * case_adj[i];
  const CountedGroups counted{agents.group.data(), agents.vaccination_step.data(), agents.policy.data(),
                              kGroups};
  double reverse = 0.0;
  for (std::size_t i = 0; i < agents.infection_step.size(); ++i) {
    const int step = agents.infection_step[i];
    if (step == kNeverInfected) continue;
    const std::int64_t row =
        step * kGroups * (1 + kVaccines) + counted.of(static_cast<std::int64_t>(i / kLanes), step);
    reverse += case_adj[static_cast<std::size_t>(row) * kLanes + i % kLanes];
  }
  CHECK(forward == doctest::Approx(reverse).epsilon(1e-12));
}

TEST_SUITE_END();
