// A hand-checkable run. Agent 0 is the seed; at step 2 it infects agent 1, which infects agents 2 and 3 at
// step 4; at step 3 it infects agent 4. Agent 5 escapes.
#include <vector>

#include <doctest/doctest.h>

#include <starling/core/buffer.hpp>
#include <starling/kernels/transmission_chains.hpp>

#include "../support/backends.hpp"

TEST_SUITE_BEGIN("kernels");

namespace {

using namespace starling;

constexpr std::int64_t kAgents = 6;
constexpr int kLanes = 4;
constexpr int kLastStep = 9;
constexpr int kGenerations = 3;

struct Contact {
  int agent;
  std::int16_t step;
  std::int32_t source;
};

template <class Value>
std::vector<Value> in_all_lanes(const std::vector<Value>& values) {
  std::vector<Value> result;
  for (const Value value : values) result.insert(result.end(), kLanes, value);
  return result;
}

struct Chains {
  Buffer<std::int16_t> infection_step, generation, contacts, contact_step, shared_generation;
  Buffer<std::int32_t> infector, contact_source;

  explicit Chains(const Exec& exec)
      : infection_step(exec, in_all_lanes<std::int16_t>({0, 2, 4, 4, 3, kNeverInfected})),
        generation(exec, in_all_lanes<std::int16_t>({0, 1, 2, 2, 1, 0})),
        contacts(exec, kAgents * kLanes),
        contact_step(exec, kAgents * kKeptContacts * kLanes),
        shared_generation(exec, kAgents * kKeptContacts * kLanes),
        infector(exec, in_all_lanes<std::int32_t>({kNobody, 0, 1, 1, 0, kNobody})),
        contact_source(exec, kAgents * kKeptContacts * kLanes) {
    // Agent 1 would next be infected by agent 3, then by agent 4; agent 2 by agent 1 once more; agent 3 by
    // agent 4.
    const std::vector<Contact> all{{1, 6, 3}, {1, 9, 4}, {2, 6, 1}, {3, 5, 4}, {4, 8, kNobody}};
    std::vector<std::int16_t> count(kAgents, 0);
    std::vector<std::int16_t> steps(kAgents * kKeptContacts, 0);
    std::vector<std::int32_t> sources(kAgents * kKeptContacts, 0);
    for (const Contact& contact : all) {
      const auto agent = static_cast<std::size_t>(contact.agent);
      const std::size_t place = agent * kKeptContacts + static_cast<std::size_t>(count[agent]++);
      steps[place] = contact.step;
      sources[place] = contact.source;
    }
    contacts.upload(in_all_lanes(count));
    contact_step.upload(in_all_lanes(steps));
    contact_source.upload(in_all_lanes(sources));
    kernels::shared_generations(exec, {kAgents, kLanes, infection_step.data(), kLastStep, view()});
  }

  TransmissionChainsView view() {
    return {infector.data(),       generation.data(),   contacts.data(),
            contact_source.data(), contact_step.data(), shared_generation.data()};
  }

  void delays(const Exec& exec, const std::int16_t* before, Buffer<std::int16_t>& delay) {
    for (int step = 0; step <= kLastStep; ++step)
      kernels::chain_delays(
          exec, {kAgents, kLanes, step, kGenerations, infection_step.data(), view(), before, delay.data()});
  }
};

}  // namespace

STARLING_BACKEND_CASE(
    "an agent and the source of a contact share the ancestors up to their latest common one") {
  const Chains chains(exec);
  const std::vector<std::int16_t> shared = chains.shared_generation.download();
  const auto at = [&](std::size_t agent, std::size_t contact) {
    return shared[(agent * kKeptContacts + contact) * kLanes + 1];
  };
  CHECK(at(1, 0) == 1);  // agent 3 descends from agent 1
  CHECK(at(1, 1) == 0);  // agent 4 from agent 0 only
  CHECK(at(2, 0) == 1);  // agent 1 is the ancestor
  CHECK(at(3, 0) == 0);
  CHECK(at(4, 0) == -1);  // imported
}

