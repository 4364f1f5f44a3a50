#include <algorithm>
#include <utility>

#include <starling/abm/cells.hpp>
#include <starling/core/check.hpp>

namespace starling {

namespace {

std::size_t position(std::int64_t index) {
  return static_cast<std::size_t>(index);
}

// Appends the members of a venue, class after class, each in the order of the agents.
void append_venue(const Population& population, const VenueMixing& mixing, std::int64_t venue, Cells& cells) {
  const auto begin = population.members.indices.begin() + population.members.offsets[position(venue)];
  const auto end = population.members.indices.begin() + population.members.offsets[position(venue) + 1];
  for (std::int64_t g = 0; g < mixing.classes; ++g) {
    if (mixing.classes == 1) {
      cells.members.indices.insert(cells.members.indices.end(), begin, end);
    } else {
      std::copy_if(begin, end, std::back_inserter(cells.members.indices),
                   [&](std::int32_t agent) { return mixing.class_of(agent) == g; });
    }
    cells.members.offsets.push_back(static_cast<std::int64_t>(cells.members.indices.size()));
  }
}

void append_segments(std::int64_t cell, Cells& cells) {
  const std::int64_t begin = cells.members.offsets[position(cell)];
  const std::int64_t size = cells.members.offsets[position(cell) + 1] - begin;
  const auto cell_id = static_cast<std::int32_t>(cell);
  const std::int64_t count = std::max<std::int64_t>(1, (size + kSegmentMembers - 1) / kSegmentMembers);
  const auto first_partial = checked_int32("World", "partial sums", cells.partials);
  for (std::int64_t s = 0; s < count; ++s) {
    const auto length =
        static_cast<std::int32_t>(std::min<std::int64_t>(kSegmentMembers, size - s * kSegmentMembers));
    const std::int32_t partial = count == 1 ? -1 : first_partial + static_cast<std::int32_t>(s);
    cells.segments.push_back({begin + s * kSegmentMembers, length, cell_id, partial});
  }
  if (count == 1) return;
  cells.splits.push_back({cell_id, first_partial, static_cast<std::int32_t>(count)});
  cells.partials += count;
}

void append_tables(CellBlock& block, Cells& cells) {
  block.first_probability = static_cast<std::int64_t>(cells.emission.size());
  block.first_contact = static_cast<std::int64_t>(cells.class_contact.size());
  block.first_network = static_cast<std::int64_t>(cells.network_rows.size());
  block.first_attending = cells.attending_rows;
  const VenueMixing& mixing = block.mixing;
  cells.emission.insert(cells.emission.end(), mixing.emission.begin(), mixing.emission.end());
  cells.reception.insert(cells.reception.end(), mixing.reception.begin(), mixing.reception.end());
  cells.class_contact.insert(cells.class_contact.end(), mixing.contact.begin(), mixing.contact.end());
  cells.network_rows.insert(cells.network_rows.end(), mixing.networks.begin(), mixing.networks.end());
  cells.attending_rows += static_cast<std::int64_t>(mixing.networks.size()) * block.venues;
}

CellBlock append_block(const Population& population, VenueMixing mixing, Cells& cells) {
  CellBlock block;
  const auto type = position(mixing.venue_type);
  const std::int64_t first_venue = population.venue_type_offsets[type];
  block.plain = mixing.plain();
  block.venues = population.venue_type_offsets[type + 1] - first_venue;
  block.first_cell = cells.members.rows();
  block.first_segment = static_cast<std::int64_t>(cells.segments.size());
  block.first_split = static_cast<std::int64_t>(cells.splits.size());
  for (std::int64_t v = 0; v < block.venues; ++v) append_venue(population, mixing, first_venue + v, cells);
  block.cells = cells.members.rows() - block.first_cell;
  checked_int32("World", "cells", cells.members.rows());
  for (std::int64_t cell = block.first_cell; cell < cells.members.rows(); ++cell)
    append_segments(cell, cells);
  block.segments = static_cast<std::int64_t>(cells.segments.size()) - block.first_segment;
  block.splits = static_cast<std::int64_t>(cells.splits.size()) - block.first_split;
  cells.contact.resize(position(cells.members.rows()), 0.0);
  // A plain block has one network, which meets the same people on every day.
  if (block.plain)
    std::copy_n(mixing.contact.begin(), block.venues, cells.contact.begin() + block.first_cell);
  block.mixing = std::move(mixing);
  if (!block.plain) append_tables(block, cells);
  return block;
}

}  // namespace

Cells lay_out_cells(const Population& population, std::vector<VenueMixing> mixing) {
  Cells cells;
  for (VenueMixing& own : mixing) {
    cells.blocks.push_back(append_block(population, std::move(own), cells));
    if (cells.blocks.back().mixing.at_home) cells.home_cells = cells.members.rows();
  }
  cells.memberships = transpose(cells.members, population.agents());
  return cells;
}

}  // namespace starling
