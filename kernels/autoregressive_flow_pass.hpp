#pragma once

#include <cstddef>

#include <starling/kernels/autoregressive_flow_network.hpp>
#include <starling/kernels/masked_linear_math.hpp>

namespace starling {

enum class FlowDirection { sample, density };

/// Bytes of a tile of `packs` packs, a multiple of 64: with D dimensions and L levels of H units
/// (4 D + L H) packs forward, L H more for the adjoint; then the table of blocks.
template <class Lane>
struct FlowTileMemory {
  AutoregressiveFlowShape shape;
  bool adjoint;
  int packs;

  /// An odd number of packs, so that neighbouring rows begin in other banks and other sets of the cache.
  [[nodiscard]] STARLING_HD int stride() const { return packs + 1; }
  [[nodiscard]] STARLING_HD std::int64_t rows() const {
    const PackedLayer layout = packed_layer(shape);
    return std::int64_t{4} * shape.dimensions +
           (adjoint ? 2 : 1) * static_cast<std::int64_t>(layout.levels) * shape.hidden;
  }
  [[nodiscard]] STARLING_HD std::int64_t table_offset() const {
    return (rows() * stride() * static_cast<std::int64_t>(sizeof(Lane)) + 15) / 16 * 16;
  }
  [[nodiscard]] STARLING_HD std::int64_t bytes() const {
    const std::int64_t table = unit_order(shape).block_count() * static_cast<std::int64_t>(sizeof(UnitBlock));
    return (table_offset() + table + 63) / 64 * 64;
  }

  /// The network on this memory; all threads of the block have to be here.
  template <int group, class Block>
  STARLING_HD FlowNetwork<Lane, group> network(const Block& block) const {
    const UnitOrder order = unit_order(shape);
    const PackedLayer layout = packed_layer(shape);
    std::byte* memory = block.memory();
    auto* table = reinterpret_cast<UnitBlock*>(memory + table_offset());
    block.each_thread(order.block_count(), [&](int b) { table[b] = order.block(b); });
    block.sync();
    const int d = shape.dimensions * stride();
    Lane* row = reinterpret_cast<Lane*>(memory);
    Lane* active = row + 4 * d;
    Lane* raw_adj = adjoint ? active + layout.levels * shape.hidden * stride() : nullptr;
    return {shape,   order,       layout, table,  order.block_count(), packs, stride(), row,
            row + d, row + 3 * d, active, raw_adj};
  }
};

/// All passes over one group of rows. `Args` is AutoregressiveFlowArgs or AutoregressiveFlowAdjointArgs.
template <FlowDirection direction, class Lane, int group, class Args>
struct FlowPass {
  using Real = ScalarOf<Lane>;
  using Network = FlowNetwork<Lane, group>;
  static constexpr bool kSamples = direction == FlowDirection::sample;
  static constexpr int kLanes = kLanesOf<Lane>;

  Args args;
  int packs;  // of a tile, a multiple of `group`

  /// calls(network, first row) for the tiles of some rows.
  template <class Tile>
  STARLING_HD void each_tile(Network& network, RowRange rows, const Tile& tile) const {
    for (std::int64_t first = rows.first; first < rows.end; first += std::int64_t{packs} * kLanes) {
      const std::int64_t left = rows.end - first;
      network.packs = left < std::int64_t{packs} * kLanes ? static_cast<int>(left) / kLanes : packs;
      tile(first);
    }
  }

  [[nodiscard]] STARLING_HD std::int64_t padded_rows() const { return flow_padded_rows(args.rows); }
  [[nodiscard]] STARLING_HD auto* state(int layer, std::int64_t i, std::int64_t row) const {
    return args.states + (layer * static_cast<std::int64_t>(args.shape.dimensions) + i) * padded_rows() + row;
  }
  [[nodiscard]] STARLING_HD const Real* layer_weights(int layer) const {
    return args.packed + layer * packed_layer(args.shape).packed_size();
  }
  [[nodiscard]] STARLING_HD Real location(int i) const { return layer_weights(args.shape.layers)[i]; }
  [[nodiscard]] STARLING_HD Real log_scale(int i) const {
    return layer_weights(args.shape.layers)[args.shape.dimensions + i];
  }
  /// The dimension of the state before a layer that the layer sees as dimension i.
  [[nodiscard]] STARLING_HD std::int64_t source(int layer, int i) const {
    if (layer == 0) return i;
    const DimensionPermutation& permutation = args.shape.permutation;
    const std::int64_t dimension = (permutation.first + permutation.step * i) % args.shape.dimensions;
    return dimension < 0 ? dimension + args.shape.dimensions : dimension;
  }

  /// Element i of the rows of a pack of a [rows][width] array; 0 beyond the last row or where there is no
  /// array.
  [[nodiscard]] STARLING_HD Lane gather(const Real* array, std::int64_t row, int width, int i) const {
    Real values[kLanes];
    for (int l = 0; l < kLanes; ++l)
      values[l] = array != nullptr && row + l < args.rows ? array[(row + l) * width + i] : Real(0);
    return load_lanes<Lane>(values);
  }
  template <class Store>
  STARLING_HD void scatter(Lane x, std::int64_t row, const Store& store) const {
    Real values[kLanes];
    store_lanes(x, values);
    for (int l = 0; l < kLanes; ++l)
      if (row + l < args.rows) store(row + l, values[l]);
  }

  template <class Block>
  STARLING_HD void load_inputs(const Block& block, const Network& net, int layer, std::int64_t row) const {
    block.each_thread(args.shape.dimensions * net.packs, [&](int k) {
      const int i = k / net.packs;
      const int p = k % net.packs;
      net.z[i * net.stride + p] =
          load_lanes<Lane>(state(layer, source(layer, i), row + std::int64_t{p} * kLanes));
    });
    block.sync();
  }
};

}  // namespace starling
