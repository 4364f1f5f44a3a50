#pragma once

#include <cstddef>
#include <cstdint>

#include <starling/core/dual.hpp>
#include <starling/core/kernel.hpp>
#include <starling/kernels/axis_view.hpp>
#include <starling/kernels/gradient_mode.hpp>

namespace starling {

/// Reductions along one axis, in one fixed tree whatever the number of threads and the device: chunks of
/// kReduceChunk neighbours, then chunks of chunks. Where the axis is the fastest in memory a chunk is split
/// over kReduceLanes lanes (element r goes to lane r mod kReduceLanes), which are merged pairwise: a warp of
/// a device reads whole lines, the host vectorises.
enum class ReduceOperation {
  sum,         // scale * sum of x; of x * factor where a factor is given
  max,         // the largest element and where it is; of equal ones the first
  log_sum_exp  // log(sum of exp(x)), the largest taken out first; -infinity for an axis of -infinity
};

inline constexpr std::int64_t kReduceChunk = 1024;
inline constexpr int kReduceLanes = 32;

template <class Real>
struct ReduceArgs {
  ReduceOperation operation;
  AxisView view;
  double scale = 1.0;
  const Real* x;                                // [outer][reduced][inner]
  const Real* factor = nullptr;                 // [outer][reduced][inner] or null; sum only
  Real* y;                                      // [outer][inner]
  std::int64_t* position = nullptr;             // [outer][inner], of the largest element; max only
  GradientMode mode = GradientMode::overwrite;  // how y is written: a sum may itself be an adjoint
  std::byte* workspace;                         // [reduce_workspace<Real>(operation, view)]
};

/// Bytes of workspace that a reduction needs, 0 for up to kReduceChunk terms.
template <class Real>
std::int64_t reduce_workspace(ReduceOperation operation, const AxisView& view);

/// x_adj from y_adj. sum: scale * y_adj. max: y_adj at `position`, 0 elsewhere. log_sum_exp: exp(x - y)
/// y_adj.
template <class Real>
struct ReduceAdjointArgs {
  ReduceOperation operation;
  AxisView view;
  double scale = 1.0;
  const Real* x;                 // [outer][reduced][inner], log_sum_exp only
  const Real* y;                 // [outer][inner], log_sum_exp only
  const std::int64_t* position;  // [outer][inner], max only
  const Real* y_adj;             // [outer][inner]
  Real* x_adj;                   // [outer][reduced][inner]
  GradientMode mode;
};

namespace cpu {
template <class Real>
void reduce(const Exec& exec, const ReduceArgs<Real>& args);
template <class Real>
void reduce_adjoint(const Exec& exec, const ReduceAdjointArgs<Real>& args);
}  // namespace cpu

namespace cuda {
template <class Real>
void reduce(const Exec& exec, const ReduceArgs<Real>& args);
template <class Real>
void reduce_adjoint(const Exec& exec, const ReduceAdjointArgs<Real>& args);
}  // namespace cuda

namespace kernels {

template <class Real>
inline constexpr Kernel<ReduceArgs<Real>> reduce{
    "reduce", &cpu::reduce<Real>, STARLING_CUDA_KERNEL(cuda::reduce<Real>), [](const ReduceArgs<Real>& args) {
      const std::int64_t arrays = args.factor == nullptr ? 1 : 2;
      return args.view.outer * (arrays * args.view.reduced + 1) * args.view.inner *
             static_cast<std::int64_t>(sizeof(Real));
    }};

template <class Real>
inline constexpr Kernel<ReduceAdjointArgs<Real>> reduce_adjoint{
    "reduce_adjoint", &cpu::reduce_adjoint<Real>, STARLING_CUDA_KERNEL(cuda::reduce_adjoint<Real>),
    [](const ReduceAdjointArgs<Real>& args) {
      const std::int64_t passes = (args.operation == ReduceOperation::log_sum_exp ? 2 : 1) +
                                  (args.mode == GradientMode::accumulate ? 1 : 0);
      return args.view.outer * (passes * args.view.reduced + 1) * args.view.inner *
             static_cast<std::int64_t>(sizeof(Real));
    }};

}  // namespace kernels

}  // namespace starling
