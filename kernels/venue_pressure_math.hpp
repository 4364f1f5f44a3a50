#pragma once

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

/// What a finished sum over the members of a venue becomes: the venue's pressure, or itself without a rate.
template <class Args>
struct PressureResult {
  Args args;
  template <class Sum>
  STARLING_HD void operator()(std::int32_t venue, int lane, Sum sum) const {
    const auto infectiousness = sum_to_real(sum);
    args.pressure[std::int64_t{venue} * args.lanes + lane] =
        args.rate_per_day == nullptr
            ? infectiousness
            : args.rate_per_day[lane] * (args.venues.contact[venue] * infectiousness);
  }
};

/// What a finished sum of adjoints over the members becomes.
template <class Real>
struct PressureAdjointResult {
  VenuePressureAdjointArgs<Real> args;
  STARLING_HD void operator()(std::int32_t venue, int lane, Real sum) const {
    const std::int64_t k = std::int64_t{venue} * args.lanes + lane;
    if (args.rate_per_day == nullptr) {
      args.venue_adj[k] = sum;
      return;
    }
    args.pressure[k] *= sum;
    args.venue_adj[k] = args.rate_per_day[lane] * (args.venues.contact[venue] * sum);
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
      for (int l = 0; l < width; ++l) result(segment.venue, first + l, sum[l]);
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
    for (int l = 0; l < width; ++l) result(split.venue, first + l, sum[l]);
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
