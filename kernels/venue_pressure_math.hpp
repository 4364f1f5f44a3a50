#pragma once

#include <type_traits>

#include <starling/core/lanes.hpp>
#include <starling/kernels/venue_pressure.hpp>

namespace starling {

STARLING_HD inline float sum_to_real(std::int64_t sum) {
  return from_quanta(sum);
}
STARLING_HD inline float sum_to_real(float sum) {
  return sum;
}
STARLING_HD inline double sum_to_real(double sum) {
  return sum;
}

/// What the finished sums over the members of a venue become: the venue's pressures, or themselves without
/// a rate. Local arrays alias nothing, so the loops vectorise.
template <class Args>
struct PressureResult {
  Args args;
  template <class Sum, int width>
  STARLING_HD void operator()(std::int32_t venue, int first, const Sum (&sum)[width]) const {
    using Real = std::remove_pointer_t<decltype(args.pressure)>;
    Real pressure[width];
    for (int l = 0; l < width; ++l) pressure[l] = sum_to_real(sum[l]);
    if (args.rate_per_day != nullptr) {
      const Real contact = args.venues.contact[venue];
      const Real* rate_per_day = args.rate_per_day + first;
      for (int l = 0; l < width; ++l) pressure[l] = rate_per_day[l] * (contact * pressure[l]);
    }
    Real* row = args.pressure + std::int64_t{venue} * args.lanes + first;
    for (int l = 0; l < width; ++l) row[l] = pressure[l];
  }
};

/// What finished sums of adjoints over the members become.
template <class Real>
struct PressureAdjointResult {
  VenuePressureAdjointArgs<Real> args;
  template <int width>
  STARLING_HD void operator()(std::int32_t venue, int first, const Real (&sum)[width]) const {
    const std::int64_t base = std::int64_t{venue} * args.lanes + first;
    Real* venue_adj = args.venue_adj + base;
    if (args.rate_per_day == nullptr) {
      for (int l = 0; l < width; ++l) venue_adj[l] = sum[l];
      return;
    }
    const Real contact = args.venues.contact[venue];
    Real of_cell[width];
    for (int l = 0; l < width; ++l) of_cell[l] = args.rate_per_day[first + l] * (contact * sum[l]);
    Real* pressure = args.pressure + base;
    for (int l = 0; l < width; ++l) pressure[l] *= sum[l];
    for (int l = 0; l < width; ++l) venue_adj[l] = of_cell[l];
  }
};

/// Sums one segment of members for `width` lanes.
template <class Real, class Value, class Sum, class Result>
struct SegmentSumBody {
  VenueView<Real> venues;
  int lanes;
  const Value* values;  // [agents][lanes]
  Sum* partial;         // [partials][lanes]
  Result result;

  template <int width>
  STARLING_HD void operator()(std::int64_t index, int first, LaneWidth<width>) const {
    const VenueSegment segment = venues.segments[index];
    Sum sum[width] = {};
    for (std::int64_t k = segment.begin; k < segment.begin + segment.members; ++k) {
      const Value* row = values + std::int64_t{venues.members[k]} * lanes + first;
      for (int l = 0; l < width; ++l) sum[l] += static_cast<Sum>(row[l]);
    }
    if (segment.partial < 0) {
      result(segment.venue, first, sum);
    } else {
      for (int l = 0; l < width; ++l) partial[std::int64_t{segment.partial} * lanes + first + l] = sum[l];
    }
  }
};

/// Combines the segments of one split venue, in their order.
template <class Real, class Sum, class Result>
struct SplitVenueBody {
  VenueView<Real> venues;
  int lanes;
  const Sum* partial;  // [partials][lanes]
  Result result;

  template <int width>
  STARLING_HD void operator()(std::int64_t index, int first, LaneWidth<width>) const {
    const SplitVenue split = venues.split_venues[index];
    Sum sum[width] = {};
    for (std::int32_t s = 0; s < split.segments; ++s) {
      const Sum* row = partial + std::int64_t{split.partial + s} * lanes + first;
      for (int l = 0; l < width; ++l) sum[l] += row[l];
    }
    result(split.venue, first, sum);
  }
};

template <class Real, class Value, class Sum, class Result>
SegmentSumBody<Real, Value, Sum, Result> segment_sum_body(const VenueView<Real>& venues, int lanes,
                                                          const Value* values, Sum* partial,
                                                          const Result& result) {
  return {venues, lanes, values, partial, result};
}

template <class Real, class Sum, class Result>
SplitVenueBody<Real, Sum, Result> split_venue_body(const VenueView<Real>& venues, int lanes,
                                                   const Sum* partial, const Result& result) {
  return {venues, lanes, partial, result};
}

}  // namespace starling
