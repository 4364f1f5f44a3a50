#pragma once

#include <cstdint>

#include <starling/core/dual.hpp>
#include <starling/core/kernel.hpp>
#include <starling/kernels/gradient_mode.hpp>

namespace starling {

/// Applied to the input of a linear map, element by element.
enum class Activation { identity, relu, tanh };

/// y = (weight * mask) f(x) + bias + residual, f the activation, * element by element. Fusing the activation
/// and the skip connection of a residual block saves four passes over [rows][width] arrays and keeps none of
/// f(x).
template <class Real>
struct MaskedLinearArgs {
  std::int64_t rows;
  std::int64_t inputs;
  std::int64_t outputs;
  Activation activation;
  const Real* x;         // [rows][inputs]
  const Real* weight;    // [outputs][inputs]
  const Real* mask;      // [outputs][inputs], 0 or 1; null: all 1
  const Real* bias;      // [outputs], null: none
  const Real* residual;  // [rows][outputs], null: none
  Real* y;               // [rows][outputs]
  Real* masked_weight;   // [outputs][inputs], written here and read by the adjoint
};

/// x_adj = f'(x) * (y_adj (weight * mask)), weight_adj = mask * (y_adj^T f(x)), bias_adj = sum over rows of
/// y_adj, residual_adj = y_adj. Null pointers: not wanted. Written in this order within a row, so that x_adj
/// and residual_adj may be the same memory. Weight gradients are summed over fixed groups of rows, then over
/// the groups.
template <class Real>
struct MaskedLinearAdjointArgs {
  std::int64_t rows;
  std::int64_t inputs;
  std::int64_t outputs;
  Activation activation;
  const Real* x;
  const Real* mask;
  const Real* masked_weight;
  const Real* y_adj;  // [rows][outputs]
  Real* x_adj;        // [rows][inputs]
  GradientMode x_mode;
  Real* weight_adj;  // [outputs][inputs]
  GradientMode weight_mode;
  Real* bias_adj;  // [outputs]
  GradientMode bias_mode;
  Real* residual_adj;  // [rows][outputs]
  GradientMode residual_mode;
  AccumulatorOf<Real>*
      workspace;  // [masked_linear_workspace(rows, inputs, outputs)] where weight_adj or bias_adj is wanted
};

/// Rows are handled in chunks of this many; at most kMaxRowGroups runs of chunks have their own weight
/// gradient.
inline constexpr std::int64_t kRowChunk = 256;
inline constexpr std::int64_t kMaxRowGroups = 64;

constexpr std::int64_t row_groups(std::int64_t rows) {
  const std::int64_t chunks = (rows + kRowChunk - 1) / kRowChunk;
  return chunks < kMaxRowGroups ? chunks : kMaxRowGroups;
}

/// Elements of workspace of the adjoint: one weight and bias gradient per group.
constexpr std::int64_t masked_linear_workspace(std::int64_t rows, std::int64_t inputs, std::int64_t outputs) {
  return row_groups(rows) * outputs * (inputs + 1);
}

namespace cpu {
template <class Real>
void masked_linear(const Exec& exec, const MaskedLinearArgs<Real>& args);
template <class Real>
void masked_linear_adjoint(const Exec& exec, const MaskedLinearAdjointArgs<Real>& args);
}  // namespace cpu

namespace cuda {
template <class Real>
void masked_linear(const Exec& exec, const MaskedLinearArgs<Real>& args);
template <class Real>
void masked_linear_adjoint(const Exec& exec, const MaskedLinearAdjointArgs<Real>& args);
}  // namespace cuda

namespace kernels {

template <class Real>
inline constexpr Kernel<MaskedLinearArgs<Real>> masked_linear{
    "masked_linear", &cpu::masked_linear<Real>, STARLING_CUDA_KERNEL(cuda::masked_linear<Real>),
    [](const MaskedLinearArgs<Real>& args) {
      const std::int64_t per_row = args.inputs + (args.residual == nullptr ? 1 : 2) * args.outputs;
      return (args.rows * per_row + 2 * args.outputs * args.inputs) * static_cast<std::int64_t>(sizeof(Real));
    }};

template <class Real>
inline constexpr Kernel<MaskedLinearAdjointArgs<Real>> masked_linear_adjoint{
    "masked_linear_adjoint", &cpu::masked_linear_adjoint<Real>,
    STARLING_CUDA_KERNEL(cuda::masked_linear_adjoint<Real>), [](const MaskedLinearAdjointArgs<Real>& args) {
      const std::int64_t x_passes = args.x_adj == nullptr ? 1 : 2;
      const std::int64_t y_passes = args.residual_adj == nullptr ? 1 : 2;
      return args.rows * (x_passes * args.inputs + y_passes * args.outputs) *
             static_cast<std::int64_t>(sizeof(Real));
    }};

}  // namespace kernels

}  // namespace starling
