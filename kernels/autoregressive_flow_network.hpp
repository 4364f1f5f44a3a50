#pragma once

#include <type_traits>

#include <starling/core/unroll.hpp>
#include <starling/kernels/autoregressive_flow_order.hpp>
#include <starling/kernels/autoregressive_scale.hpp>

namespace starling {

/// A range of blocks of units, or of dimensions.
struct BlockRange {
  int begin, end;
};

/// The masked network of one layer on a tile of samples. Arrays of the tile lie [row][pack], a pack being as
/// many samples as `Lane` holds; a thread computes up to kUnitBlock units for `group` packs, so that each
/// number it loads takes part in several sums.
///
/// Hidden level l = 0 … levels - 1 is the result of map l. Of a level only f(raw) is kept, which serves the
/// next map and the slope; where a residual block adds to h, h itself is kept in the place of the last level,
/// which has no activation.
template <class Lane, int group>
struct FlowNetwork {
  using Real = ScalarOf<Lane>;

  AutoregressiveFlowShape shape;
  UnitOrder order;
  PackedLayer layout;
  const UnitBlock* blocks;
  int block_count;
  int packs;   // of this tile, a multiple of `group`
  int stride;  // packs between two rows

  Lane* z;            // [D]
  Lane* conditioner;  // [D][2]: u, m, later their adjoints
  Lane* z_adj;        // [D]
  Lane* active;       // [levels][H]
  Lane* raw_adj;      // [levels][H], adjoints before the activation

  /// Units of `range` at all levels, then u and m of some dimensions.
  template <class Block>
  STARLING_HD void forward(const Block& block, const Real* weights, BlockRange range,
                           BlockRange dimensions) const {
    if (range.begin < range.end)
      for (int level = 0; level < layout.levels; ++level) hidden_level(block, weights, level, range);
    const std::int64_t width = std::int64_t{2} * (shape.hidden + 1);
    const Real* panel = block.stage(weights + layout.forward(layout.levels) + dimensions.begin * width,
                                    (dimensions.end - dimensions.begin) * width);
    each_item(block, dimensions.end - dimensions.begin, [&](int k, int p) {
      const int i = dimensions.begin + k;
      Lane sum[2][group];
      begin_sums(panel + k * width, sum);
      add_products(sum, panel + k * width + 2, order.units_read_by(i), level_rows(layout.levels - 1) + p);
      unrolled_pairs<2, group>([&](auto u, auto q)
                                   STARLING_INLINE_LAMBDA { conditioner[at(2 * i + u, p, q)] = sum[u][q]; });
    });
    block.sync();
  }

  /// Adjoints of the units of `range` at all levels. Needs those of all units and outputs they feed.
  template <class Block>
  STARLING_HD void backward(const Block& block, const Real* weights, BlockRange range) const {
    if (range.begin == range.end) return;
    for (int level = layout.levels - 1; level >= 0; --level) {
      const std::int64_t outputs = layout.outputs(level + 1);
      const int first = blocks[range.begin].first;
      const int end = blocks[range.end - 1].first + blocks[range.end - 1].count;
      const Real* panel =
          block.stage(weights + layout.backward(level + 1) + first * outputs, (end - first) * outputs);
      each_item(block, range.end - range.begin, [&](int b, int p) {
        const UnitBlock unit = blocks[range.begin + b];
        const Real* weight = panel + (unit.first - first) * outputs;
        with_count(unit.count,
                   [&](auto count) { level_adjoint<decltype(count)::value>(level, unit, p, weight); });
      });
      block.sync();
    }
  }

  /// What the network passes back to input i, for packs p, p + step, …
  STARLING_HD STARLING_INLINE void input_adjoint(const Real* weights, int i, int p,
                                                 Lane (&sum)[1][group]) const {
    const int first_fed = order.units_read_by(i);
    unrolled<group>([&](auto q) STARLING_INLINE_LAMBDA { sum[0][q] = Lane(0); });
    add_products(sum, weights + layout.backward(0) + static_cast<std::int64_t>(i) * shape.hidden,
                 shape.hidden - first_fed, raw_adj + first_fed * stride + p);
  }

  /// Gradients of all weights and biases over this tile, into the slots of GradientSlots.
  template <class Block>
  STARLING_HD void weight_gradients(const Block& block, bool accumulate, AccumulatorOf<Real>* sums) const {
    const GradientSlots slots{shape.dimensions, block_count, layout.levels};
    for (int map = 0; map <= layout.levels; ++map) {
      const int columns = slots.input_blocks(map) + 1;
      AccumulatorOf<Real>* first = sums + slots.first(map) * kSlot;
      block.each_thread(slots.output_blocks(map) * columns, [&](int i) {
        slot_gradient(map, i / columns, i % columns, accumulate,
                      first + static_cast<std::int64_t>(i) * kSlot);
      });
    }
    block.sync();
  }