STARLING_BACKEND_CASE("without an infection its descendants are as late as the shortest way round") {
  Chains chains(exec);
  Buffer<std::int16_t> first(exec, kAgents * kGenerations * kLanes);
  Buffer<std::int16_t> second(exec, kAgents * kGenerations * kLanes);
  chains.delays(exec, nullptr, first);
  chains.delays(exec, first.data(), second);
  const std::vector<std::int16_t> delay = second.download();
  const auto late = [&](std::size_t agent, std::size_t generation) {
    return delay[(agent * kGenerations + generation) * kLanes + 2];
  };
  // Without agent 0, agent 4 is infected from outside at step 8, and infects agents 3 and 1 as much later.
  CHECK(late(0, 0) == kNeverLate);
  CHECK(late(4, 0) == 5);
  CHECK(late(3, 0) == 1 + 5);
  CHECK(late(1, 0) == 4 + 6);
  CHECK(late(2, 0) == 10);
  // Without agent 1, agent 4 infects agent 3 one step late, which infects agent 1 at step 7, five late.
  CHECK(late(3, 1) == 1);
  CHECK(late(1, 1) == 5);
  CHECK(late(2, 1) == 5);
  CHECK(late(4, 1) == 5);
  // Without their own infection only.
  CHECK(late(2, 2) == 2);
  CHECK(late(3, 2) == 1);
}

STARLING_BACKEND_CASE("an infection is worth what would be late or lost without it") {
  Chains chains(exec);
  Buffer<std::int16_t> first(exec, kAgents * kGenerations * kLanes);
  Buffer<std::int16_t> delay(exec, kAgents * kGenerations * kLanes);
  chains.delays(exec, nullptr, first);
  chains.delays(exec, first.data(), delay);
  // A case at step s counts 10 - s: each is worth its lateness, at most until the end.
  std::vector<float> case_adj;
  for (int step = 0; step <= kLastStep; ++step)
    case_adj.insert(case_adj.end(), kLanes, 10.0F - static_cast<float>(step));
  const Buffer<float> device_case_adj(exec, case_adj);
  const Buffer<std::uint16_t> group(exec, std::vector<std::uint16_t>(kAgents, 0));
  const Buffer<double> scale(exec, std::vector<double>(kLanes, 1024.0));
  Buffer<std::int64_t> scaled(exec, kAgents * kLanes);
  Buffer<float> values(exec, kAgents * kLanes);
  scaled.fill_zero();
  kernels::chain_values(exec, {.agents = kAgents,
                               .lanes = kLanes,
                               .last_step = kLastStep,
                               .generations = kGenerations,
                               .step_cells = kLanes,
                               .infection_step = chains.infection_step.data(),
                               .chains = chains.view(),
                               .delay = delay.data(),
                               .counted = {group.data()},
                               .case_adj = device_case_adj.data(),
                               .scale = scale.data(),
                               .values = scaled.data()});
  kernels::unscaled_values(exec, {kAgents, kLanes, scaled.data(), scale.data(), values.data()});
  const std::vector<float> result = values.download();
  const auto worth = [&](std::size_t agent) { return result[agent * kLanes + 3]; };
  // Their own case, 10 - t, is left to the caller.
  CHECK(worth(0) + 10.0F == 10.0F + 8.0F + 6.0F + 6.0F + 5.0F);  // agents 0, 1, 2, 3 and 4
  CHECK(worth(1) + 8.0F == 5.0F + 5.0F + 1.0F);
  CHECK(worth(2) + 6.0F == 2.0F);
  CHECK(worth(3) + 6.0F == 1.0F);
  CHECK(worth(4) + 7.0F == 5.0F);
  CHECK(worth(5) == 0.0F);
}

TEST_SUITE_END();
