#pragma once

#include <cstdint>

#include <starling/core/launch.hpp>
#include <starling/core/macros.hpp>

namespace starling {

/// Tangents lie [row][column], several columns to a lane: column c belongs to lane c mod lanes, so that the
/// columns of one direction lie side by side as the lanes do. Rows are padded to whole tiles.
inline constexpr int kTileColumns = 4;

constexpr int tiled_columns(int directions, int lanes) {
  return (directions * lanes + kTileColumns - 1) / kTileColumns * kTileColumns;
}

/// Lanes are a power of two (core/lanes.hpp).
STARLING_HD inline int lane_of_column(int column, int lanes) {
  return column & (lanes - 1);
}

/// As for_each_row_cpu for rows of any number of whole tiles: a row is taken in pieces that vectorise. The
/// device counterpart is for_each_row_cuda, whose threads take one tile.
template <class Body>
void for_each_tile_cpu(const Exec& exec, std::int64_t rows, int columns, const Body& body) {
  constexpr int kWide = 4 * kTileColumns;
  for_each_uneven_cpu(exec, rows, [&body, columns](std::int64_t row) {
    int first = 0;
    for (; first + kWide <= columns; first += kWide) body(row, first, LaneWidth<kWide>{});
    for (; first < columns; first += kTileColumns) body(row, first, LaneWidth<kTileColumns>{});
  });
}

}  // namespace starling
