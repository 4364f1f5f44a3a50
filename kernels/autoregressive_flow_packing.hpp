#pragma once

#include <starling/kernels/autoregressive_flow_order.hpp>

namespace starling {

/// Numbers of the units (or inputs, or outputs) at the positions of a block.
struct BlockNumbers {
  int number[kUnitBlock];
};
STARLING_HD inline BlockNumbers unit_numbers(const UnitOrder& order, const UnitBlock& block) {
  BlockNumbers numbers{};
  for (int u = 0; u < block.count; ++u) numbers.number[u] = order.unit_at(block.first + u);
  return numbers;
}

/// Copies the parameters of the flat vector to panels, leaving masked weights behind: one block for each
/// panel of each layer, then one for location and log scale.
template <class Real>
struct PackFlowBody {
  AutoregressiveFlowShape shape;
  const Real* parameters;
  Real* packed;

  STARLING_HD std::int64_t block_count() const {
    return static_cast<std::int64_t>(shape.layers) * panels() + 1;
  }

  template <class Block>
  STARLING_HD void operator()(const Block& block, std::int64_t index) const {
    const PackedLayer layout = packed_layer(shape);
    const auto layer = static_cast<int>(index / panels());
    if (layer == shape.layers) {
      const Real* from = parameters + shape.layers * layout.size();
      Real* to = packed + shape.layers * layout.packed_size();
      return block.each_thread(2 * shape.dimensions, [=](int i) { to[i] = from[i]; });
    }
    int panel = static_cast<int>(index % panels());
    const int forward_panels = shape.dimensions + layout.levels * unit_order(shape).block_count();
    const Real* from = parameters + layer * layout.size();
    Real* to = packed + layer * layout.packed_size();
    if (panel < forward_panels)
      pack_forward(block, panel, from, to);
    else
      pack_backward(block, panel - forward_panels, from, to);
  }

 private:
  /// Per layer: the blocks of outputs of all maps, then the blocks of inputs of all maps.
  STARLING_HD int panels() const {
    return 2 * (shape.dimensions + packed_layer(shape).levels * unit_order(shape).block_count());
  }

  template <class Block>
  STARLING_HD void pack_forward(const Block& block, int panel, const Real* from, Real* to) const {
    const PackedLayer layout = packed_layer(shape);
    const UnitOrder order = unit_order(shape);
    const int map = panel < layout.levels * order.block_count() ? panel / order.block_count() : layout.levels;
    const auto inputs = static_cast<int>(layout.inputs(map));
    from += layout.forward(map);
    to += layout.forward(map);
    const Real* bias = from + layout.outputs(map) * inputs;
    UnitBlock outputs{};
    BlockNumbers number{};
    int read = 0;
    if (map == layout.levels) {
      const int i = panel - layout.levels * order.block_count();
      outputs = {2 * i, 2, 0, 0, 0};
      number = {{2 * i, 2 * i + 1}};
      read = order.units_read_by(i);
    } else {
      outputs = order.block(panel - map * order.block_count());
      number = unit_numbers(order, outputs);
      read = map == 0 ? order.dimensions_read_by(outputs.unit_class)
                      : order.units_of_first(outputs.unit_class + 1);
    }
    to += static_cast<std::int64_t>(outputs.first) * (inputs + 1);
    block.each_thread(read + 1, [=](int row) {
      const int input = row == 0 || map == 0 ? row - 1 : order.unit_at(row - 1);
      for (int u = 0; u < outputs.count; ++u)
        to[row * outputs.count + u] =
            row == 0 ? bias[number.number[u]]
                     : from[static_cast<std::int64_t>(number.number[u]) * inputs + input];
    });
  }

