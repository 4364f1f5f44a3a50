#pragma once

#include <cstdint>
#include <vector>

#include <starling/abm/synthesis_figures.hpp>
#include <starling/core/csr.hpp>

namespace starling {

/// Employed agents of one borough.
struct BoroughWorkers {
  std::size_t borough = 0;  // index in the figures
  std::vector<std::int32_t> agents;
};

struct Workplaces {
  Csr companies;
  std::array<double, kWorkplaceBands> expected_bands{};  // companies of each size band by the figures' shares
};

/// Sends the workers of the boroughs to work boroughs among the same by the commuters' shares, and there to
/// workplaces drawn from the borough's size bands: uniform in the logarithm inside a band, Pareto above 250
/// employees, none above 5 % of the borough's workers. Deterministic in the seed.
Workplaces synthesise_workplaces(const SynthesisFigures& figures, const std::vector<BoroughWorkers>& workers,
                                 std::uint64_t seed);

}  // namespace starling