  [[nodiscard]] STARLING_HD int step() const { return packs / group; }
  [[nodiscard]] STARLING_HD int at(int row, int p, int q) const { return row * stride + p + q * step(); }
  /// f(k, p) for each k < count and each thread's first pack p.
  template <class Block, class Item>
  STARLING_HD void each_item(const Block& block, int count, const Item& item) const {
    const int steps = step();
    block.each_thread(count * steps, [&](int i) { item(i / steps, i % steps); });
  }

 private:
  [[nodiscard]] STARLING_HD Lane* level_rows(int level) const {
    return active + level * shape.hidden * stride;
  }
  [[nodiscard]] STARLING_HD Activation activation_of(int level) const {
    const bool acts = shape.residual ? level + 1 < layout.levels : level > 0;
    return acts ? shape.activation : Activation::identity;
  }
  [[nodiscard]] STARLING_HD bool is_skip(int level) const { return shape.residual && level % 2 == 0; }

  template <class Use>
  STARLING_HD static void with_count(int count, const Use& use) {
    static_assert(kUnitBlock == 4);
    if (count == 4) return use(std::integral_constant<int, 4>{});
    if (count == 3) return use(std::integral_constant<int, 3>{});
    if (count == 2) return use(std::integral_constant<int, 2>{});
    use(std::integral_constant<int, 1>{});
  }

  template <int units>
  STARLING_HD STARLING_INLINE static void begin_sums(const Real* bias, Lane (&sum)[units][group]) {
    unrolled_pairs<units, group>([&](auto u, auto q) STARLING_INLINE_LAMBDA { sum[u][q] = Lane(bias[u]); });
  }

  /// sum[u] += weight[row][u] x[row], over all rows
  template <int units>
  STARLING_HD STARLING_INLINE void add_products(Lane (&sum)[units][group], const Real* weight, int rows,
                                                const Lane* x) const {
    const int steps = step();
    for (int row = 0; row < rows; ++row) {
      Lane value[group];
      unrolled<group>([&](auto q) STARLING_INLINE_LAMBDA { value[q] = held(x[q * steps]); });
      unrolled_pairs<units, group>([&](auto u, auto q) STARLING_INLINE_LAMBDA {
        sum[u][q] = multiply_add(value[q], weight[u], sum[u][q]);
      });
      x += stride;
      weight += units;
    }
  }

  template <class Block>
  STARLING_HD void hidden_level(const Block& block, const Real* weights, int level, BlockRange range) const {
    const std::int64_t width = layout.inputs(level) + 1;
    const int first = blocks[range.begin].first;
    const int end = blocks[range.end - 1].first + blocks[range.end - 1].count;
    const Real* panel = block.stage(weights + layout.forward(level) + first * width, (end - first) * width);
    each_item(block, range.end - range.begin, [&](int b, int p) {
      const UnitBlock unit = blocks[range.begin + b];
      const Real* weight = panel + (unit.first - first) * width;
      with_count(unit.count,
                 [&](auto count) { level_value<decltype(count)::value>(level, unit, p, weight); });
    });
    block.sync();
  }

  template <int units>
  STARLING_HD void level_value(int level, const UnitBlock& unit, int p, const Real* weight) const {
    Lane sum[units][group];
    begin_sums(weight, sum);
    if (level == 0)
      add_products(sum, weight + units, order.dimensions_read_by(unit.unit_class), z + p);
    else
      add_products(sum, weight + units, unit.class_end, level_rows(level - 1) + p);
    if (is_skip(level)) {
      Lane* h = level_rows(layout.levels - 1);
      unrolled_pairs<units, group>([&](auto u, auto q) STARLING_INLINE_LAMBDA {
        Lane& total = h[at(unit.first + u, p, q)];
        if (level > 0) sum[u][q] = sum[u][q] + total;
        total = sum[u][q];
      });
    }
    store_active(level, unit.first, p, sum);
  }

  template <int units>
  STARLING_HD STARLING_INLINE void store_active(int level, int first, int p,
                                                const Lane (&raw)[units][group]) const {
    Lane* out = level_rows(level);
    const Activation activation = activation_of(level);
    unrolled_pairs<units, group>([&](auto u, auto q) STARLING_INLINE_LAMBDA {
      out[at(first + u, p, q)] =
          activation == Activation::relu ? activate(Activation::relu, raw[u][q]) : raw[u][q];
    });
    if (activation != Activation::tanh) return;
    // Long code, better not unrolled.
    for (int k = 0; k < units * group; ++k) {
      Lane& y = out[at(first + k / group, p, k % group)];
      y = activate(Activation::tanh, y);
    }
  }

