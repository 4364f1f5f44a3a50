#pragma once

#include <cstdint>

#include <starling/core/dual.hpp>
#include <starling/core/kernel.hpp>

namespace starling {

/// Takes an array of Dual numbers apart into values and tangents, and puts it together again: for operations
/// that exist for plain numbers only.
template <class Real>
struct DualPartsArgs {
  std::int64_t n;
  Dual<Real>* joined;  // [n]
  Real* value;         // [n]
  Real* tangent;       // [n]
};

namespace cpu {
template <class Real>
void split_dual(const Exec& exec, const DualPartsArgs<Real>& args);
template <class Real>
void join_dual(const Exec& exec, const DualPartsArgs<Real>& args);
}  // namespace cpu

namespace cuda {
template <class Real>
void split_dual(const Exec& exec, const DualPartsArgs<Real>& args);
template <class Real>
void join_dual(const Exec& exec, const DualPartsArgs<Real>& args);
}  // namespace cuda

namespace kernels {

template <class Real>
inline constexpr Kernel<DualPartsArgs<Real>> split_dual{
    "split_dual", &cpu::split_dual<Real>, STARLING_CUDA_KERNEL(cuda::split_dual<Real>),
    [](const DualPartsArgs<Real>& args) { return 4 * args.n * static_cast<std::int64_t>(sizeof(Real)); }};

template <class Real>
inline constexpr Kernel<DualPartsArgs<Real>> join_dual{
    "join_dual", &cpu::join_dual<Real>, STARLING_CUDA_KERNEL(cuda::join_dual<Real>),
    [](const DualPartsArgs<Real>& args) { return 4 * args.n * static_cast<std::int64_t>(sizeof(Real)); }};

}  // namespace kernels

}  // namespace starling
