#pragma once

#include <starling/core/macros.hpp>
#include <starling/kernels/gather_rows.hpp>

namespace starling {

template <class Real>
struct GatherRowsBody {
  GatherRowsArgs<Real> args;
  STARLING_HD void operator()(std::int64_t entry, std::int64_t first, std::int64_t end) const {
    const Real* x = args.x + args.indices[entry] * args.inner;
    Real* y = args.y + entry * args.inner;
    for (std::int64_t i = first; i < end; ++i) store_gradient(args.mode, y[i], x[i]);
  }
};

}  // namespace starling
