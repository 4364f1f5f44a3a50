#pragma once

#include <array>
#include <cstdint>

#include <starling/core/kernel.hpp>
#include <starling/kernels/gradient_mode.hpp>

namespace starling {

/// y = f(x), element by element; `affine` is a x + b, `reciprocal` a / x, `power` x^a, `clamp` x between a
/// and b.
enum class UnaryOperation {
  affine,
  reciprocal,
  power,
  exp,
  expm1,
  log,
  log1p,
  sqrt,
  square,
  tanh,
  sigmoid,
  softplus,
  relu,
  abs,
  clamp,
  clamp_pass_through
};

template <class Real>
struct UnaryArgs {
  UnaryOperation operation;
  std::int64_t n;
  Real a;         // first constant of the operation, if it has one
  Real b;         // second constant
  const Real* x;  // [n]
  Real* y;        // [n], may be x
};

/// x_adj = f'(x) y_adj
template <class Real>
struct UnaryAdjointArgs {
  UnaryOperation operation;
  std::int64_t n;
  Real a;
  Real b;
  const Real* x;      // [n]
  const Real* y;      // [n]
  const Real* y_adj;  // [n]
  Real* x_adj;        // [n]
  GradientMode mode;
};

enum class BinaryOperation {
  add,
  subtract,
  multiply,
  divide,
  minimum,
  maximum,
  straight_through,
  greater,
  greater_equal
};

/// Extents of a result and the strides, in elements, with which up to three operands run over it; 0 repeats
/// an operand along an axis. `rank` is at least 1; the last axis is the fastest.
struct BroadcastLayout {
  using Axes = std::array<std::int64_t, 4>;
  int rank = 1;
  Axes extents{1, 1, 1, 1};
  std::array<Axes, 3> strides{};

  /// Element i of the result takes element i of the first two operands.
  [[nodiscard]] constexpr bool contiguous() const {
    return rank == 1 && (extents[0] == 1 || (strides[0][0] == 1 && strides[1][0] == 1));
  }
};

/// y = a op b
template <class Real>
struct BinaryArgs {
  BinaryOperation operation;
  std::int64_t n;
  BroadcastLayout layout;
  const Real* a;
  const Real* b;
  Real* y;  // [n]
};

enum class Operand { a, b };

/// y = condition != 0 ? a : b, the operands of the layout in this order.
template <class Real>
struct WhereArgs {
  std::int64_t n;
  BroadcastLayout layout;
  const Real* condition;
  const Real* a;
  const Real* b;
  Real* y;  // [n]
};

/// operand_adj = y_adj where the operand was taken, 0 elsewhere; at the extents of the result.
template <class Real>
struct WhereAdjointArgs {
  Operand operand;
  std::int64_t n;
  BroadcastLayout layout;
  const Real* condition;
  const Real* y_adj;  // [n]
  Real* operand_adj;  // [n]
  GradientMode mode;
};

/// operand_adj = dy/d(operand) y_adj, at the extents of the result; the sum over repeated axes is the
/// caller's.
template <class Real>
struct BinaryAdjointArgs {
  BinaryOperation operation;
  Operand operand;
  std::int64_t n;
  BroadcastLayout layout;
  const Real* a;
  const Real* b;
  const Real* y_adj;  // [n]
  Real* operand_adj;  // [n]
  GradientMode mode;
};

namespace cpu {
template <class Real>
void where(const Exec& exec, const WhereArgs<Real>& args);
template <class Real>
void where_adjoint(const Exec& exec, const WhereAdjointArgs<Real>& args);
template <class Real>
void unary(const Exec& exec, const UnaryArgs<Real>& args);
template <class Real>
void unary_adjoint(const Exec& exec, const UnaryAdjointArgs<Real>& args);
template <class Real>
void binary(const Exec& exec, const BinaryArgs<Real>& args);
template <class Real>
void binary_adjoint(const Exec& exec, const BinaryAdjointArgs<Real>& args);
}  // namespace cpu

namespace cuda {
template <class Real>
void where(const Exec& exec, const WhereArgs<Real>& args);
template <class Real>
void where_adjoint(const Exec& exec, const WhereAdjointArgs<Real>& args);
template <class Real>
void unary(const Exec& exec, const UnaryArgs<Real>& args);
template <class Real>
void unary_adjoint(const Exec& exec, const UnaryAdjointArgs<Real>& args);
template <class Real>
void binary(const Exec& exec, const BinaryArgs<Real>& args);
template <class Real>
void binary_adjoint(const Exec& exec, const BinaryAdjointArgs<Real>& args);
}  // namespace cuda

namespace kernels {

template <class Real>
constexpr std::int64_t kBytesOf = static_cast<std::int64_t>(sizeof(Real));

template <class Real>
inline constexpr Kernel<UnaryArgs<Real>> unary{
    "unary", &cpu::unary<Real>, STARLING_CUDA_KERNEL(cuda::unary<Real>),
    [](const UnaryArgs<Real>& args) { return 2 * args.n * kBytesOf<Real>; }};

template <class Real>
inline constexpr Kernel<UnaryAdjointArgs<Real>> unary_adjoint{
    "unary_adjoint", &cpu::unary_adjoint<Real>, STARLING_CUDA_KERNEL(cuda::unary_adjoint<Real>),
    [](const UnaryAdjointArgs<Real>& args) {
      return (args.mode == GradientMode::accumulate ? 5 : 4) * args.n * kBytesOf<Real>;
    }};

template <class Real>
inline constexpr Kernel<BinaryArgs<Real>> binary{
    "binary", &cpu::binary<Real>, STARLING_CUDA_KERNEL(cuda::binary<Real>),
    [](const BinaryArgs<Real>& args) { return 3 * args.n * kBytesOf<Real>; }};

template <class Real>
inline constexpr Kernel<BinaryAdjointArgs<Real>> binary_adjoint{
    "binary_adjoint", &cpu::binary_adjoint<Real>, STARLING_CUDA_KERNEL(cuda::binary_adjoint<Real>),
    [](const BinaryAdjointArgs<Real>& args) {
      return (args.mode == GradientMode::accumulate ? 5 : 4) * args.n * kBytesOf<Real>;
    }};

template <class Real>
inline constexpr Kernel<WhereArgs<Real>> where{
    "where", &cpu::where<Real>, STARLING_CUDA_KERNEL(cuda::where<Real>),
    [](const WhereArgs<Real>& args) { return 4 * args.n * kBytesOf<Real>; }};

template <class Real>
inline constexpr Kernel<WhereAdjointArgs<Real>> where_adjoint{
    "where_adjoint", &cpu::where_adjoint<Real>, STARLING_CUDA_KERNEL(cuda::where_adjoint<Real>),
    [](const WhereAdjointArgs<Real>& args) {
      return (args.mode == GradientMode::accumulate ? 4 : 3) * args.n * kBytesOf<Real>;
    }};

}  // namespace kernels

}  // namespace starling
