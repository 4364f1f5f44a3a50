#pragma once

#include <array>
#include <cstdint>

#include <starling/core/kernel.hpp>
#include <starling/kernels/gradient_mode.hpp>

namespace starling {

/// Extents of a block and the strides, in elements, with which it lies in two arrays. Missing axes have
/// extent 1; the last axis is the fastest of the walk.
struct StridedLayout {
  std::array<std::int64_t, 4> extents{1, 1, 1, 1};
  std::array<std::int64_t, 4> x_strides{};
  std::array<std::int64_t, 4> y_strides{};
};

/// y at the strides of y (=|+=) x at the strides of x, over the extents: slices, concatenations and
/// permutations of axes are all of this form, and the adjoint is the same copy the other way, with
/// accumulation where y_adj is not the only contribution. Elements of y off the strides keep their values, so
/// the caller clears y first where they must be zero. Places of y must differ.
template <class Real>
struct StridedCopyArgs {
  StridedLayout layout;
  const Real* x;  // the first element of the block in x
  Real* y;        // the first element of the block in y
  GradientMode mode;
};

constexpr std::int64_t layout_rows(const StridedLayout& layout) {
  return layout.extents[0] * layout.extents[1] * layout.extents[2];
}

namespace cpu {
template <class Real>
void strided_copy(const Exec& exec, const StridedCopyArgs<Real>& args);
}  // namespace cpu

namespace cuda {
template <class Real>
void strided_copy(const Exec& exec, const StridedCopyArgs<Real>& args);
}  // namespace cuda

namespace kernels {

template <class Real>
inline constexpr Kernel<StridedCopyArgs<Real>> strided_copy{
    "strided_copy", &cpu::strided_copy<Real>, STARLING_CUDA_KERNEL(cuda::strided_copy<Real>),
    [](const StridedCopyArgs<Real>& args) {
      const std::int64_t passes = args.mode == GradientMode::accumulate ? 3 : 2;
      return passes * layout_rows(args.layout) * args.layout.extents[3] *
             static_cast<std::int64_t>(sizeof(Real));
    }};

}  // namespace kernels

}  // namespace starling
