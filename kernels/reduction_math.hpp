#pragma once

#include <cmath>
#include <limits>

#include <starling/core/macros.hpp>
#include <starling/kernels/reduction.hpp>

namespace starling {

/// A reduction: what is kept of the elements seen so far (`Accumulator`), how an element comes in, how two
/// parts are merged, and what is written in the end. Merging is commutative to the last bit.

template <class Real>
struct SumReduction {
  using Accumulator = AccumulatorOf<Real>;
  ReduceArgs<Real> args;
  STARLING_HD static Accumulator start() { return Accumulator(0); }
  STARLING_HD void include(Accumulator& sum, std::int64_t at, std::int64_t) const {
    sum += static_cast<Accumulator>(args.factor == nullptr ? args.x[at] : args.x[at] * args.factor[at]);
  }
  STARLING_HD static Accumulator merge(Accumulator a, Accumulator b) { return a + b; }
  STARLING_HD void finish(std::int64_t at, Accumulator sum) const {
    store_gradient(args.mode, args.y[at], static_cast<Real>(Accumulator(args.scale) * sum));
  }
};

template <class Real>
struct Largest {
  Real value;
  std::int64_t position;
};

template <class Real>
struct MaxReduction {
  using Accumulator = Largest<Real>;
  ReduceArgs<Real> args;
  STARLING_HD static Accumulator start() { return {Real(0), -1}; }
  /// A NaN is larger than any number: it must not vanish.
  STARLING_HD static bool larger(Real a, Real b) { return a > b || (!(a == a) && b == b); }
  STARLING_HD void include(Accumulator& largest, std::int64_t at, std::int64_t position) const {
    largest = merge(largest, {args.x[at], position});
  }
  STARLING_HD static Accumulator merge(Accumulator a, Accumulator b) {
    if (a.position < 0) return b;
    if (b.position < 0) return a;
    if (larger(a.value, b.value)) return a;
    if (larger(b.value, a.value)) return b;
    return a.position < b.position ? a : b;
  }
  STARLING_HD void finish(std::int64_t at, Accumulator largest) const {
    args.y[at] = largest.value;
    args.position[at] = largest.position;
  }
};

/// exp(largest) * sum is the sum of exp so far.
template <class Real>
struct ScaledExpSum {
  AccumulatorOf<Real> largest;
  AccumulatorOf<Real> sum;
};

template <class Real>
struct LogSumExpReduction {
  using Wide = AccumulatorOf<Real>;
  using Accumulator = ScaledExpSum<Real>;
  ReduceArgs<Real> args;
  STARLING_HD static Accumulator start() { return {Wide(-std::numeric_limits<double>::infinity()), Wide(0)}; }
  /// exp(x - largest), 1 where both are the same infinity.
  STARLING_HD static Wide share(Wide x, Wide largest) {
    using std::exp;
    return plain(x) == plain(largest) && std::isinf(plain(x)) ? Wide(1) : exp(x - largest);
  }
  STARLING_HD void include(Accumulator& a, std::int64_t at, std::int64_t) const {
    a = merge(a, {static_cast<Wide>(args.x[at]), Wide(1)});
  }
  STARLING_HD static Accumulator merge(Accumulator a, Accumulator b) {
    const Wide largest = a.largest < b.largest ? b.largest : a.largest;
    return {largest, a.sum * share(a.largest, largest) + b.sum * share(b.largest, largest)};
  }
  STARLING_HD void finish(std::int64_t at, Accumulator a) const {
    using std::log;
    // An infinite largest term is the answer itself.
    args.y[at] = static_cast<Real>(std::isinf(plain(a.largest)) ? a.largest : a.largest + log(a.sum));
  }
};

/// The later levels of the tree: the elements are accumulators of the level before.
template <class Reduction>
struct PartialReduction {
  using Accumulator = typename Reduction::Accumulator;
  Reduction reduction;
  const Accumulator* partial;
  STARLING_HD static Accumulator start() { return Reduction::start(); }
  STARLING_HD void include(Accumulator& a, std::int64_t at, std::int64_t) const {
    a = Reduction::merge(a, partial[at]);
  }
  STARLING_HD static Accumulator merge(Accumulator a, Accumulator b) { return Reduction::merge(a, b); }
  STARLING_HD void finish(std::int64_t at, Accumulator a) const { reduction.finish(at, a); }
};

STARLING_HD inline std::int64_t reduce_chunks(std::int64_t terms) {
  return (terms + kReduceChunk - 1) / kReduceChunk;
}

/// One level of the tree: chunk `index % …` of [outer][chunks][inner] into `partial`, or, where one chunk is
/// left, into the result (`partial` null).
template <class Level>
struct ReduceLevel {
  using Accumulator = typename Level::Accumulator;
  Level level;
  AxisView view;
  std::int64_t chunks;
  Accumulator* partial;  // [outer][chunks][inner]

