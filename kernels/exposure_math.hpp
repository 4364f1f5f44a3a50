#pragma once

#include <cstdint>

#include <starling/core/csr.hpp>
#include <starling/core/macros.hpp>
#include <starling/kernels/contact_reduction.hpp>

namespace starling {

/// raw[l] = sum of the pressures of the agent's venues.
template <class Real, int width>
STARLING_HD inline void gather_pressure(const CsrView& memberships, const Real* pressure, int lanes,
                                        std::int64_t agent, int first, Real (&raw)[width]) {
  for (int l = 0; l < width; ++l) raw[l] = Real(0);
  for (std::int64_t k = memberships.offsets[agent]; k < memberships.offsets[agent + 1]; ++k) {
    const Real* row = pressure + std::int64_t{memberships.indices[k]} * lanes + first;
    for (int l = 0; l < width; ++l) raw[l] += row[l];
  }
}

/// raw[l] as the agent meets it: less of the pressure outside home where it keeps away, imports added, less
/// of all where it is vaccinated.
template <class Real, int width>
STARLING_HD inline void gather_exposure(const CsrView& memberships, const Real* pressure, int lanes,
                                        std::int64_t agent, int first, int step,
                                        const IsolationView<Real>& isolation,
                                        const VaccinationView<Real>& vaccination,
                                        const ImportView<Real>& imports, Real (&raw)[width]) {
  if (isolation.flags == nullptr) {
    gather_pressure(memberships, pressure, lanes, agent, first, raw);
  } else {
    Real outside[width] = {};
    for (int l = 0; l < width; ++l) raw[l] = Real(0);
    for (std::int64_t k = memberships.offsets[agent]; k < memberships.offsets[agent + 1]; ++k) {
      const std::int64_t cell = memberships.indices[k];
      const Real* row = pressure + cell * lanes + first;
      // Both sums take every row, one of them as zero: a choice of array would put both into local memory.
      const bool at_home = cell < isolation.home_cells;
      for (int l = 0; l < width; ++l) {
        raw[l] += at_home ? row[l] : Real(0);
        outside[l] += at_home ? Real(0) : row[l];
      }
    }
    Real kept[width];
    isolation.load_kept(agent, lanes, first, kept);
    for (int l = 0; l < width; ++l) raw[l] += kept[l] * outside[l];
  }
  if (imports.pressure_per_day != nullptr)
    for (int l = 0; l < width; ++l) raw[l] += imports.pressure_per_day[imports.group[agent]];
  const Real* susceptibility = vaccination.row(agent, step, lanes);
  if (susceptibility == nullptr) return;
  for (int l = 0; l < width; ++l) raw[l] *= susceptibility[first + l];
}

}  // namespace starling
