#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include <starling/kernels/agent_state.hpp>

#include "dual.hpp"
#include "epidemic_oracle.hpp"

namespace starling::test {

/// The expectation of an outcome over all histories of an epidemic, each with its probability: exact, with
/// exact derivatives, for a few agents and steps. The outcome is a function of the agents' infection steps;
/// agents in `listed` are infected at the start.
template <int parameters>
Dual<parameters> enumerated_expectation(const EpidemicOracle<Dual<parameters>>& epidemic,
                                        const Dual<parameters>& seed_fraction,
                                        const std::vector<bool>& listed,
                                        const std::function<double(const std::vector<int>&)>& outcome) {
  using Number = Dual<parameters>;
  const std::size_t agents = listed.size();
  const int never = epidemic.schedule.steps() + 1;
  std::vector<int> history(agents, 0);  // infection step of each agent, or never
  Number expectation(0.0);
  for (;;) {
    Number probability(1.0);
    epidemic.run(seed_fraction, [&](int step, std::size_t agent, const Number& p) {
      const bool infected = history[agent] == step;
      const bool drawn = history[agent] >= step && !(step == 0 && listed[agent]);
      if (drawn) probability = probability * (infected ? p : Number(1.0) - p);
      return Number(infected ? 1.0 : 0.0);
    });
    bool possible = true;
    for (std::size_t i = 0; i < agents; ++i) possible = possible && (!listed[i] || history[i] == 0);
    if (possible) expectation = expectation + probability * Number(outcome(history));
    std::size_t next = 0;
    while (next < agents && history[next] == never) history[next++] = 0;
    if (next == agents) return expectation;
    ++history[next];
  }
}

}  // namespace starling::test
