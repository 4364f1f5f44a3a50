#pragma once

#include <bit>
#include <cmath>
#include <type_traits>

#include <starling/core/macros.hpp>
#include <starling/kernels/quantile.hpp>

namespace starling {

template <class Plain>
using OrderKey = std::conditional_t<sizeof(Plain) == 4, std::uint32_t, std::uint64_t>;

/// An unsigned number that orders as x does: negative numbers have their bits turned over, the others go
/// above them. A NaN of either sign goes above everything.
template <class Plain>
STARLING_HD inline OrderKey<Plain> order_key(Plain x) {
  using Key = OrderKey<Plain>;
  if (x != x) return ~Key(0);
  constexpr Key sign = Key(1) << (8 * sizeof(Key) - 1);
  const Key bits = std::bit_cast<Key>(x);
  return (bits & sign) != 0 ? ~bits : bits | sign;
}

template <class Real>
STARLING_HD inline void write_quantile(const QuantileArgs<Real>& args, std::int64_t lower,
                                       std::int64_t upper) {
  const auto fraction = static_cast<PlainOf<Real>>(args.place.fraction);
  args.positions[0] = lower;
  args.positions[1] = upper;
  // The other value takes no part on a value, not even where it is infinite.
  args.y[0] = args.place.fraction == 0.0
                  ? args.x[lower]
                  : (PlainOf<Real>(1) - fraction) * args.x[lower] + fraction * args.x[upper];
}

template <class Real>
STARLING_HD inline Real quantile_weight(const QuantileAdjointArgs<Real>& args, std::int64_t i) {
  double weight = 0.0;
  if (i == args.positions[0]) weight += 1.0 - args.place.fraction;
  if (i == args.positions[1]) weight += args.place.fraction;
  return Real(static_cast<PlainOf<Real>>(weight));
}

/// First contribution: every element.
template <class Real>
struct QuantileAdjointBody {
  QuantileAdjointArgs<Real> args;
  STARLING_HD void operator()(std::int64_t i) const {
    args.x_adj[i] = quantile_weight(args, i) * args.y_adj[0];
  }
};

/// Later ones: the two values, by one thread, since they may be one.
template <class Real>
struct QuantileAccumulateBody {
  QuantileAdjointArgs<Real> args;
  STARLING_HD void operator()(std::int64_t) const {
    const std::int64_t lower = args.positions[0];
    const std::int64_t upper = args.positions[1];
    args.x_adj[lower] += quantile_weight(args, lower) * args.y_adj[0];
    if (upper != lower) args.x_adj[upper] += quantile_weight(args, upper) * args.y_adj[0];
  }
};

}  // namespace starling
