#pragma once

#include <cmath>

#include <starling/core/macros.hpp>
#include <starling/kernels/reduction.hpp>

namespace starling {

STARLING_HD inline std::int64_t sum_chunks(std::int64_t terms) {
  return (terms + kSumChunk - 1) / kSumChunk;
}

/// The sum of chunk c of the terms of (o, i), first to last.
template <class In>
STARLING_HD inline double chunk_sum(const In* x, std::int64_t reduced, std::int64_t inner, std::int64_t o,
                                    std::int64_t c, std::int64_t i) {
  const std::int64_t first = c * kSumChunk;
  const std::int64_t end = first + kSumChunk < reduced ? first + kSumChunk : reduced;
  const In* term = x + (o * reduced + first) * inner + i;
  double sum = 0.0;
  for (std::int64_t r = first; r < end; ++r, term += inner) sum += static_cast<double>(*term);
  return sum;
}

/// One level of the tree: x[outer][reduced][inner] to partial[outer][chunks][inner].
template <class In>
struct PartialSumBody {
  std::int64_t reduced;
  std::int64_t chunks;
  std::int64_t inner;
  const In* x;
  double* partial;
  STARLING_HD void operator()(std::int64_t index) const {
    const std::int64_t i = index % inner;
    const std::int64_t c = index / inner % chunks;
    const std::int64_t o = index / inner / chunks;
    partial[index] = chunk_sum(x, reduced, inner, o, c, i);
  }
};

/// The root of the tree: at most one chunk is left.
template <class In, class Real>
struct FinalSumBody {
  std::int64_t reduced;
  std::int64_t inner;
  double scale;
  const In* x;
  Real* y;
  GradientMode mode;
  STARLING_HD void operator()(std::int64_t index) const {
    const double sum = chunk_sum(x, reduced, inner, index / inner, 0, index % inner);
    store_gradient(mode, y[index], static_cast<Real>(scale * sum));
  }
};

template <class Real, class In, class Launch>
void sum_levels(const SumAxisArgs<Real>& args, const In* x, std::int64_t reduced, double* workspace,
                const Launch& launch) {
  if (reduced <= kSumChunk)
    return launch(args.outer * args.inner,
                  FinalSumBody<In, Real>{reduced, args.inner, args.scale, x, args.y, args.mode});
  const std::int64_t chunks = sum_chunks(reduced);
  const std::int64_t partials = args.outer * chunks * args.inner;
  launch(partials, PartialSumBody<In>{reduced, chunks, args.inner, x, workspace});
  sum_levels(args, static_cast<const double*>(workspace), chunks, workspace + partials, launch);
}

template <class Real>
struct SumAxisAdjointBody {
  SumAxisAdjointArgs<Real> args;
  STARLING_HD void operator()(std::int64_t index) const {
    const std::int64_t o = index / (args.reduced * args.inner);
    const Real y_adj = args.y_adj[o * args.inner + index % args.inner];
    store_gradient(args.mode, args.x_adj[index], static_cast<Real>(args.scale * static_cast<double>(y_adj)));
  }
};

template <class Real>
struct LogSumExpBody {
  LogSumExpArgs<Real> args;
  STARLING_HD void operator()(std::int64_t row) const {
    const Real* x = args.x + row * args.columns;
    Real largest = x[0];
    for (std::int64_t c = 1; c < args.columns; ++c) largest = x[c] > largest ? x[c] : largest;
    // An infinite largest term is the answer itself; taking it out would give infinity - infinity.
    if (std::isinf(largest)) {
      args.y[row] = largest;
      return;
    }
    Real sum = Real(0);
    for (std::int64_t c = 0; c < args.columns; ++c) sum += std::exp(x[c] - largest);
    args.y[row] = largest + std::log(sum);
  }
};

template <class Real>
struct LogSumExpAdjointBody {
  LogSumExpAdjointArgs<Real> args;
  STARLING_HD void operator()(std::int64_t index) const {
    const std::int64_t row = index / args.columns;
    const Real y = args.y[row];
    // No term of a row of -infinity moves the sum.
    const Real share = std::isinf(y) && y < Real(0) ? Real(0) : std::exp(args.x[index] - y);
    store_gradient(args.mode, args.x_adj[index], share * args.y_adj[row]);
  }
};

}  // namespace starling
