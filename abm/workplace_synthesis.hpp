#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <starling/abm/synthesis_figures.hpp>
#include <starling/core/csr.hpp>

namespace starling {

/// Employed agents who live, or who work, in one borough.
struct BoroughWorkers {
  std::size_t borough = 0;  // index in the figures
  std::vector<std::int32_t> agents;
};

struct Workplaces {
  Csr companies;                                         // borough after borough
  std::vector<std::int64_t> borough_offsets{0};          // [boroughs + 1] first company of each
  std::array<double, kWorkplaceBands> expected_bands{};  // companies of each size band by the figures' shares
};

/// Sends the residents of the boroughs to work boroughs among the same by the commuters' shares: element i
/// are those who work in the borough of element i of `homes`, ascending. Deterministic in the seed.
std::vector<BoroughWorkers> send_to_work(const SynthesisFigures& figures,
                                         const std::vector<BoroughWorkers>& homes, std::uint64_t seed);

/// Workplaces of each borough for all who work there, drawn from the borough's size bands: uniform in the
/// logarithm inside a band, Pareto above 250 employees, none above 5 % of the borough's workers.
/// Deterministic in the seed.
Workplaces synthesise_workplaces(const SynthesisFigures& figures, std::vector<BoroughWorkers> workers,
                                 std::uint64_t seed);

}  // namespace starling
