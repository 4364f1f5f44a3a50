#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>

#if defined(_OPENMP)
#include <omp.h>
#endif

#include <starling/core/block.hpp>
#include <starling/core/buffer.hpp>
#include <starling/kernels/autoregressive_flow_adjoint.hpp>
#include <starling/kernels/autoregressive_flow_forward.hpp>
#include <starling/kernels/autoregressive_flow_packing.hpp>
#include <starling/kernels/for_each_element.hpp>

namespace starling::cpu {

/// Scratch for some threads, aligned for any pack. Made before threads start, where it may throw.
class TileMemory {
 public:
  TileMemory(const Exec& exec, std::int64_t bytes, int threads)
      : bytes_((bytes + kAlignment - 1) / kAlignment * kAlignment),
        buffer_(exec, bytes_ * threads + kAlignment) {}
  [[nodiscard]] std::byte* of_thread(int thread) {
    void* first = buffer_.data();
    auto space = static_cast<std::size_t>(buffer_.size());
    return static_cast<std::byte*>(std::align(kAlignment, 1, first, space)) + bytes_ * thread;
  }

 private:
  static constexpr std::int64_t kAlignment = 128;
  std::int64_t bytes_;
  Buffer<std::byte> buffer_;
};

inline int this_thread() {
#if defined(_OPENMP)
  return omp_get_thread_num();
#else
  return 0;
#endif
}

/// Packs of a tile: as many as keep one level of the network in half of a first-level cache of 64 KB, since
/// larger tiles spread the cost of adding up gradients, and no more than there are rows.
template <class Lane, int group>
int host_tile_packs(const AutoregressiveFlowShape& shape, std::int64_t rows) {
  constexpr std::int64_t kLevelBytes = std::int64_t{32} * 1024;
  constexpr std::int64_t kMostRows = 256;
  const std::int64_t fit = kLevelBytes / (static_cast<std::int64_t>(sizeof(Lane)) * shape.hidden);
  const std::int64_t most = std::min(kMostRows, flow_padded_rows(rows)) / kLanesOf<Lane>;
  return static_cast<int>(std::clamp<std::int64_t>(fit, group, most) / group * group);
}

/// Threads that there is work for: waking others takes longer than a few rows.
inline int flow_threads(const Exec& exec, const AutoregressiveFlowShape& shape, std::int64_t rows) {
  constexpr std::int64_t kFewMultiplications = 1 << 18;
  const std::int64_t multiplications = rows * layer_parameters(shape) * std::max(shape.layers, 1);
  return multiplications < kFewMultiplications ? 1 : exec.threads();
}

inline RowRange rows_of_flow_group(const FlowRowGroups& groups, std::int64_t rows, std::int64_t g) {
  return {g * groups.rows, std::min((g + 1) * groups.rows, flow_padded_rows(rows))};
}

template <class Real>
void pack_flow(const AutoregressiveFlowArgs<Real>& args, int threads) {
  const PackFlowBody<Real> pack{args.shape, args.parameters, args.packed};
  const HostBlock block(nullptr);
#pragma omp parallel for schedule(static) num_threads(threads)
  for (std::int64_t i = 0; i < pack.block_count(); ++i) pack(block, i);
}

/// `Lane` is the pack of samples that is computed with, `group` as in FlowNetwork.
template <FlowDirection direction, class Lane, int group>
void run_flow(const Exec& exec, const AutoregressiveFlowArgs<ScalarOf<Lane>>& args) {
  const int threads = flow_threads(exec, args.shape, args.rows);
  pack_flow(args, threads);
  FlowForward<direction, Lane, group> pass;
  pass.args = args;
  pass.packs = host_tile_packs<Lane, group>(args.shape, args.rows);
  const FlowRowGroups groups = flow_row_groups(Backend::cpu, args.rows);
  TileMemory memory(exec, pass.memory().bytes(), threads);
#pragma omp parallel num_threads(threads)
  {
    const HostBlock block(memory.of_thread(this_thread()));
#pragma omp for schedule(static)
    for (std::int64_t g = 0; g < groups.count; ++g) pass(block, rows_of_flow_group(groups, args.rows, g));
  }
}

/// The workspace of the host holds the partial gradients of one layer at a time.
template <class Real>
class HostGradients {
 public:
  explicit HostGradients(const AutoregressiveFlowAdjointArgs<Real>& args)
      : args_(args),
        groups_(flow_row_groups(Backend::cpu, args.rows).count),
        stride_(gradient_slots(args.shape).count() * kSlot) {
    if (wanted() && args.parameters_mode == GradientMode::overwrite)
      std::fill_n(args.parameters_adj, flow_parameters(args.shape), Real(0));
  }
  [[nodiscard]] bool wanted() const { return args_.parameters_adj != nullptr; }
  [[nodiscard]] AccumulatorOf<Real>* sums(std::int64_t group) const {
    return wanted() ? args_.workspace + group * stride_ : nullptr;
  }
  /// Within a parallel region, reached by all its threads: stores the gradient of a layer, or of location and
  /// log scale.
  void store(int layer) const {
    Real* layer_adj = args_.parameters_adj + layer * layer_parameters(args_.shape);
    if (layer == args_.shape.layers) {
      const UnpackFinalGradientBody<Real> body{args_.shape.dimensions, groups_, stride_, args_.workspace,
                                               layer_adj};
#pragma omp for schedule(static)
      for (std::int64_t i = 0; i < args_.shape.dimensions; ++i) body(i);
    } else {
      const UnpackFlowGradientBody<Real> body{args_.shape, groups_, stride_, args_.workspace, layer_adj};
#pragma omp for schedule(static)
      for (std::int64_t i = 0; i < stride_ / kSlot; ++i) body(i);
    }
  }

 private:
  const AutoregressiveFlowAdjointArgs<Real>& args_;
  std::int64_t groups_;
  std::int64_t stride_;
};

template <FlowDirection direction, class Lane, int group>
void run_flow_adjoint(const Exec& exec, const AutoregressiveFlowAdjointArgs<ScalarOf<Lane>>& args) {
  FlowAdjoint<direction, Lane, group> pass;
  pass.args = args;
  pass.packs = host_tile_packs<Lane, group>(args.shape, args.rows);
  const FlowRowGroups groups = flow_row_groups(Backend::cpu, args.rows);
  const HostGradients<ScalarOf<Lane>> gradients(args);
  const int layers = args.shape.layers;
  const int threads = flow_threads(exec, args.shape, args.rows);
  TileMemory memory(exec, pass.memory().bytes(), threads);
#pragma omp parallel num_threads(threads)
  {
    const HostBlock block(memory.of_thread(this_thread()));
    for (int k = -1; k <= layers; ++k) {
#pragma omp for schedule(static)
      for (std::int64_t g = 0; g < groups.count; ++g) {
        const RowRange rows = rows_of_flow_group(groups, args.rows, g);
        if (k < 0)
          pass.begin(block, rows, gradients.sums(g));
        else if (k < layers)
          pass.layer(block, rows, pass.layer_at(k), gradients.sums(g));
        else
          pass.end(block, rows, gradients.sums(g));
      }
      const bool finals = pass.kSamples ? k < 0 : k == layers;
      const bool inner = k >= 0 && k < layers;
      if (gradients.wanted() && (finals || inner)) gradients.store(inner ? pass.layer_at(k) : layers);
    }
  }
}

}  // namespace starling::cpu
