#pragma once

#include <cstdint>

#include <starling/core/kernel.hpp>
#include <starling/kernels/gradient_mode.hpp>

namespace starling {

/// y[o][i] = scale * sum over r of x[o][r][i]. Terms are added in double, in chunks of kSumChunk neighbours
/// and then chunks of chunks: a fixed tree, whatever the number of threads.
template <class Real>
struct SumAxisArgs {
  std::int64_t outer;
  std::int64_t reduced;
  std::int64_t inner;
  double scale;
  const Real* x;      // [outer][reduced][inner]
  Real* y;            // [outer][inner]
  GradientMode mode;  // how y is written: a sum over a repeated axis is itself an adjoint
  double* workspace;  // [sum_axis_workspace(outer, reduced, inner)]
};

inline constexpr std::int64_t kSumChunk = 1024;

/// Elements of workspace that a sum needs, 0 for up to kSumChunk terms.
std::int64_t sum_axis_workspace(std::int64_t outer, std::int64_t reduced, std::int64_t inner);

/// x_adj[o][r][i] = scale * y_adj[o][i]
template <class Real>
struct SumAxisAdjointArgs {
  std::int64_t outer;
  std::int64_t reduced;
  std::int64_t inner;
  double scale;
  const Real* y_adj;  // [outer][inner]
  Real* x_adj;        // [outer][reduced][inner]
  GradientMode mode;
};

/// y[r] = log(sum over c of exp(x[r][c])), the largest term taken out first; -infinity for a row of
/// -infinity.
template <class Real>
struct LogSumExpArgs {
  std::int64_t rows;
  std::int64_t columns;
  const Real* x;  // [rows][columns]
  Real* y;        // [rows]
};

/// x_adj[r][c] = exp(x[r][c] - y[r]) y_adj[r]
template <class Real>
struct LogSumExpAdjointArgs {
  std::int64_t rows;
  std::int64_t columns;
  const Real* x;      // [rows][columns]
  const Real* y;      // [rows]
  const Real* y_adj;  // [rows]
  Real* x_adj;        // [rows][columns]
  GradientMode mode;
};

namespace cpu {
template <class Real>
void sum_axis(const Exec& exec, const SumAxisArgs<Real>& args);
template <class Real>
void sum_axis_adjoint(const Exec& exec, const SumAxisAdjointArgs<Real>& args);
template <class Real>
void log_sum_exp(const Exec& exec, const LogSumExpArgs<Real>& args);
template <class Real>
void log_sum_exp_adjoint(const Exec& exec, const LogSumExpAdjointArgs<Real>& args);
}  // namespace cpu

namespace cuda {
template <class Real>
void sum_axis(const Exec& exec, const SumAxisArgs<Real>& args);
template <class Real>
void sum_axis_adjoint(const Exec& exec, const SumAxisAdjointArgs<Real>& args);
template <class Real>
void log_sum_exp(const Exec& exec, const LogSumExpArgs<Real>& args);
template <class Real>
void log_sum_exp_adjoint(const Exec& exec, const LogSumExpAdjointArgs<Real>& args);
}  // namespace cuda

namespace kernels {

template <class Real>
inline constexpr Kernel<SumAxisArgs<Real>> sum_axis{
    "sum_axis", &cpu::sum_axis<Real>, STARLING_CUDA_KERNEL(cuda::sum_axis<Real>),
    [](const SumAxisArgs<Real>& args) {
      return args.outer * (args.reduced + 1) * args.inner * static_cast<std::int64_t>(sizeof(Real));
    }};

template <class Real>
inline constexpr Kernel<SumAxisAdjointArgs<Real>> sum_axis_adjoint{
    "sum_axis_adjoint", &cpu::sum_axis_adjoint<Real>, STARLING_CUDA_KERNEL(cuda::sum_axis_adjoint<Real>),
    [](const SumAxisAdjointArgs<Real>& args) {
      return args.outer * (args.reduced + 1) * args.inner * static_cast<std::int64_t>(sizeof(Real));
    }};

template <class Real>
inline constexpr Kernel<LogSumExpArgs<Real>> log_sum_exp{
    "log_sum_exp", &cpu::log_sum_exp<Real>, STARLING_CUDA_KERNEL(cuda::log_sum_exp<Real>),
    [](const LogSumExpArgs<Real>& args) {
      return args.rows * (args.columns + 1) * static_cast<std::int64_t>(sizeof(Real));
    }};

template <class Real>
inline constexpr Kernel<LogSumExpAdjointArgs<Real>> log_sum_exp_adjoint{
    "log_sum_exp_adjoint", &cpu::log_sum_exp_adjoint<Real>,
    STARLING_CUDA_KERNEL(cuda::log_sum_exp_adjoint<Real>), [](const LogSumExpAdjointArgs<Real>& args) {
      return args.rows * (2 * args.columns + 2) * static_cast<std::int64_t>(sizeof(Real));
    }};

}  // namespace kernels

}  // namespace starling