  STARLING_HD void store(std::int64_t index, Accumulator a) const {
    if (partial == nullptr)
      level.finish(index, a);
    else
      partial[index] = a;
  }
};

/// A thread takes the elements of a chunk one after another.
template <class Level>
struct SequentialReduceBody {
  ReduceLevel<Level> tree;
  STARLING_HD void operator()(std::int64_t index) const {
    const std::int64_t i = index % tree.view.inner;
    const std::int64_t c = index / tree.view.inner % tree.chunks;
    const std::int64_t o = index / tree.view.inner / tree.chunks;
    const std::int64_t first = c * kReduceChunk;
    const std::int64_t end =
        first + kReduceChunk < tree.view.reduced ? first + kReduceChunk : tree.view.reduced;
    auto a = Level::start();
    for (std::int64_t r = first; r < end; ++r)
      tree.level.include(a, (o * tree.view.reduced + r) * tree.view.inner + i, r);
    tree.store(index, a);
  }
};

/// The lanes of a chunk: on a device each is a thread of a warp, on the host a loop goes over them.
template <class Level>
struct LanesReduceBody {
  using Accumulator = typename Level::Accumulator;
  ReduceLevel<Level> tree;

  STARLING_HD Accumulator lane(std::int64_t index, int lane) const {
    const std::int64_t o = index / tree.chunks;
    const std::int64_t first = (index - o * tree.chunks) * kReduceChunk;
    const std::int64_t end =
        first + kReduceChunk < tree.view.reduced ? first + kReduceChunk : tree.view.reduced;
    Accumulator a = Level::start();
    for (std::int64_t r = first + lane; r < end; r += kReduceLanes)
      tree.level.include(a, o * tree.view.reduced + r, r);
    return a;
  }

  void operator()(std::int64_t index) const {
    const std::int64_t o = index / tree.chunks;
    const std::int64_t first = (index - o * tree.chunks) * kReduceChunk;
    const std::int64_t end =
        first + kReduceChunk < tree.view.reduced ? first + kReduceChunk : tree.view.reduced;
    Accumulator lanes[kReduceLanes];
    for (Accumulator& a : lanes) a = Level::start();
    std::int64_t r = first;
    for (; r + kReduceLanes <= end; r += kReduceLanes)
      for (int l = 0; l < kReduceLanes; ++l)
        tree.level.include(lanes[l], o * tree.view.reduced + r + l, r + l);
    for (int l = 0; r + l < end; ++l) tree.level.include(lanes[l], o * tree.view.reduced + r + l, r + l);
    for (int offset = kReduceLanes / 2; offset > 0; offset /= 2)
      for (int l = 0; l < offset; ++l) lanes[l] = Level::merge(lanes[l], lanes[l + offset]);
    tree.store(index, lanes[0]);
  }
};

/// Short axes are not worth a warp.
inline bool reduces_by_lanes(const AxisView& view) {
  return view.inner == 1 && view.reduced > kReduceLanes;
}

/// Runs the levels of the tree: `sequential(n, body)` and `by_lanes(n, body)` launch a body over n chunks.
template <class Level, class Reduction, class Sequential, class ByLanes>
void reduce_levels(const Level& level, const Reduction& reduction, const AxisView& view, std::byte* workspace,
                   const Sequential& sequential, const ByLanes& by_lanes) {
  using Accumulator = typename Reduction::Accumulator;
  const std::int64_t chunks = view.reduced <= kReduceChunk ? 1 : reduce_chunks(view.reduced);
  auto* partial = chunks == 1 ? nullptr : reinterpret_cast<Accumulator*>(workspace);
  const ReduceLevel<Level> tree{level, view, chunks, partial};
  const std::int64_t n = view.outer * chunks * view.inner;
  if (reduces_by_lanes(view))
    by_lanes(n, LanesReduceBody<Level>{tree});
  else
    sequential(n, SequentialReduceBody<Level>{tree});
  if (chunks == 1) return;
  reduce_levels(PartialReduction<Reduction>{reduction, partial}, reduction, {view.outer, chunks, view.inner},
                workspace + n * static_cast<std::int64_t>(sizeof(Accumulator)), sequential, by_lanes);
}

/// Calls visit(Reduction) for the reduction of that name.
template <class Real, class Visit>
void with_reduction(const ReduceArgs<Real>& args, const Visit& visit) {
  switch (args.operation) {
    case ReduceOperation::sum:
      return visit(SumReduction<Real>{args});
    case ReduceOperation::max:
      return visit(MaxReduction<Real>{args});
    case ReduceOperation::log_sum_exp:
      return visit(LogSumExpReduction<Real>{args});
  }
}

template <class Real>
struct ReduceAdjointBody {
  ReduceAdjointArgs<Real> args;
  STARLING_HD void operator()(std::int64_t index) const {
    const std::int64_t i = index % args.view.inner;
    const std::int64_t r = index / args.view.inner % args.view.reduced;
    const std::int64_t at = index / args.view.inner / args.view.reduced * args.view.inner + i;
    store_gradient(args.mode, args.x_adj[index], slope(index, at, r) * args.y_adj[at]);
  }
  STARLING_HD Real slope(std::int64_t index, std::int64_t at, std::int64_t r) const {
    using std::exp;
    switch (args.operation) {
      case ReduceOperation::sum:
        break;
      case ReduceOperation::max:
        return args.position[at] == r ? Real(1) : Real(0);
      case ReduceOperation::log_sum_exp:
        // No term of an axis of -infinity moves the sum.
        return std::isinf(plain(args.y[at])) && plain(args.y[at]) < 0 ? Real(0)
                                                                      : exp(args.x[index] - args.y[at]);
    }
    return Real(args.scale);
  }
};

}  // namespace starling
