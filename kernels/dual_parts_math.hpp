#pragma once

#include <starling/core/macros.hpp>
#include <starling/kernels/dual_parts.hpp>

namespace starling {

template <class Real>
struct SplitDualBody {
  DualPartsArgs<Real> args;
  STARLING_HD void operator()(std::int64_t i) const {
    const Dual<Real> x = args.joined[i];
    args.value[i] = x.value;
    args.tangent[i] = x.tangent;
  }
};

template <class Real>
struct JoinDualBody {
  DualPartsArgs<Real> args;
  STARLING_HD void operator()(std::int64_t i) const { args.joined[i] = {args.value[i], args.tangent[i]}; }
};

}  // namespace starling
