#pragma once

#include <cstdint>

#include <starling/core/launch.hpp>
#include <starling/kernels/tangent_columns.hpp>

namespace starling {

/// As for_each_row_cpu for rows of any number of whole tiles (kernels/tangent_columns.hpp): a row is taken in
/// pieces that vectorise. The device counterpart is for_each_row_cuda, whose threads take one tile.
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
