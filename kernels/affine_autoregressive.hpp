#pragma once

#include <cstdint>

#include <starling/core/kernel.hpp>
#include <starling/kernels/gradient_mode.hpp>

namespace starling {

/// How an unconstrained number u becomes a scale s > 0.
enum class ScaleKind {
  bounded_exponential,  // s = exp(u / (1 + |u| / c)), c = ln 100: s(0) = 1, 1/100 < s < 100, slope never 0
  sigmoid_plus          // s = sigmoid(u + 2) + 0.001, as in the published peer (normflows): a contraction
};

/// One masked affine autoregressive layer in the sampling direction (Kingma et al. 2016, arXiv:1606.04934):
///   x_i = s(u_i) z_i + m_i,   log_det = sum over i of log s(u_i),
/// where u_i and m_i come from a network that sees z_1 … z_(i-1) only.
template <class Real>
struct AffineAutoregressiveArgs {
  std::int64_t rows;
  std::int64_t dimensions;
  ScaleKind scale;
  const Real* z;            // [rows][dimensions]
  const Real* conditioner;  // [rows][dimensions][2]: u, m
  Real* x;                  // [rows][dimensions]
  Real* log_det;            // [rows]
};

/// With l = d log s / du: z_adj = s x_adj, u_adj = l (s z x_adj + log_det_adj), m_adj = x_adj.
template <class Real>
struct AffineAutoregressiveAdjointArgs {
  std::int64_t rows;
  std::int64_t dimensions;
  ScaleKind scale;
  const Real* z;
  const Real* conditioner;
  const Real* x_adj;        // [rows][dimensions]
  const Real* log_det_adj;  // [rows]
  Real* z_adj;              // [rows][dimensions], null: not wanted
  GradientMode z_mode;
  Real* conditioner_adj;  // [rows][dimensions][2], null: not wanted
  GradientMode conditioner_mode;
};

/// The density direction, for the first `known` dimensions: z_i = (x_i - m_i) / s(u_i) and
/// log_det = -sum of log s(u_i); the other z_i are 0. Pass k of the inversion knows u and m of k dimensions.
template <class Real>
struct AffineAutoregressiveInverseArgs {
  std::int64_t rows;
  std::int64_t dimensions;
  std::int64_t known;
  ScaleKind scale;
  const Real* x;            // [rows][dimensions]
  const Real* conditioner;  // [rows][dimensions][2]
  Real* z;                  // [rows][dimensions]
  Real* log_det;            // [rows]
};

/// x_adj = z_adj / s, u_adj = -l (z z_adj + log_det_adj), m_adj = -z_adj / s; 0 beyond the known dimensions.
template <class Real>
struct AffineAutoregressiveInverseAdjointArgs {
  std::int64_t rows;
  std::int64_t dimensions;
  std::int64_t known;
  ScaleKind scale;
  const Real* z;
  const Real* conditioner;
  const Real* z_adj;        // [rows][dimensions]
  const Real* log_det_adj;  // [rows]
  Real* x_adj;              // [rows][dimensions], null: not wanted
  GradientMode x_mode;
  Real* conditioner_adj;  // [rows][dimensions][2], null: not wanted
  GradientMode conditioner_mode;
};

namespace cpu {
template <class Real>
void affine_autoregressive(const Exec& exec, const AffineAutoregressiveArgs<Real>& args);
template <class Real>
void affine_autoregressive_adjoint(const Exec& exec, const AffineAutoregressiveAdjointArgs<Real>& args);
template <class Real>
void affine_autoregressive_inverse(const Exec& exec, const AffineAutoregressiveInverseArgs<Real>& args);
template <class Real>
void affine_autoregressive_inverse_adjoint(const Exec& exec,
                                           const AffineAutoregressiveInverseAdjointArgs<Real>& args);
}  // namespace cpu

namespace cuda {
template <class Real>
void affine_autoregressive(const Exec& exec, const AffineAutoregressiveArgs<Real>& args);
template <class Real>
void affine_autoregressive_adjoint(const Exec& exec, const AffineAutoregressiveAdjointArgs<Real>& args);
template <class Real>
void affine_autoregressive_inverse(const Exec& exec, const AffineAutoregressiveInverseArgs<Real>& args);
template <class Real>
void affine_autoregressive_inverse_adjoint(const Exec& exec,
                                           const AffineAutoregressiveInverseAdjointArgs<Real>& args);
}  // namespace cuda

namespace kernels {

template <class Real>
inline constexpr Kernel<AffineAutoregressiveArgs<Real>> affine_autoregressive{
    "affine_autoregressive", &cpu::affine_autoregressive<Real>,
    STARLING_CUDA_KERNEL(cuda::affine_autoregressive<Real>), [](const AffineAutoregressiveArgs<Real>& args) {
      return args.rows * (4 * args.dimensions + 1) * static_cast<std::int64_t>(sizeof(Real));
    }};

template <class Real>
inline constexpr Kernel<AffineAutoregressiveAdjointArgs<Real>> affine_autoregressive_adjoint{
    "affine_autoregressive_adjoint", &cpu::affine_autoregressive_adjoint<Real>,
    STARLING_CUDA_KERNEL(cuda::affine_autoregressive_adjoint<Real>),
    [](const AffineAutoregressiveAdjointArgs<Real>& args) {
      return args.rows * (7 * args.dimensions + 1) * static_cast<std::int64_t>(sizeof(Real));
    }};

template <class Real>
inline constexpr Kernel<AffineAutoregressiveInverseArgs<Real>> affine_autoregressive_inverse{
    "affine_autoregressive_inverse", &cpu::affine_autoregressive_inverse<Real>,
    STARLING_CUDA_KERNEL(cuda::affine_autoregressive_inverse<Real>),
    [](const AffineAutoregressiveInverseArgs<Real>& args) {
      return args.rows * (3 * args.known + args.dimensions + 1) * static_cast<std::int64_t>(sizeof(Real));
    }};

template <class Real>
inline constexpr Kernel<AffineAutoregressiveInverseAdjointArgs<Real>> affine_autoregressive_inverse_adjoint{
    "affine_autoregressive_inverse_adjoint", &cpu::affine_autoregressive_inverse_adjoint<Real>,
    STARLING_CUDA_KERNEL(cuda::affine_autoregressive_inverse_adjoint<Real>),
    [](const AffineAutoregressiveInverseAdjointArgs<Real>& args) {
      return args.rows * (4 * args.known + 3 * args.dimensions + 1) * static_cast<std::int64_t>(sizeof(Real));
    }};

}  // namespace kernels

}  // namespace starling
