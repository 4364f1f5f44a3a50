#pragma once

#include <starling/kernels/autoregressive_flow_pass.hpp>

namespace starling {

/// Base draws to theta, or back. Rows are first, in multiples of kFlowRowPadding.
template <FlowDirection direction, class Lane, int group>
struct FlowForward : FlowPass<direction, Lane, group, AutoregressiveFlowArgs<ScalarOf<Lane>>> {
  using Pass = FlowPass<direction, Lane, group, AutoregressiveFlowArgs<ScalarOf<Lane>>>;
  using Pass::args;
  using Pass::kLanes;
  using Pass::kSamples;
  using Pass::state;
  using typename Pass::Network;
  using typename Pass::Real;

  [[nodiscard]] STARLING_HD FlowTileMemory<Lane> memory() const { return {args.shape, false, this->packs}; }

  template <class Block>
  STARLING_HD void operator()(const Block& block, RowRange rows) const {
    Network net = memory().template network<group>(block);
    const int layers = args.shape.layers;
    this->each_tile(net, rows, [&](std::int64_t row) { begin(block, net, row); });
    block.sync();
    for (int k = 0; k < layers; ++k) {
      this->each_tile(net, rows, [&](std::int64_t row) {
        if constexpr (kSamples)
          sample_layer(block, net, k, row);
        else
          density_layer(block, net, layers - 1 - k, row);
        block.sync();
      });
    }
    this->each_tile(net, rows, [&](std::int64_t row) { end(block, net, row); });
  }

 private:
  [[nodiscard]] STARLING_HD Real* log_q(std::int64_t row) const {
    return state(args.shape.layers + 1, 0, row);
  }

  STARLING_HD static Lane log_normal(const Lane& z) {
    using Plain = PlainOf<Real>;
    return z * z * Lane(Plain(-0.5)) - Lane(Plain(0.9189385332046727));  // ½ ln 2π
  }

  template <class Block>
  STARLING_HD void begin(const Block& block, const Network& net, std::int64_t first) const {
    using std::exp;
    const int d = args.shape.dimensions;
    block.each_thread(net.packs, [&](int p) {
      const std::int64_t row = first + p * kLanes;
      Lane log_density(0);
      for (int i = 0; i < d; ++i) {
        Lane x = this->gather(args.points, row, d, i);
        if constexpr (kSamples) {
          log_density += log_normal(x);
        } else {
          const Real log_scale = this->log_scale(i);
          x = (x - Lane(this->location(i))) * Lane(exp(-log_scale));
          log_density -= Lane(log_scale);
        }
        store_lanes(x, state(kSamples ? 0 : args.shape.layers, i, row));
      }
      store_lanes(log_density, log_q(row));
    });
  }

  template <class Block>
  STARLING_HD void end(const Block& block, const Network& net, std::int64_t first) const {
    using std::exp;
    const int d = args.shape.dimensions;
    block.each_thread(net.packs, [&](int p) {
      const std::int64_t row = first + p * kLanes;
      Lane log_density = load_lanes<Lane>(log_q(row));
      for (int i = 0; i < d; ++i) {
        Lane x = load_lanes<Lane>(state(kSamples ? args.shape.layers : 0, i, row));
        if constexpr (kSamples) {
          const Real log_scale = this->log_scale(i);
          x = x * Lane(exp(log_scale)) + Lane(this->location(i));
          log_density -= Lane(log_scale);
        } else {
          log_density += log_normal(x);
        }
        if (args.image != nullptr)
          this->scatter(x, row, [&](std::int64_t r, Real value) { args.image[r * d + i] = value; });
      }
      this->scatter(log_density, row, [&](std::int64_t r, Real value) { args.log_q[r] = value; });
    });
  }

  template <class Block>
  STARLING_HD void sample_layer(const Block& block, const Network& net, int layer, std::int64_t first) const {
    const int d = args.shape.dimensions;
    this->load_inputs(block, net, layer, first);
    net.forward(block, this->layer_weights(layer), {0, net.block_count}, {0, d});
    block.each_thread(net.packs, [&](int p) {
      const std::int64_t row = first + p * kLanes;
      Lane log_density = load_lanes<Lane>(log_q(row));
      for (int i = 0; i < d; ++i) {
        const Scale<Lane> s = scale_of(args.shape.scale, net.conditioner[2 * i * net.stride + p]);
        const Lane shift = net.conditioner[(2 * i + 1) * net.stride + p];
        store_lanes(multiply_add(s.value, net.z[i * net.stride + p], shift), state(layer + 1, i, row));
        log_density -= s.log;
      }
      store_lanes(log_density, log_q(row));
    });
  }

  template <class Block>
  STARLING_HD void density_layer(const Block& block, const Network& net, int layer,
                                 std::int64_t first) const {
    for (int i = 0; i < args.shape.dimensions; ++i) {
      const int classes = net.order.classes_read_by(i);
      net.forward(
          block, this->layer_weights(layer),
          {net.order.blocks_of_first(net.order.first_class_of_stage(i)), net.order.blocks_of_first(classes)},
          {i, i + 1});
      block.each_thread(net.packs, [&](int p) {
        const std::int64_t row = first + p * kLanes;
        const Scale<Lane> s = scale_of(args.shape.scale, net.conditioner[2 * i * net.stride + p]);
        const Lane shift = net.conditioner[(2 * i + 1) * net.stride + p];
        const Lane z = (load_lanes<Lane>(state(layer + 1, i, row)) - shift) / s.value;
        net.z[i * net.stride + p] = z;
        store_lanes(z, state(layer, this->source(layer, i), row));
        store_lanes(load_lanes<Lane>(log_q(row)) - s.log, log_q(row));
      });
      block.sync();
    }
  }
};

}  // namespace starling
