#pragma once

#include <cstdint>

#include <starling/core/fixed_point.hpp>
#include <starling/core/kernel.hpp>

namespace starling {

/// Infection pressure of each venue of one venue type (of each cell, where classes of people are told apart):
///   C[v] = rate * contact[v] * sum of T over the members of v
/// with rate = beta times the network's policy factor on that step, contact[v] = 1 / (people - 1) within [0,
/// 1].
///
/// Adjoint, given raw_adj[i] (adjoint of the sum of C over the venues of agent i):
///   U[v] = sum of raw_adj over the members of v
///   adjoint of T of each member: venue_adj[v] = rate * contact[v] * U[v]
///   d / d(ln rate): sum over v of C[v] U[v]; the products overwrite C.
///
/// Without a rate (a null pointer) the bare sums are left in pressure and venue_adj, for
/// kernels/class_mixing.hpp.
///
/// Members are summed in segments of at most kSegmentMembers, so that one huge venue does not hold up a
/// device; venues of several segments are combined by a second kernel in the order of their segments. Sampled
/// runs sum 64-bit fixed point (order-free); floating-point sums follow this fixed tree on every backend.

inline constexpr int kSegmentMembers = 256;

struct VenueSegment {
  std::int64_t begin;    // first entry in the list of members
  std::int32_t members;  // at most kSegmentMembers
  std::int32_t venue;
  std::int32_t partial;  // row of the partial sums, or -1 when the segment is the whole venue
};

/// A venue of several segments: rows partial … partial + segments - 1 of the partial sums.
struct SplitVenue {
  std::int32_t venue;
  std::int32_t partial;
  std::int32_t segments;
};

/// Members, segments and contact probabilities of one venue type.
template <class Real>
struct VenueView {
  const std::int32_t* members;   // of all venues of all types
  const VenueSegment* segments;  // [segment_count] of this type
  std::int64_t segment_count;
  const SplitVenue* split_venues;  // [split_count] of this type
  std::int64_t split_count;
  const Real* contact;  // [venues] of all types
};

template <class Real, class Transmitted, class Sum>
struct VenuePressureArgs {
  VenueView<Real> venues;
  int lanes;
  const Transmitted* transmission;  // [agents][lanes]
  const Real* rate_per_day;         // [lanes], or null
  Sum* partial;                     // [partials][lanes]
  Real* pressure;                   // [venues][lanes]
};
using SampledVenuePressureArgs = VenuePressureArgs<float, Quanta, std::int64_t>;
using MeanFieldVenuePressureArgs = VenuePressureArgs<double, double, double>;

template <class Real>
struct VenuePressureAdjointArgs {
  VenueView<Real> venues;
  int lanes;
  const Real* raw_adj;       // [agents][lanes]
  const Real* rate_per_day;  // [lanes], or null
  Real* partial;             // [partials][lanes]
  Real* pressure;            // [venues][lanes]: C on entry, C * U on return; unused without a rate
  Real* venue_adj;           // [venues][lanes]
};

namespace cpu {
template <class Args>
void venue_pressure(const Exec& exec, const Args& args);
template <class Real>
void venue_pressure_adjoint(const Exec& exec, const VenuePressureAdjointArgs<Real>& args);
}  // namespace cpu
namespace cuda {
template <class Args>
void venue_pressure(const Exec& exec, const Args& args);
template <class Real>
void venue_pressure_adjoint(const Exec& exec, const VenuePressureAdjointArgs<Real>& args);
}  // namespace cuda

namespace kernels {

/// Counted per segment, which undercounts large venues: the exact number of members is the caller's.
template <class Args>
inline constexpr Kernel<Args> venue_pressure{
    "venue_pressure", &cpu::venue_pressure<Args>, STARLING_CUDA_KERNEL(cuda::venue_pressure<Args>),
    [](const Args& args) {
      return args.venues.segment_count * (static_cast<std::int64_t>(sizeof(VenueSegment)) + args.lanes * 8);
    }};

template <class Real>
inline constexpr Kernel<VenuePressureAdjointArgs<Real>> venue_pressure_adjoint{
    "venue_pressure_adjoint", &cpu::venue_pressure_adjoint<Real>,
    STARLING_CUDA_KERNEL(cuda::venue_pressure_adjoint<Real>), [](const VenuePressureAdjointArgs<Real>& args) {
      return args.venues.segment_count * (static_cast<std::int64_t>(sizeof(VenueSegment)) +
                                          args.lanes * 4 * static_cast<std::int64_t>(sizeof(Real)));
    }};

}  // namespace kernels

}  // namespace starling
