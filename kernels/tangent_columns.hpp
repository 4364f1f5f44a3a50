#pragma once

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

}  // namespace starling
