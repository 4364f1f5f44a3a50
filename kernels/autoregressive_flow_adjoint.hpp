#pragma once

#include <starling/kernels/autoregressive_flow_pass.hpp>

namespace starling {

/// Adjoints of a group of rows: begin(), layer() for each layer in the order of layer_at(), end().
template <FlowDirection direction, class Lane, int group>
struct FlowAdjoint : FlowPass<direction, Lane, group, AutoregressiveFlowAdjointArgs<ScalarOf<Lane>>> {
  using Pass = FlowPass<direction, Lane, group, AutoregressiveFlowAdjointArgs<ScalarOf<Lane>>>;
  using Pass::args;
  using Pass::kLanes;
  using Pass::kSamples;
  using Pass::state;
  using typename Pass::Network;
  using typename Pass::Real;
  using Sum = AccumulatorOf<Real>;

  [[nodiscard]] STARLING_HD FlowTileMemory<Lane> memory() const { return {args.shape, true, this->packs}; }
  [[nodiscard]] STARLING_HD int layer_at(int k) const { return kSamples ? args.shape.layers - 1 - k : k; }

  /// Adjoints of what the pass ended with: of theta, or of the base draws. `sums` is where the gradients of
  /// location and log scale go, null: not wanted.
  template <class Block>
  STARLING_HD void begin(const Block& block, RowRange rows, Sum* sums) const {
    Network net = memory().template network<group>(block);
    this->each_tile(net, rows, [&](std::int64_t first) {
      const int d = args.shape.dimensions;
      block.each_thread(net.packs, [&](int p) {
        const std::int64_t row = first + p * kLanes;
        const Lane g = this->gather(args.log_q_adj, row, 1, 0);
        store_lanes(g, log_q_adj(row));
        for (int i = 0; i < d; ++i) {
          const Lane x_adj = this->gather(args.image_adj, row, d, i);
          if constexpr (kSamples)
            final_adjoint(net, i, p, row, x_adj, g);
          else
            store_lanes(x_adj - g * load_lanes<Lane>(state(0, i, row)), state_adj(i, row));
        }
      });
      block.sync();
      if (kSamples) final_gradients(block, net, first > rows.first, sums);
    });
  }

  template <class Block>
  STARLING_HD void layer(const Block& block, RowRange rows, int layer, Sum* sums) const {
    Network net = memory().template network<group>(block);
    this->each_tile(net, rows, [&](std::int64_t first) {
      this->load_inputs(block, net, layer, first);
      net.forward(block, this->layer_weights(layer), {0, net.block_count}, {0, args.shape.dimensions});
      if constexpr (kSamples)
        sample_adjoint(block, net, layer, first);
      else
        density_adjoint(block, net, layer, first);
      if (sums != nullptr) net.weight_gradients(block, first > rows.first, sums);
    });
  }

  /// Adjoints of what the pass began with.
  template <class Block>
  STARLING_HD void end(const Block& block, RowRange rows, Sum* sums) const {
    Network net = memory().template network<group>(block);
    this->each_tile(net, rows, [&](std::int64_t first) {
      const int d = args.shape.dimensions;
      block.each_thread(net.packs, [&](int p) {
        const std::int64_t row = first + p * kLanes;
        const Lane g = load_lanes<Lane>(log_q_adj(row));
        for (int i = 0; i < d; ++i) {
          Lane x_adj = load_lanes<Lane>(state_adj(i, row));
          if constexpr (kSamples)
            x_adj = x_adj - g * load_lanes<Lane>(state(0, i, row));
          else
            x_adj = final_adjoint(net, i, p, row, x_adj, g);
          if (args.points_adj != nullptr)
            this->scatter(x_adj, row, [&](std::int64_t r, Real value) {
              store_gradient(args.points_mode, args.points_adj[r * d + i], value);
            });
        }
      });
      block.sync();
      if (!kSamples) final_gradients(block, net, first > rows.first, sums);
    });
  }

 private:
  [[nodiscard]] STARLING_HD Real* state_adj(std::int64_t i, std::int64_t row) const {
    return args.state_adj + i * this->padded_rows() + row;
  }
  [[nodiscard]] STARLING_HD Real* log_q_adj(std::int64_t row) const {
    return state_adj(args.shape.dimensions, row);
  }

