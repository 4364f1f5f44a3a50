#pragma once

#include <cstdint>

#include <starling/core/dual.hpp>
#include <starling/core/kernel.hpp>
#include <starling/kernels/gradient_mode.hpp>
#include <starling/kernels/masked_linear.hpp>

namespace starling {

/// Dimension j of the next layer is dimension (first + step j) mod n of the layer before it: the reversal
/// (step -1) and a rotation are of this form, so that no table is needed.
struct DimensionPermutation {
  std::int64_t first;
  std::int64_t step;
};

/// How an unconstrained number u becomes a scale s > 0.
enum class ScaleKind {
  bounded_exponential,  // s = exp(u / (1 + |u| / c)), c = ln 100: s(0) = 1, 1/100 < s < 100, slope never 0
  sigmoid_plus          // s = sigmoid(u + 2) + 0.001, as in the published peer (normflows): a contraction
};

/// A chain of masked affine autoregressive layers (Kingma et al. 2016, arXiv:1606.04934; Papamakarios et al.
/// 2017, arXiv:1705.07057), each with its own masked network (Germain et al. 2015, arXiv:1502.03509).
struct AutoregressiveFlowShape {
  int layers;
  int dimensions;  // D, at least 1
  int hidden;      // H, at least D - 1
  int blocks;
  bool residual;  // a block is h + W2 f(W1 f(h)); otherwise f(W h)
  Activation activation;
  ScaleKind scale;
  DimensionPermutation permutation;  // of the dimensions, before every layer but the first
};

/// Parameters lie in one flat vector: for each layer weight [outputs][inputs] and bias [outputs] of each map
/// of its network, first to last; then location [D] and log_scale [D].
constexpr std::int64_t hidden_levels(const AutoregressiveFlowShape& shape) {
  return 1 + shape.blocks * (shape.residual ? 2 : 1);
}
constexpr std::int64_t layer_parameters(const AutoregressiveFlowShape& shape) {
  const std::int64_t d = shape.dimensions;
  const std::int64_t h = shape.hidden;
  return h * (d + 1) + (hidden_levels(shape) - 1) * h * (h + 1) + 2 * d * (h + 1);
}
constexpr std::int64_t flow_parameters(const AutoregressiveFlowShape& shape) {
  return shape.layers * layer_parameters(shape) + std::int64_t{2} * shape.dimensions;
}

/// One pass through the whole flow. With x_0 the base draw and x_(l+1) the result of layer l,
///   z = permuted x_l,  (u_i, m_i) = network_l(z_1 … z_(i-1)),  x_(l+1),i = s(u_i) z_i + m_i,
///   theta = location + exp(log_scale) x_K,
///   log q(theta) = log N(x_0; 0, 1) - sum over layers and i of log s(u_i) - sum of log_scale.
/// Sampling goes from base to theta. The density direction solves the same equations for z_1, z_2, … in turn;
/// since hidden units of degree k depend on z_1 … z_k only, they too are found in that order, and the inverse
/// costs one pass through the network, not D.
///
/// Hidden units are sorted by degree (autoregressive_flow_order.hpp), so that each reads a prefix of its
/// inputs: there are no masks, and masked weights take no part. Rows are handled in tiles; the activations of
/// a tile live in the block's memory, one layer at a time. Moved besides points, images and parameters: the
/// states, (K + 1) D numbers per row, which is all that the adjoint needs.
///
/// Memory of a block for a tile of S samples and L hidden levels: (4 D + L H) (S + 1) numbers, in the adjoint
/// (4 D + 2 L H) (S + 1). On the device it is shared memory, and S the largest of 64, 32, … that fits, if
/// possible beside the weights of one map (H (H + 1) numbers): for D = 3, H = 64, L = 5 in float with S = 64
/// 84 KB, in the adjoint 166 KB (sm_80 takes S = 32 there). ResourceError where no tile fits.
template <class Real>
struct AutoregressiveFlowArgs {
  AutoregressiveFlowShape shape;
  std::int64_t rows;
  const Real* parameters;  // [flow_parameters]
  const Real* points;      // [rows][D]: base draws when sampling, theta in the density direction
  Real* image;             // [rows][D]: theta when sampling; base draws, null: not wanted
  Real* log_q;             // [rows]
  Real* packed;            // [packed_flow_parameters], written here and read by the adjoint
  Real* states;            // [flow_state_elements], as packed
};

/// The adjoint of either direction, with l = d log s / du and g the adjoint of log q. Sampling, layers last
/// to first:   z_adj = s x_adj,   u_adj = l (s z x_adj - g),   m_adj = x_adj. Density, layers first to last,
/// dimensions last to first:
///          x_adj = z_adj / s, u_adj = -l (z z_adj + g),    m_adj = -z_adj / s.
/// To these comes what the network passes back to its inputs: z_adj_i is complete once the units of degree >=
/// i have theirs, and the adjoint of the density direction, too, is one pass. Activations of a layer are
/// computed anew from its z. Parameter gradients are summed over tiles, then over the fixed groups of rows of
/// flow_row_groups(), always in the same order.
template <class Real>
struct AutoregressiveFlowAdjointArgs {
  AutoregressiveFlowShape shape;
  std::int64_t rows;
  const Real* packed;
  const Real* states;
  const Real* image_adj;  // [rows][D], null: 0
  const Real* log_q_adj;  // [rows], null: 0
  Real* points_adj;       // [rows][D], null: not wanted
  GradientMode points_mode;
  Real* parameters_adj;  // [flow_parameters], null: not wanted; 0 for masked weights
  GradientMode parameters_mode;
  Real* state_adj;                 // [flow_state_adjoint_elements]
  AccumulatorOf<Real>* workspace;  // [flow_workspace] where parameters_adj is wanted
};

/// Rows of the arrays that the passes keep for themselves, [..][row], are padded to whole tiles of any kind.
inline constexpr std::int64_t kFlowRowPadding = 64;
constexpr std::int64_t flow_padded_rows(std::int64_t rows) {
  return (rows + kFlowRowPadding - 1) / kFlowRowPadding * kFlowRowPadding;
}
/// states [K + 1][D][padded rows], then log q [padded rows]
constexpr std::int64_t flow_state_elements(const AutoregressiveFlowShape& shape, std::int64_t rows) {
  return flow_padded_rows(rows) * ((shape.layers + std::int64_t{1}) * shape.dimensions + 1);
}
/// adjoint of the state at hand [D][padded rows], then that of log q [padded rows]
constexpr std::int64_t flow_state_adjoint_elements(const AutoregressiveFlowShape& shape, std::int64_t rows) {
  return flow_padded_rows(rows) * (shape.dimensions + std::int64_t{1});
}

/// Runs of rows with a parameter gradient of their own. On the host few, whose gradients of one layer stay in
/// the cache; on the device one for each block. Depends on nothing but the number of rows.
struct FlowRowGroups {
  std::int64_t count;
  std::int64_t rows;  // of each but the last; a multiple of kFlowRowPadding
};
constexpr FlowRowGroups flow_row_groups(Backend backend, std::int64_t rows) {
  const std::int64_t most = backend == Backend::cpu ? 16 : 256;
  const std::int64_t each = flow_padded_rows((rows + most - 1) / most);
  return {rows == 0 ? 0 : (rows + each - 1) / each, each};
}

std::int64_t packed_flow_parameters(const AutoregressiveFlowShape& shape);
std::int64_t flow_workspace(Backend backend, const AutoregressiveFlowShape& shape, std::int64_t rows);

namespace cpu {
template <class Real>
void flow_sample(const Exec& exec, const AutoregressiveFlowArgs<Real>& args);
template <class Real>
void flow_density(const Exec& exec, const AutoregressiveFlowArgs<Real>& args);
template <class Real>
void flow_sample_adjoint(const Exec& exec, const AutoregressiveFlowAdjointArgs<Real>& args);
template <class Real>
void flow_density_adjoint(const Exec& exec, const AutoregressiveFlowAdjointArgs<Real>& args);
}  // namespace cpu

namespace cuda {
template <class Real>
void flow_sample(const Exec& exec, const AutoregressiveFlowArgs<Real>& args);
template <class Real>
void flow_density(const Exec& exec, const AutoregressiveFlowArgs<Real>& args);
template <class Real>
void flow_sample_adjoint(const Exec& exec, const AutoregressiveFlowAdjointArgs<Real>& args);
template <class Real>
void flow_density_adjoint(const Exec& exec, const AutoregressiveFlowAdjointArgs<Real>& args);
}  // namespace cuda

namespace kernels {

template <class Real>
std::int64_t flow_bytes(const AutoregressiveFlowArgs<Real>& args) {
  const std::int64_t images = args.image == nullptr ? 1 : 2;
  const std::int64_t per_row = (args.shape.layers + 1 + images) * args.shape.dimensions + 1;
  return (args.rows * per_row + 3 * flow_parameters(args.shape)) * static_cast<std::int64_t>(sizeof(Real));
}
template <class Real>
std::int64_t flow_adjoint_bytes(const AutoregressiveFlowAdjointArgs<Real>& args) {
  const std::int64_t points = args.points_adj == nullptr ? 0 : 1;
  const std::int64_t per_row = (args.shape.layers + 2 + points) * args.shape.dimensions + 1;
  return (args.rows * per_row + 2 * flow_parameters(args.shape)) * static_cast<std::int64_t>(sizeof(Real));
}

template <class Real>
inline constexpr Kernel<AutoregressiveFlowArgs<Real>> flow_sample{
    "flow_sample", &cpu::flow_sample<Real>, STARLING_CUDA_KERNEL(cuda::flow_sample<Real>), &flow_bytes<Real>};
template <class Real>
inline constexpr Kernel<AutoregressiveFlowArgs<Real>> flow_density{
    "flow_density", &cpu::flow_density<Real>, STARLING_CUDA_KERNEL(cuda::flow_density<Real>),
    &flow_bytes<Real>};
template <class Real>
inline constexpr Kernel<AutoregressiveFlowAdjointArgs<Real>> flow_sample_adjoint{
    "flow_sample_adjoint", &cpu::flow_sample_adjoint<Real>,
    STARLING_CUDA_KERNEL(cuda::flow_sample_adjoint<Real>), &flow_adjoint_bytes<Real>};
template <class Real>
inline constexpr Kernel<AutoregressiveFlowAdjointArgs<Real>> flow_density_adjoint{
    "flow_density_adjoint", &cpu::flow_density_adjoint<Real>,
    STARLING_CUDA_KERNEL(cuda::flow_density_adjoint<Real>), &flow_adjoint_bytes<Real>};

}  // namespace kernels

}  // namespace starling
