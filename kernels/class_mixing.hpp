#pragma once

#include <cstdint>

#include <starling/core/kernel.hpp>

namespace starling {

/// Pressure of venues in which several networks meet and classes of people take part with different
/// probabilities. With B[v][g] the sum of the infectiousness of the members of class g in venue v:
///   attending[n][v] = rate[n] contact[n][v] sum over g of emission[n][g] B[v][g]
///   P[v][g] = sum over n of reception[n][g] attending[n][v]
/// P overwrites B. Sums run in the order of the indices on every backend.
///
/// Adjoint, given U[v][g], the sum of raw_adj over the members of class g:
///   u[n] = sum over g of reception[n][g] U[v][g]
///   adjoint of the members' T: venue_adj[v][g] = sum over n of emission[n][g] rate[n] contact[n][v] u[n]
///   d / d(ln rate[n]): sum over v of attending[n][v] u[n]; the products overwrite `attending`.
/// venue_adj overwrites U.

template <class Real>
struct ClassMixingArgs {
  std::int64_t venues;
  int classes;
  int networks;
  int lanes;
  const Real* emission;          // [networks][classes]
  const Real* reception;         // [networks][classes]
  const Real* contact;           // [networks][venues]
  const Real* rate_per_day;      // row n of [networks][lanes] is rate_row[n]
  const std::int32_t* rate_row;  // [networks]
  Real* cells;                   // [venues][classes][lanes]: B on entry, P on return
  Real* attending;               // [networks][venues][lanes]
};

template <class Real>
struct ClassMixingAdjointArgs {
  std::int64_t venues;
  int classes;
  int networks;
  int lanes;
  const Real* emission;
  const Real* reception;
  const Real* contact;
  const Real* rate_per_day;
  const std::int32_t* rate_row;
  Real* cells_adj;  // [venues][classes][lanes]: U on entry, venue_adj on return
  Real* attending;  // [networks][venues][lanes]: of the forward pass on entry, times u on return
  Real* received;   // [networks][venues][lanes]: overwritten with rate contact u
};

namespace cpu {
template <class Real>
void class_mixing(const Exec& exec, const ClassMixingArgs<Real>& args);
template <class Real>
void class_mixing_adjoint(const Exec& exec, const ClassMixingAdjointArgs<Real>& args);
}  // namespace cpu
namespace cuda {
template <class Real>
void class_mixing(const Exec& exec, const ClassMixingArgs<Real>& args);
template <class Real>
void class_mixing_adjoint(const Exec& exec, const ClassMixingAdjointArgs<Real>& args);
}  // namespace cuda

namespace kernels {

/// Cells read and written, `attending` written.
template <class Real>
inline constexpr Kernel<ClassMixingArgs<Real>> class_mixing{
    "class_mixing", &cpu::class_mixing<Real>, STARLING_CUDA_KERNEL(cuda::class_mixing<Real>),
    [](const ClassMixingArgs<Real>& args) {
      return args.venues * (2 * args.classes + args.networks) * args.lanes *
             static_cast<std::int64_t>(sizeof(Real));
    }};

/// Cells and `attending` read and written, `received` written.
template <class Real>
inline constexpr Kernel<ClassMixingAdjointArgs<Real>> class_mixing_adjoint{
    "class_mixing_adjoint", &cpu::class_mixing_adjoint<Real>,
    STARLING_CUDA_KERNEL(cuda::class_mixing_adjoint<Real>), [](const ClassMixingAdjointArgs<Real>& args) {
      return args.venues * (2 * args.classes + 3 * args.networks) * args.lanes *
             static_cast<std::int64_t>(sizeof(Real));
    }};

}  // namespace kernels

}  // namespace starling