  /// The adjoint of theta = location + exp(log_scale) x_K, in the direction of the pass. The terms of the
  /// gradients of location and log scale are left in the rows of u and m.
  STARLING_HD Lane final_adjoint(const Network& net, int i, int p, std::int64_t row, Lane adj, Lane g) const {
    using std::exp;
    const Lane x = load_lanes<Lane>(state(args.shape.layers, i, row));
    const Real log_scale = this->log_scale(i);
    const Lane passed = adj * Lane(exp(kSamples ? log_scale : -log_scale));
    if constexpr (kSamples) store_lanes(passed, state_adj(i, row));
    net.conditioner[2 * i * net.stride + p] = kSamples ? adj : -passed;
    net.conditioner[(2 * i + 1) * net.stride + p] = kSamples ? passed * x - g : -(adj * x) - g;
    return passed;
  }

  template <class Block>
  STARLING_HD void final_gradients(const Block& block, const Network& net, bool accumulate, Sum* sums) const {
    if (sums == nullptr) return;
    block.each_thread(args.shape.dimensions, [&](int i) {
      Lane sum[2] = {Lane(0), Lane(0)};
      for (int k = 0; k < 2; ++k)
        for (int p = 0; p < net.packs; ++p) sum[k] += net.conditioner[(2 * i + k) * net.stride + p];
      add_lane_sums(sum, accumulate, sums + static_cast<std::int64_t>(i) * kSlot);
    });
    block.sync();
  }

  template <class Block>
  STARLING_HD void sample_adjoint(const Block& block, const Network& net, int layer,
                                  std::int64_t first) const {
    const int d = args.shape.dimensions;
    block.each_thread(d * net.packs, [&](int k) {
      const int i = k / net.packs;
      const int p = k % net.packs;
      const std::int64_t row = first + p * kLanes;
      Lane& u = net.conditioner[2 * i * net.stride + p];
      const Scale<Lane> s = scale_of(args.shape.scale, u);
      const Lane x_adj = load_lanes<Lane>(state_adj(i, row));
      const Lane z_adj = s.value * x_adj;
      net.z_adj[i * net.stride + p] = z_adj;
      u = s.log_slope * (z_adj * net.z[i * net.stride + p] - load_lanes<Lane>(log_q_adj(row)));
      net.conditioner[(2 * i + 1) * net.stride + p] = x_adj;
    });
    block.sync();
    net.backward(block, this->layer_weights(layer), {0, net.block_count});
    net.each_item(block, d, [&](int i, int p) {
      Lane sum[1][group];
      net.input_adjoint(this->layer_weights(layer), i, p, sum);
      for (int q = 0; q < group; ++q) {
        const std::int64_t row = first + (p + q * net.step()) * kLanes;
        store_lanes(net.z_adj[net.at(i, p, q)] + sum[0][q], state_adj(this->source(layer, i), row));
      }
    });
    block.sync();
  }

  template <class Block>
  STARLING_HD void density_adjoint(const Block& block, const Network& net, int layer,
                                   std::int64_t first) const {
    for (int i = args.shape.dimensions - 1; i >= 0; --i) {
      net.each_item(block, 1, [&](int, int p) {
        Lane sum[1][group];
        net.input_adjoint(this->layer_weights(layer), i, p, sum);
        for (int q = 0; q < group; ++q)
          net.z_adj[net.at(i, p, q)] = density_element(net, layer, i, p + q * net.step(), first, sum[0][q]);
      });
      block.sync();
      net.backward(block, this->layer_weights(layer),
                   {net.order.blocks_of_first(net.order.first_class_of_stage(i)),
                    net.order.blocks_of_first(net.order.classes_read_by(i))});
    }
    block.each_thread(args.shape.dimensions * net.packs, [&](int k) {
      const int i = k / net.packs;
      const int p = k % net.packs;
      store_lanes(net.z_adj[i * net.stride + p], state_adj(i, first + p * kLanes));
    });
    block.sync();
  }

  /// Adjoints of u_i and m_i, and that of x_i as the result. `passed` is what the network gives z_i.
  STARLING_HD Lane density_element(const Network& net, int layer, int i, int p, std::int64_t first,
                                   Lane passed) const {
    const std::int64_t row = first + p * kLanes;
    const Lane z_adj = load_lanes<Lane>(state_adj(this->source(layer, i), row)) + passed;
    Lane& u = net.conditioner[2 * i * net.stride + p];
    const Scale<Lane> s = scale_of(args.shape.scale, u);
    const Lane x_adj = z_adj / s.value;
    u = -s.log_slope * (z_adj * net.z[i * net.stride + p] + load_lanes<Lane>(log_q_adj(row)));
    net.conditioner[(2 * i + 1) * net.stride + p] = -x_adj;
    return x_adj;
  }
};

}  // namespace starling
