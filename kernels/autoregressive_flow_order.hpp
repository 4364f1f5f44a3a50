#pragma once

#include <starling/core/macros.hpp>
#include <starling/kernels/autoregressive_flow.hpp>

namespace starling {

/// Neighbouring hidden units of one class, which a thread computes together. At most this many, so that
/// their sums over several samples fit the registers.
inline constexpr int kUnitBlock = 4;

struct UnitBlock {
  int first;  // position in the order
  int count;  // 1 … kUnitBlock
  int unit_class;
  int class_first, class_end;  // positions
};

/// The hidden units of a masked network in the order of their degrees (flows/conditioner.hpp). Unit k has
/// degree k mod (D - 1) + 1, so that class c = 0 … D - 2 holds the units c, c + D - 1, c + 2 (D - 1), … of
/// degree c + 1; for D = 1 there is one class, of degree 0. What a unit reads and what it feeds are then
/// ranges, and all of it is closed formulas: no index arrays.
struct UnitOrder {
  int dimensions;
  int classes;
  int class_size;      // units of a class, of the smaller ones
  int larger_classes;  // the first so many have one unit more

  STARLING_HD UnitOrder(int d, int hidden)
      : dimensions(d),
        classes(d > 1 ? d - 1 : 1),
        class_size(hidden / classes),
        larger_classes(hidden % classes) {}

  /// Units of the first n classes.
  STARLING_HD int units_of_first(int n) const {
    return n * class_size + (n < larger_classes ? n : larger_classes);
  }
  STARLING_HD int class_at(int position) const {
    const int in_larger = larger_classes * (class_size + 1);
    return position < in_larger ? position / (class_size + 1)
                                : larger_classes + (position - in_larger) / class_size;
  }
  /// Number of the unit at a position of the order.
  STARLING_HD int unit_at(int position) const {
    const int c = class_at(position);
    return c + (position - units_of_first(c)) * classes;
  }

  /// Class c reads the dimensions before this one, and feeds the outputs from it on.
  STARLING_HD int dimensions_read_by(int c) const { return dimensions > 1 ? c + 1 : 0; }
  /// The classes whose units the outputs of dimension i read: the first so many.
  STARLING_HD int classes_read_by(int i) const { return dimensions > 1 ? i : 1; }
  /// The outputs of dimension i read the units before this one, and input i feeds the units from it on.
  STARLING_HD int units_read_by(int i) const { return units_of_first(classes_read_by(i)); }
  /// The outputs of dimension i are the first to read the classes from here to classes_read_by(i).
  STARLING_HD int first_class_of_stage(int i) const { return i == 0 ? 0 : classes_read_by(i - 1); }

  STARLING_HD static int blocks_for(int units) { return (units + kUnitBlock - 1) / kUnitBlock; }
  /// Blocks of the first n classes.
  STARLING_HD int blocks_of_first(int n) const {
    const int larger = n < larger_classes ? n : larger_classes;
    return larger * blocks_for(class_size + 1) + (n - larger) * blocks_for(class_size);
  }
  STARLING_HD int block_count() const { return blocks_of_first(classes); }
  /// A class is cut into blocks as even as can be.
  STARLING_HD UnitBlock block(int b) const {
    const int in_larger = larger_classes * blocks_for(class_size + 1);
    const int c = b < in_larger ? b / blocks_for(class_size + 1)
                                : larger_classes + (b - in_larger) / blocks_for(class_size);
    const int first = units_of_first(c);
    const int units = units_of_first(c + 1) - first;
    const int k = b - blocks_of_first(c);
    const int begin = units * k / blocks_for(units);
    return {first + begin, units * (k + 1) / blocks_for(units) - begin, c, first, first + units};
  }
};

STARLING_HD inline UnitOrder unit_order(const AutoregressiveFlowShape& shape) {
  return {shape.dimensions, shape.hidden};
}

/// Where the packed parameters of a layer lie. Map 0 leads from the inputs to the first hidden level, maps
/// 1 … levels - 1 between hidden levels, map `levels` to the outputs. Forward panels hold, for each block of
/// `count` outputs, bias [count] and weight [inputs read][count]; backward panels, for each block of inputs,
/// weight [outputs fed][count]. Blocks begin at fixed places, whatever they read.
struct PackedLayer {
  int dimensions;
  int hidden;
  int levels;

  STARLING_HD std::int64_t inputs(int map) const { return map == 0 ? dimensions : hidden; }
  STARLING_HD std::int64_t outputs(int map) const { return map == levels ? 2 * dimensions : hidden; }
  STARLING_HD std::int64_t map_size(int map) const { return outputs(map) * (inputs(map) + 1); }
  /// First parameter of a map in the flat vector, and first element of its forward panel.
  STARLING_HD std::int64_t forward(int map) const {
    const std::int64_t h = hidden;
    return map == 0 ? 0 : h * (dimensions + 1) + (map - 1) * h * (h + 1);
  }
  STARLING_HD std::int64_t size() const { return forward(levels) + map_size(levels); }
  STARLING_HD std::int64_t backward(int map) const {
    const std::int64_t h = hidden;
    return size() + (map == 0 ? 0 : h * dimensions + (map - 1) * h * h);
  }
  STARLING_HD std::int64_t packed_size() const { return backward(levels) + outputs(levels) * inputs(levels); }
};

STARLING_HD inline PackedLayer packed_layer(const AutoregressiveFlowShape& shape) {
  return {shape.dimensions, shape.hidden, static_cast<int>(1 + shape.blocks * (shape.residual ? 2 : 1))};
}

/// Partial gradients lie in slots of kSlot sums, one slot for each pair of a block of outputs and a block of
/// inputs of a map, the last block of inputs being the bias. Then a slot for each dimension's location and
/// log scale, in the place of a layer after the last.
inline constexpr int kSlot = kUnitBlock * kUnitBlock;

struct GradientSlots {
  int dimensions;
  int unit_blocks;
  int levels;

  STARLING_HD int input_blocks(int map) const {
    return map == 0 ? (dimensions + kUnitBlock - 1) / kUnitBlock : unit_blocks;
  }
  STARLING_HD int output_blocks(int map) const { return map == levels ? dimensions : unit_blocks; }
  STARLING_HD std::int64_t first(int map) const {
    const std::int64_t b = unit_blocks;
    return map == 0 ? 0 : b * (input_blocks(0) + 1) + (map - 1) * b * (b + 1);
  }
  STARLING_HD std::int64_t slot(int map, int output_block, int input_block) const {
    return first(map) + static_cast<std::int64_t>(output_block) * (input_blocks(map) + 1) + input_block;
  }
  STARLING_HD std::int64_t count() const { return slot(levels, dimensions, 0); }
};

STARLING_HD inline GradientSlots gradient_slots(const AutoregressiveFlowShape& shape) {
  return {shape.dimensions, unit_order(shape).block_count(), packed_layer(shape).levels};
}

}  // namespace starling
