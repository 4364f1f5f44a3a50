#pragma once

#include <starling/core/lanes.hpp>
#include <starling/core/macros.hpp>
#include <starling/kernels/class_mixing.hpp>

namespace starling {

/// One venue in `width` lanes.
template <class Real>
struct ClassMixingBody {
  ClassMixingArgs<Real> args;

  template <int width>
  STARLING_HD void operator()(std::int64_t venue, int first, LaneWidth<width>) const {
    Real* cells = args.cells + venue * args.classes * args.lanes + first;
    Real* attending = args.attending + venue * args.lanes + first;
    const std::int64_t network_stride = args.venues * args.lanes;
    for (int n = 0; n < args.networks; ++n) {
      Real sum[width] = {};
      for (int g = 0; g < args.classes; ++g) {
        const Real emission = args.emission[n * args.classes + g];
        const Real* row = cells + std::int64_t{g} * args.lanes;
        for (int l = 0; l < width; ++l) sum[l] += emission * row[l];
      }
      const Real contact = args.contact[n * args.venues + venue];
      const Real* rate = args.rate_per_day + std::int64_t{args.rate_row[n]} * args.lanes + first;
      for (int l = 0; l < width; ++l) attending[n * network_stride + l] = rate[l] * (contact * sum[l]);
    }
    for (int g = 0; g < args.classes; ++g) {
      Real sum[width] = {};
      for (int n = 0; n < args.networks; ++n) {
        const Real reception = args.reception[n * args.classes + g];
        for (int l = 0; l < width; ++l) sum[l] += reception * attending[n * network_stride + l];
      }
      for (int l = 0; l < width; ++l) cells[std::int64_t{g} * args.lanes + l] = sum[l];
    }
  }
};

template <class Real>
struct ClassMixingAdjointBody {
  ClassMixingAdjointArgs<Real> args;

  template <int width>
  STARLING_HD void operator()(std::int64_t venue, int first, LaneWidth<width>) const {
    Real* cells_adj = args.cells_adj + venue * args.classes * args.lanes + first;
    Real* attending = args.attending + venue * args.lanes + first;
    Real* received = args.received + venue * args.lanes + first;
    const std::int64_t network_stride = args.venues * args.lanes;
    for (int n = 0; n < args.networks; ++n) {
      Real sum[width] = {};
      for (int g = 0; g < args.classes; ++g) {
        const Real reception = args.reception[n * args.classes + g];
        const Real* row = cells_adj + std::int64_t{g} * args.lanes;
        for (int l = 0; l < width; ++l) sum[l] += reception * row[l];
      }
      const Real contact = args.contact[n * args.venues + venue];
      const Real* rate = args.rate_per_day + std::int64_t{args.rate_row[n]} * args.lanes + first;
      for (int l = 0; l < width; ++l) attending[n * network_stride + l] *= sum[l];
      for (int l = 0; l < width; ++l) received[n * network_stride + l] = rate[l] * (contact * sum[l]);
    }
    for (int g = 0; g < args.classes; ++g) {
      Real sum[width] = {};
      for (int n = 0; n < args.networks; ++n) {
        const Real emission = args.emission[n * args.classes + g];
        for (int l = 0; l < width; ++l) sum[l] += emission * received[n * network_stride + l];
      }
      for (int l = 0; l < width; ++l) cells_adj[std::int64_t{g} * args.lanes + l] = sum[l];
    }
  }
};

}  // namespace starling
