#pragma once

#include <starling/core/fixed_point.hpp>
#include <starling/core/lanes.hpp>
#include <starling/core/macros.hpp>
#include <starling/kernels/infection_shares.hpp>

namespace starling {

/// Sum of the parts of an exposure.
struct TotalExposure {
  double sum = 0.0;
  STARLING_HD void operator()(int, double part) { sum += part; }
};

/// Hands every part of an exposure to its row of shares. Visited in the order in which `total` was summed.
template <class Add>
struct ExposureShares {
  Add add;
  std::int64_t* shares;  // of the lane
  int lanes;
  double total;
  double sum = 0.0;
  std::int64_t given = 0;

  STARLING_HD void operator()(int row, double part) {
    sum += part;
    const auto reached = static_cast<std::int64_t>(sum / total * kSharesPerCase);
    add(shares + std::int64_t{row} * lanes, reached - given);
    given = reached;
  }
};

/// The parts of an exposure, by network and then imports.
struct ExposureParts {
  const ExposureView& args;

  STARLING_HD const ExposureBlock& block_of(std::int64_t cell) const {
    const ExposureBlock* block = args.blocks.blocks;
    while (cell >= block->first_cell + block->cells) ++block;
    return *block;
  }

  /// The parts that the networks of a cell have in the exposure of its members.
  template <class Visit>
  STARLING_HD void visit_cell(std::int64_t cell, int lane, double kept, Visit& visit) const {
    const double pressure = static_cast<double>(args.pressure[cell * args.lanes + lane]);
    // Where nobody meets, the sums of those attending are those of an earlier step.
    if (!(pressure > 0.0)) return;
    const ExposureBlock& block = block_of(cell);
    if (block.only_network >= 0) return visit(block.only_network, kept * pressure);
    const std::int64_t venue = (cell - block.first_cell) / block.classes;
    const std::int64_t own_class = (cell - block.first_cell) % block.classes;
    const float* reception = args.blocks.reception + block.first_reception +
                             std::int64_t{args.day_type} * block.networks * block.classes + own_class;
    const float* attending = args.attending + (block.first_attending + venue) * args.lanes + lane;
    for (int n = 0; n < block.networks; ++n) {
      const double part = static_cast<double>(reception[std::int64_t{n} * block.classes]) *
                          static_cast<double>(attending[std::int64_t{n} * block.venues * args.lanes]);
      visit(args.blocks.network_rows[block.first_network + n], kept * part);
    }
  }

  template <class Visit>
  STARLING_HD void visit_parts(std::int64_t agent, int lane, Visit& visit) const {
    const bool apart = args.isolation.flags != nullptr;
    const double kept_outside =
        apart ? static_cast<double>(args.isolation.kept(agent * args.lanes + lane, args.lanes, lane)) : 1.0;
    for (std::int64_t k = args.memberships.offsets[agent]; k < args.memberships.offsets[agent + 1]; ++k) {
      const std::int64_t cell = args.memberships.indices[k];
      visit_cell(cell, lane, apart && cell >= args.isolation.home_cells ? kept_outside : 1.0, visit);
    }
    if (args.imports.pressure_per_day != nullptr)
      visit(args.networks, static_cast<double>(args.imports.pressure_per_day[args.imports.group[agent]]));
  }
};

/// `Add` is add(std::int64_t* to, std::int64_t amount), which other threads may race for.
template <class Add>
struct InfectionSharesBody {
  InfectionSharesArgs args;
  Add add;

  template <int width>
  STARLING_HD void operator()(std::int64_t agent, int first, LaneWidth<width>) const {
    const std::int16_t* infection_step = args.infection_step + agent * args.exposure.lanes;
    const ExposureParts parts{args.exposure};
    for (int l = first; l < first + width; ++l) {
      if (infection_step[l] != args.step) continue;
      TotalExposure total;
      parts.visit_parts(agent, l, total);
      if (!(total.sum > 0.0)) continue;
      ExposureShares<Add> shares{add, args.shares + l, args.exposure.lanes, total.sum};
      parts.visit_parts(agent, l, shares);
    }
  }
};

}  // namespace starling