  template <class Block>
  STARLING_HD void pack_backward(const Block& block, int panel, const Real* from, Real* to) const {
    const PackedLayer layout = packed_layer(shape);
    const UnitOrder order = unit_order(shape);
    const bool first_map = panel < shape.dimensions;
    const int map = first_map ? 0 : 1 + (panel - shape.dimensions) / order.block_count();
    const std::int64_t inputs = layout.inputs(map);
    const auto outputs = static_cast<int>(layout.outputs(map));
    UnitBlock block_of_inputs{panel, 1, 0, 0, 0};
    BlockNumbers number{{panel}};
    int first_fed = 0;
    if (first_map) {
      first_fed = order.units_read_by(panel);
    } else {
      block_of_inputs = order.block((panel - shape.dimensions) % order.block_count());
      number = unit_numbers(order, block_of_inputs);
      first_fed = map == layout.levels ? 2 * order.dimensions_read_by(block_of_inputs.unit_class)
                                       : order.units_of_first(block_of_inputs.unit_class);
    }
    from += layout.forward(map);
    to += layout.backward(map) + static_cast<std::int64_t>(block_of_inputs.first) * outputs;
    block.each_thread(outputs - first_fed, [=](int row) {
      const int output = map == layout.levels ? first_fed + row : order.unit_at(first_fed + row);
      for (int u = 0; u < block_of_inputs.count; ++u)
        to[row * block_of_inputs.count + u] = from[output * inputs + number.number[u]];
    });
  }
};

/// The places in a layer's parameters that the sums of a slot belong to, in the order of the sums.
struct SlotPlaces {
  int count;
  std::int64_t place[kSlot];
};

STARLING_HD inline SlotPlaces places_of_slot(const AutoregressiveFlowShape& shape, int map, int output_block,
                                             int input_block) {
  const PackedLayer layout = packed_layer(shape);
  const UnitOrder order = unit_order(shape);
  const bool to_outputs = map == layout.levels;
  UnitBlock rows{2 * output_block, 2, 0, 0, 0};
  BlockNumbers row{{2 * output_block, 2 * output_block + 1}};
  if (!to_outputs) {
    rows = order.block(output_block);
    row = unit_numbers(order, rows);
  }
  const std::int64_t inputs = layout.inputs(map);
  SlotPlaces places{};
  if (input_block == gradient_slots(shape).input_blocks(map)) {
    for (int r = 0; r < rows.count; ++r)
      places.place[places.count++] = layout.forward(map) + layout.outputs(map) * inputs + row.number[r];
    return places;
  }
  UnitBlock columns{input_block * kUnitBlock, 0, 0, 0, 0};
  BlockNumbers column{};
  if (map == 0) {
    const int read = order.dimensions_read_by(rows.unit_class) - columns.first;
    columns.count = read < kUnitBlock ? read : kUnitBlock;  // negative where all is masked
    for (int c = 0; c < columns.count; ++c) column.number[c] = columns.first + c;
  } else {
    columns = order.block(input_block);
    const int classes = to_outputs ? order.classes_read_by(output_block) : rows.unit_class + 1;
    if (columns.unit_class >= classes) return places;
    column = unit_numbers(order, columns);
  }
  for (int r = 0; r < rows.count; ++r)
    for (int c = 0; c < columns.count; ++c)
      places.place[places.count++] = layout.forward(map) + row.number[r] * inputs + column.number[c];
  return places;
}

/// Adds up the partial gradients of the groups of rows, first to last, and adds the totals to their places in
/// the flat vector: element `index` is a slot of one layer. Masked weights have no slot.
template <class Real>
struct UnpackFlowGradientBody {
  AutoregressiveFlowShape shape;
  std::int64_t groups;
  std::int64_t group_stride;             // between the sums of two groups
  const AccumulatorOf<Real>* workspace;  // the layer's sums of the first group
  Real* layer_adj;                       // the layer's part of the flat vector

  STARLING_HD void operator()(std::int64_t index) const {
    const GradientSlots slots = gradient_slots(shape);
    int map = 0;
    while (map < slots.levels && index >= slots.first(map + 1)) ++map;
    const auto rest = static_cast<int>(index - slots.first(map));
    const int columns = slots.input_blocks(map) + 1;
    const SlotPlaces places = places_of_slot(shape, map, rest / columns, rest % columns);
    AccumulatorOf<Real> total[kSlot] = {};
    for (std::int64_t g = 0; g < groups; ++g) {
      const AccumulatorOf<Real>* part = workspace + g * group_stride + index * kSlot;
      for (int k = 0; k < places.count; ++k) total[k] += part[k];
    }
    for (int k = 0; k < places.count; ++k) layer_adj[places.place[k]] += static_cast<Real>(total[k]);
  }
};

/// The same for location and log scale of dimension `index`.
template <class Real>
struct UnpackFinalGradientBody {
  int dimensions;
  std::int64_t groups;
  std::int64_t group_stride;
  const AccumulatorOf<Real>* workspace;
  Real* final_adj;  // location [D], log_scale [D]

  STARLING_HD void operator()(std::int64_t index) const {
    for (int k = 0; k < 2; ++k) {
      AccumulatorOf<Real> total(0);
      for (std::int64_t g = 0; g < groups; ++g) total += workspace[g * group_stride + index * kSlot + k];
      final_adj[std::int64_t{k} * dimensions + index] += static_cast<Real>(total);
    }
  }
};

}  // namespace starling
