#pragma once

#include <cstdint>

#include <starling/core/dual.hpp>
#include <starling/core/kernel.hpp>
#include <starling/kernels/axis_view.hpp>
#include <starling/kernels/gradient_mode.hpp>

namespace starling {

/// softmax: y = exp(x - log_sum) along an axis, log_softmax: y = x - log_sum, with log_sum the log of the sum
/// of exp(x) along that axis (ReduceOperation::log_sum_exp).
enum class Normalisation { softmax, log_softmax };

template <class Real>
struct SoftmaxArgs {
  Normalisation normalisation;
  AxisView view;
  const Real* x;        // [outer][reduced][inner]
  const Real* log_sum;  // [outer][inner]
  Real* y;              // [outer][reduced][inner]
};

/// softmax: x_adj = y (y_adj - total), total = sum of y y_adj. log_softmax: x_adj = y_adj - exp(y) total,
/// total = sum of y_adj.
template <class Real>
struct SoftmaxAdjointArgs {
  Normalisation normalisation;
  AxisView view;
  const Real* y;      // [outer][reduced][inner]
  const Real* y_adj;  // [outer][reduced][inner]
  const Real* total;  // [outer][inner]
  Real* x_adj;        // [outer][reduced][inner]
  GradientMode mode;
};

namespace cpu {
template <class Real>
void softmax(const Exec& exec, const SoftmaxArgs<Real>& args);
template <class Real>
void softmax_adjoint(const Exec& exec, const SoftmaxAdjointArgs<Real>& args);
}  // namespace cpu

namespace cuda {
template <class Real>
void softmax(const Exec& exec, const SoftmaxArgs<Real>& args);
template <class Real>
void softmax_adjoint(const Exec& exec, const SoftmaxAdjointArgs<Real>& args);
}  // namespace cuda

namespace kernels {

template <class Real>
inline constexpr Kernel<SoftmaxArgs<Real>> softmax{
    "softmax", &cpu::softmax<Real>, STARLING_CUDA_KERNEL(cuda::softmax<Real>),
    [](const SoftmaxArgs<Real>& args) {
      return args.view.outer * (2 * args.view.reduced + 1) * args.view.inner *
             static_cast<std::int64_t>(sizeof(Real));
    }};

template <class Real>
inline constexpr Kernel<SoftmaxAdjointArgs<Real>> softmax_adjoint{
    "softmax_adjoint", &cpu::softmax_adjoint<Real>, STARLING_CUDA_KERNEL(cuda::softmax_adjoint<Real>),
    [](const SoftmaxAdjointArgs<Real>& args) {
      const std::int64_t passes = args.mode == GradientMode::accumulate ? 4 : 3;
      return args.view.outer * (passes * args.view.reduced + 1) * args.view.inner *
             static_cast<std::int64_t>(sizeof(Real));
    }};

}  // namespace kernels

}  // namespace starling
