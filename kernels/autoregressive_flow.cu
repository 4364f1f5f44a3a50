#include <algorithm>
#include <string>

#include <starling/core/block.cuh>
#include <starling/core/launch.cuh>
#include <starling/kernels/autoregressive_flow_adjoint.hpp>
#include <starling/kernels/autoregressive_flow_forward.hpp>
#include <starling/kernels/autoregressive_flow_packing.hpp>

namespace starling::cuda {

namespace {

/// A thread computes up to kUnitBlock units of so many samples.
template <class Real>
inline constexpr int kGroup = kIsDual<Real> ? 2 : 4;
/// No group of rows of the device is shorter.
constexpr int kMostSamples = kFlowRowPadding;
constexpr int kFewestThreads = 64;
constexpr int kMostThreads = 256;

struct TileChoice {
  int samples;
  BlockLaunch launch;
};

/// The largest tile whose activations fit into shared memory, if possible beside the weights of a map.
template <class Real>
TileChoice choose_tile(const char* name, const AutoregressiveFlowShape& shape, bool adjoint,
                       std::int64_t blocks) {
  const std::int64_t available = max_shared_bytes();
  const PackedLayer layout = packed_layer(shape);
  std::int64_t weights = 0;
  for (const int map : {0, layout.levels > 1 ? 1 : 0, layout.levels})
    weights = std::max(weights, layout.map_size(map) * static_cast<std::int64_t>(sizeof(Real)));
  for (const std::int64_t staged : {weights, std::int64_t{0}}) {
    for (int samples = kMostSamples; samples >= kGroup<Real>; samples /= 2) {
      const std::int64_t tile = FlowTileMemory<Real>{shape, adjoint, samples}.bytes();
      if (tile + staged > available) continue;
      // A thread for each block of units and group of samples, in whole warps.
      const int items = unit_order(shape).block_count() * (samples / kGroup<Real>);
      const int threads = std::clamp((items + 31) / 32 * 32, kFewestThreads, kMostThreads);
      return {samples, {blocks, threads, static_cast<int>(tile), static_cast<int>(staged)}};
    }
  }
  const std::int64_t least = FlowTileMemory<Real>{shape, adjoint, kGroup<Real>}.bytes();
  throw ResourceError(std::string(name) + ": hidden = " + std::to_string(shape.hidden) + " with " +
                      std::to_string(layout.levels) + " levels needs " + std::to_string(least) +
                      " bytes of shared memory, this device has " + std::to_string(available));
}

STARLING_HD inline RowRange rows_of_flow_group(const FlowRowGroups& groups, std::int64_t padded_rows,
                                               std::int64_t g) {
  const std::int64_t end = (g + 1) * groups.rows;
  return {g * groups.rows, end < padded_rows ? end : padded_rows};
}

template <class Pass>
struct ForwardBody {
  Pass pass;
  FlowRowGroups groups;
  __device__ void operator()(const DeviceBlock& block, std::int64_t g) const {
    pass(block, rows_of_flow_group(groups, pass.padded_rows(), g));
  }
};

/// The workspace of the device holds the partial gradients of all layers of a group.
template <class Pass>
struct AdjointBody {
  Pass pass;
  FlowRowGroups groups;
  std::int64_t layer_sums;
  __device__ void operator()(const DeviceBlock& block, std::int64_t g) const {
    const RowRange rows = rows_of_flow_group(groups, pass.padded_rows(), g);
    const int layers = pass.args.shape.layers;
    const auto sums = [&](int layer) {
      return pass.args.parameters_adj == nullptr
                 ? nullptr
                 : pass.args.workspace + (g * (layers + 1) + layer) * layer_sums;
    };
    pass.begin(block, rows, sums(layers));
    for (int k = 0; k < layers; ++k) pass.layer(block, rows, pass.layer_at(k), sums(pass.layer_at(k)));
    pass.end(block, rows, sums(layers));
  }
};

/// Slot `index` of all layers, one after the other, then location and log scale.
template <class Real>
struct UnpackBody {
  AutoregressiveFlowAdjointArgs<Real> args;
  std::int64_t groups;
  std::int64_t slots;  // of a layer
  STARLING_HD void operator()(std::int64_t index) const {
    const std::int64_t layer = index / slots;
    const std::int64_t stride = (args.shape.layers + std::int64_t{1}) * slots * kSlot;
    const AccumulatorOf<Real>* sums = args.workspace + layer * slots * kSlot;
    Real* adj = args.parameters_adj + layer * packed_layer(args.shape).size();
    if (layer < args.shape.layers)
      UnpackFlowGradientBody<Real>{args.shape, groups, stride, sums, adj}(index % slots);
    else
      UnpackFinalGradientBody<Real>{args.shape.dimensions, groups, stride, sums, adj}(index % slots);
  }
};

template <FlowDirection direction, class Real>
void run_flow(const Exec& exec, const char* name, const AutoregressiveFlowArgs<Real>& args) {
  const PackFlowBody<Real> pack{args.shape, args.parameters, args.packed};
  constexpr int kPackThreads = 64;
  // Panels have gaps, which are staged with them.
  exec.fill_zero(args.packed, packed_flow_parameters(args.shape) * static_cast<std::int64_t>(sizeof(Real)));
  for_each_block_cuda(exec, "pack_flow", {pack.block_count(), kPackThreads, 0, 0}, pack);
  const FlowRowGroups groups = flow_row_groups(Backend::cuda, args.rows);
  const TileChoice tile = choose_tile<Real>(name, args.shape, false, groups.count);
  FlowForward<direction, Real, kGroup<Real>> pass;
  pass.args = args;
  pass.packs = tile.samples;
  for_each_block_cuda(exec, name, tile.launch, ForwardBody<decltype(pass)>{pass, groups});
}

template <FlowDirection direction, class Real>
void run_flow_adjoint(const Exec& exec, const char* name, const AutoregressiveFlowAdjointArgs<Real>& args) {
  const FlowRowGroups groups = flow_row_groups(Backend::cuda, args.rows);
  const TileChoice tile = choose_tile<Real>(name, args.shape, true, groups.count);
  const std::int64_t slots = gradient_slots(args.shape).count();
  FlowAdjoint<direction, Real, kGroup<Real>> pass;
  pass.args = args;
  pass.packs = tile.samples;
  for_each_block_cuda(exec, name, tile.launch, AdjointBody<decltype(pass)>{pass, groups, slots * kSlot});
  if (args.parameters_adj == nullptr) return;
  if (args.parameters_mode == GradientMode::overwrite)
    exec.fill_zero(args.parameters_adj,
                   flow_parameters(args.shape) * static_cast<std::int64_t>(sizeof(Real)));
  for_each_cuda(exec, "unpack_flow_gradient", args.shape.layers * slots + args.shape.dimensions,
                UnpackBody<Real>{args, groups.count, slots});
}

}  // namespace

template <class Real>
void flow_sample(const Exec& exec, const AutoregressiveFlowArgs<Real>& args) {
  run_flow<FlowDirection::sample>(exec, "flow_sample", args);
}
template <class Real>
void flow_density(const Exec& exec, const AutoregressiveFlowArgs<Real>& args) {
  run_flow<FlowDirection::density>(exec, "flow_density", args);
}
template <class Real>
void flow_sample_adjoint(const Exec& exec, const AutoregressiveFlowAdjointArgs<Real>& args) {
  run_flow_adjoint<FlowDirection::sample>(exec, "flow_sample_adjoint", args);
}
template <class Real>
void flow_density_adjoint(const Exec& exec, const AutoregressiveFlowAdjointArgs<Real>& args) {
  run_flow_adjoint<FlowDirection::density>(exec, "flow_density_adjoint", args);
}

#define STARLING_INSTANTIATE(Real)                                                            \
  template void flow_sample(const Exec&, const AutoregressiveFlowArgs<Real>&);                \
  template void flow_density(const Exec&, const AutoregressiveFlowArgs<Real>&);               \
  template void flow_sample_adjoint(const Exec&, const AutoregressiveFlowAdjointArgs<Real>&); \
  template void flow_density_adjoint(const Exec&, const AutoregressiveFlowAdjointArgs<Real>&);
STARLING_INSTANTIATE(float)
STARLING_INSTANTIATE(double)
STARLING_INSTANTIATE(Dual<float>)
STARLING_INSTANTIATE(Dual<double>)
#undef STARLING_INSTANTIATE

}  // namespace starling::cuda
