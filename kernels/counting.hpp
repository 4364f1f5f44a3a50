#pragma once

#include <cstdint>
#include <vector>

#include <starling/core/exec.hpp>
#include <starling/core/lanes.hpp>

namespace starling::cpu {

/// Counts of all agents into one table: each thread counts its share into a table of its own, and the tables
/// are added once. Integer sums do not care for the order. `body_of` makes the kernel body that adds to a
/// table.
template <class BodyOf>
void count_agents(const Exec& exec, std::int64_t agents, int lanes, std::int64_t cells, std::int64_t* counts,
                  const BodyOf& body_of) {
  with_lane_width(lanes, [&](auto width) {
#pragma omp parallel num_threads(exec.threads())
    {
      std::vector<std::int64_t> own(static_cast<std::size_t>(cells), 0);
      const auto body = body_of(own.data());
#pragma omp for schedule(static)
      for (std::int64_t agent = 0; agent < agents; ++agent) body(agent, 0, width);
#pragma omp critical(starling_count_agents)
      for (std::int64_t i = 0; i < cells; ++i) counts[i] += own[static_cast<std::size_t>(i)];
    }
  });
}

}  // namespace starling::cpu