  template <int units>
  STARLING_HD void level_adjoint(int level, const UnitBlock& unit, int p, const Real* weight) const {
    Lane sum[units][group];
    unrolled_pairs<units, group>([&](auto u, auto q) STARLING_INLINE_LAMBDA { sum[u][q] = Lane(0); });
    if (level == layout.levels - 1) {
      const int first_fed = 2 * order.dimensions_read_by(unit.unit_class);
      add_products(sum, weight, 2 * shape.dimensions - first_fed, conditioner + first_fed * stride + p);
    } else {
      add_products(sum, weight, shape.hidden - unit.class_first,
                   raw_adj + ((level + 1) * shape.hidden + unit.class_first) * stride + p);
    }
    const Lane* value = level_rows(level);
    Lane* adj = raw_adj + level * shape.hidden * stride;
    const Lane* skipped =
        is_skip(level) && level + 2 < layout.levels ? adj + 2 * shape.hidden * stride : nullptr;
    const Activation activation = activation_of(level);
    unrolled_pairs<units, group>([&](auto u, auto q) STARLING_INLINE_LAMBDA {
      const int i = at(unit.first + u, p, q);
      const Lane passed = activation_adjoint(activation, value[i], sum[u][q]);
      adj[i] = skipped == nullptr ? passed : passed + skipped[i];
    });
  }

  STARLING_HD void slot_gradient(int map, int output_block, int input_block, bool accumulate,
                                 AccumulatorOf<Real>* sums) const {
    const bool to_outputs = map == layout.levels;
    UnitBlock rows{2 * output_block, 2, 0, 0, 0};
    if (!to_outputs) rows = blocks[output_block];
    const Lane* y_adj =
        (to_outputs ? conditioner : raw_adj + map * shape.hidden * stride) + rows.first * stride;
    if (input_block == GradientSlots{shape.dimensions, block_count, layout.levels}.input_blocks(map)) {
      with_count(rows.count,
                 [&](auto count) { bias_gradient<decltype(count)::value>(y_adj, accumulate, sums); });
      return;
    }
    UnitBlock columns{input_block * kUnitBlock, 0, 0, 0, 0};
    if (map == 0) {
      const int read = order.dimensions_read_by(rows.unit_class) - columns.first;
      columns.count = read < kUnitBlock ? read : kUnitBlock;
    } else {
      const int classes = to_outputs ? order.classes_read_by(output_block) : rows.unit_class + 1;
      if (blocks[input_block].unit_class < classes) columns = blocks[input_block];
    }
    if (columns.count <= 0) return;  // all masked
    const Lane* x = (map == 0 ? z : level_rows(map - 1)) + columns.first * stride;
    with_count(rows.count, [&](auto row_count) {
      with_count(columns.count, [&](auto column_count) {
        product_gradient<decltype(row_count)::value, decltype(column_count)::value>(y_adj, x, accumulate,
                                                                                    sums);
      });
    });
  }

  template <int rows, int columns>
  STARLING_HD void product_gradient(const Lane* y_adj, const Lane* x, bool accumulate,
                                    AccumulatorOf<Real>* sums) const {
    Lane sum[rows * columns];
    unrolled<rows * columns>([&](auto k) STARLING_INLINE_LAMBDA { sum[k] = Lane(0); });
    for (int p = 0; p < packs; ++p) {
      Lane left[rows];
      unrolled<rows>([&](auto r) STARLING_INLINE_LAMBDA { left[r] = held(y_adj[r * stride + p]); });
      unrolled<columns>([&](auto c) STARLING_INLINE_LAMBDA {
        const Lane right = held(x[c * stride + p]);
        unrolled<rows>([&](auto r) STARLING_INLINE_LAMBDA {
          sum[r * columns + c] = multiply_add(left[r], right, sum[r * columns + c]);
        });
      });
    }
    add_lane_sums(sum, accumulate, sums);
  }

  template <int rows>
  STARLING_HD void bias_gradient(const Lane* y_adj, bool accumulate, AccumulatorOf<Real>* sums) const {
    Lane sum[rows];
    unrolled<rows>([&](auto r) STARLING_INLINE_LAMBDA { sum[r] = y_adj[r * stride]; });
    for (int p = 1; p < packs; ++p)
      unrolled<rows>([&](auto r) STARLING_INLINE_LAMBDA { sum[r] = sum[r] + y_adj[r * stride + p]; });
    add_lane_sums(sum, accumulate, sums);
  }
};

}  // namespace starling
