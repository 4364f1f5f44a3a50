#pragma once

#include <array>
#include <cstdint>

#include <starling/core/kernel.hpp>
#include <starling/kernels/gradient_mode.hpp>

namespace starling {

/// y = f(x), element by element; `affine` is a x + b, `reciprocal` a / x, `power` x^a.
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
  abs
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

enum class BinaryOperation { add, subtract, multiply, divide };

/// Extents of a result and the strides, in elements, with which two operands run over it; 0 repeats an
/// operand along an axis. `rank` is at least 1; the last axis is the fastest.
struct BroadcastLayout {
  int rank = 1;
  std::array<std::int64_t, 4> extents{1, 1, 1, 1};
  std::array<std::int64_t, 4> a_strides{};
  std::array<std::int64_t, 4> b_strides{};
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

}  // namespace kernels

}  // namespace starling
