#pragma once

#include <cstdint>

#include <starling/core/dual.hpp>
#include <starling/core/kernel.hpp>
#include <starling/kernels/gradient_mode.hpp>

namespace starling {

/// Between which of n ascending values the quantile of a level lies: at level (n - 1), counted from 0, with
/// straight lines between the values (definition 7 of Hyndman and Fan 1996).
struct QuantilePlace {
  std::int64_t lower;
  std::int64_t upper;  // lower, or the next
  double fraction;     // of the way from lower to upper
};
/// n at least 1, level in [0, 1].
constexpr QuantilePlace quantile_place(std::int64_t n, double level) {
  const double place = level * static_cast<double>(n - 1);
  const auto lower = static_cast<std::int64_t>(place);
  return {lower, lower + 1 < n ? lower + 1 : lower, place - static_cast<double>(lower)};
}

/// y = (1 - fraction) x[positions[0]] + fraction x[positions[1]], the positions of the two values in x: of
/// equal values the earlier counts as the smaller. NaN counts as larger than every number.
template <class Real>
struct QuantileArgs {
  std::int64_t n;  // at least 1, less than 2^31
  QuantilePlace place;
  const Real* x;            // [n]
  Real* y;                  // [1]
  std::int64_t* positions;  // [2], out
  void* workspace;          // [quantile_workspace_bytes(exec, n)], 256-byte aligned on the device
  std::int64_t workspace_bytes;
};

/// x_adj is y_adj times the weights of the two values, 0 elsewhere.
template <class Real>
struct QuantileAdjointArgs {
  std::int64_t n;
  QuantilePlace place;
  const std::int64_t* positions;  // [2]
  const Real* y_adj;              // [1]
  Real* x_adj;                    // [n]
  GradientMode mode;
};

template <class Real>
std::int64_t quantile_workspace_bytes(const Exec& exec, std::int64_t n);

namespace cpu {
template <class Real>
std::int64_t quantile_workspace_bytes(std::int64_t n);
template <class Real>
void quantile(const Exec& exec, const QuantileArgs<Real>& args);
template <class Real>
void quantile_adjoint(const Exec& exec, const QuantileAdjointArgs<Real>& args);
}  // namespace cpu

namespace cuda {
template <class Real>
std::int64_t quantile_workspace_bytes(const Exec& exec, std::int64_t n);
template <class Real>
void quantile(const Exec& exec, const QuantileArgs<Real>& args);
template <class Real>
void quantile_adjoint(const Exec& exec, const QuantileAdjointArgs<Real>& args);
}  // namespace cuda

namespace kernels {

template <class Real>
inline constexpr Kernel<QuantileArgs<Real>> quantile{
    "quantile", &cpu::quantile<Real>, STARLING_CUDA_KERNEL(cuda::quantile<Real>),
    [](const QuantileArgs<Real>& args) { return args.n * static_cast<std::int64_t>(sizeof(Real)); }};

template <class Real>
inline constexpr Kernel<QuantileAdjointArgs<Real>> quantile_adjoint{
    "quantile_adjoint", &cpu::quantile_adjoint<Real>, STARLING_CUDA_KERNEL(cuda::quantile_adjoint<Real>),
    [](const QuantileAdjointArgs<Real>& args) {
      return (args.mode == GradientMode::overwrite ? args.n : 4) * static_cast<std::int64_t>(sizeof(Real));
    }};

}  // namespace kernels

}  // namespace starling
