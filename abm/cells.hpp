#pragma once

#include <cstdint>
#include <vector>

#include <starling/abm/mixing.hpp>
#include <starling/abm/population.hpp>
#include <starling/core/csr.hpp>
#include <starling/kernels/venue_pressure.hpp>

namespace starling {

/// Where the cells of one venue type lie and what mixes them. Cell first_cell + v * classes + g holds the
/// members of class g in venue v of the type.
struct CellBlock {
  VenueMixing mixing;
  bool plain = true;  // mixing.plain(): no classes to mix
  std::int64_t venues = 0;
  std::int64_t first_cell = 0;
  std::int64_t cells = 0;
  std::int64_t first_segment = 0;
  std::int64_t segments = 0;
  std::int64_t first_split = 0;
  std::int64_t splits = 0;
  // Of blocks that are not plain: where their tables begin, in elements.
  std::int64_t first_probability = 0;  // [day types][networks][classes]
  std::int64_t first_contact = 0;      // [day types][networks][venues]
  std::int64_t first_network = 0;      // [networks]
  std::int64_t first_attending = 0;    // rows of [networks][venues]
};

/// The venues that the configured networks use, split into cells of people who take part alike, in the order
/// in which the kernels read them: homes first, so that "outside home" is a comparison of cell numbers.
struct Cells {
  std::vector<CellBlock> blocks;
  std::int64_t home_cells = 0;
  Csr members;      // cell -> its agents, ascending
  Csr memberships;  // agent -> its cells, ascending
  std::vector<VenueSegment> segments;
  std::vector<SplitVenue> splits;
  std::int64_t partials = 0;        // rows of partial sums of split cells
  std::int64_t attending_rows = 0;  // rows of per-network sums of blocks that are not plain
  std::vector<double> contact;      // [cells], of plain blocks
  std::vector<double> emission;     // tables of the blocks that are not plain, one after another
  std::vector<double> reception;
  std::vector<double> class_contact;
  std::vector<std::int32_t> network_rows;  // configured index of each of their networks
};

Cells lay_out_cells(const Population& population, std::vector<VenueMixing> mixing);

}  // namespace starling
