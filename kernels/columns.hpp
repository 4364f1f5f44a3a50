#pragma once

#include <cstdint>

#include <starling/core/kernel.hpp>
#include <starling/kernels/gradient_mode.hpp>

namespace starling {

/// Column j of the result is column (first + step j) mod `columns` of x: a slice (step 1), an interleaved
/// pick (step 2), the reversal (step -1) and a rotation are all of this form, so that no index array is
/// needed. Needs 0 <= first < columns; picked columns must differ.
struct ColumnPick {
  std::int64_t columns;  // of x
  std::int64_t picked;   // of y
  std::int64_t first;
  std::int64_t step;
};

/// y[r][j] = x[r][column(j)]
template <class Real>
struct PickColumnsArgs {
  std::int64_t rows;
  ColumnPick pick;
  const Real* x;  // [rows][columns]
  Real* y;        // [rows][picked]
};

/// x_adj[r][column(j)] = y_adj[r][j], zero in the columns that were not picked
template <class Real>
struct PickColumnsAdjointArgs {
  std::int64_t rows;
  ColumnPick pick;
  const Real* y_adj;  // [rows][picked]
  Real* x_adj;        // [rows][columns]
  GradientMode mode;
};

namespace cpu {
template <class Real>
void pick_columns(const Exec& exec, const PickColumnsArgs<Real>& args);
template <class Real>
void pick_columns_adjoint(const Exec& exec, const PickColumnsAdjointArgs<Real>& args);
}  // namespace cpu

namespace cuda {
template <class Real>
void pick_columns(const Exec& exec, const PickColumnsArgs<Real>& args);
template <class Real>
void pick_columns_adjoint(const Exec& exec, const PickColumnsAdjointArgs<Real>& args);
}  // namespace cuda

namespace kernels {

template <class Real>
inline constexpr Kernel<PickColumnsArgs<Real>> pick_columns{
    "pick_columns", &cpu::pick_columns<Real>, STARLING_CUDA_KERNEL(cuda::pick_columns<Real>),
    [](const PickColumnsArgs<Real>& args) {
      return 2 * args.rows * args.pick.picked * static_cast<std::int64_t>(sizeof(Real));
    }};

template <class Real>
inline constexpr Kernel<PickColumnsAdjointArgs<Real>> pick_columns_adjoint{
    "pick_columns_adjoint", &cpu::pick_columns_adjoint<Real>,
    STARLING_CUDA_KERNEL(cuda::pick_columns_adjoint<Real>), [](const PickColumnsAdjointArgs<Real>& args) {
      return args.rows * (args.pick.picked + args.pick.columns) * static_cast<std::int64_t>(sizeof(Real));
    }};

}  // namespace kernels

}  // namespace starling
