#pragma once

#include <cmath>

#include <starling/core/macros.hpp>
#include <starling/kernels/gumbel_softmax.hpp>
#include <starling/kernels/random_draws_math.hpp>

namespace starling {

/// A value that comparisons have decided, NaN where what they compared is NaN.
template <class Plain>
STARLING_HD inline Plain one_if_not_negative(Plain z) {
  return z >= Plain(0) ? Plain(1) : (z < Plain(0) ? Plain(0) : z);
}

/// The score of a relaxed draw from two classes, and e^-|score|.
template <class Real>
struct BernoulliScore {
  Real z;
  Real e;
  STARLING_HD BernoulliScore(Real p, Real noise, Real temperature) {
    using std::abs;
    using std::exp;
    using std::log;
    using std::log1p;
    z = (log(p) - log1p(-p) + noise) / temperature;
    e = exp(-abs(z));
  }
  /// The soft value; a constant where its slope is nothing any more.
  [[nodiscard]] STARLING_HD Real soft() const {
    const bool upper = plain(z) >= PlainOf<Real>(0);
    if (plain(e) == PlainOf<Real>(0)) return upper ? Real(1) : Real(0);
    return (upper ? Real(1) : e) / (Real(1) + e);
  }
  [[nodiscard]] STARLING_HD Real slope(Real p, Real temperature) const {
    if (plain(e) == PlainOf<Real>(0)) return Real(0);
    return e / ((Real(1) + e) * (Real(1) + e) * temperature * (p * (Real(1) - p)));
  }
};

template <class Real>
STARLING_HD inline Real logistic_noise(const Real* noise, const RandomStream& stream, std::int64_t i) {
  if (noise != nullptr) return noise[i];
  return static_cast<PlainOf<Real>>(logistic_value(stream_uniform(stream, i)));
}

template <class Real>
struct BernoulliGumbelSoftmaxBody {
  BernoulliGumbelSoftmaxArgs<Real> args;
  STARLING_HD void operator()(std::int64_t i) const {
    const Real noise = logistic_noise(args.noise, args.stream, i);
    const BernoulliScore<Real> score(args.p[i], noise, args.temperature);
    const Real soft = score.soft();
    args.y[i] = args.relaxation == Relaxation::soft
                    ? soft
                    : straight_through_value(one_if_not_negative(plain(score.z)), soft);
  }
};

template <class Real>
struct BernoulliGumbelSoftmaxAdjointBody {
  BernoulliGumbelSoftmaxAdjointArgs<Real> args;
  STARLING_HD void operator()(std::int64_t i) const {
    const Real noise = logistic_noise(args.noise, args.stream, i);
    const BernoulliScore<Real> score(args.p[i], noise, args.temperature);
    store_gradient(args.mode, args.p_adj[i], score.slope(args.p[i], args.temperature) * args.y_adj[i]);
  }
};

/// One row; y holds the scores before it holds the result, so that the noise is drawn once.
template <class Real>
struct CategoricalGumbelSoftmaxBody {
  CategoricalGumbelSoftmaxArgs<Real> args;

  STARLING_HD void operator()(std::int64_t row) const {
    Real* y = args.y + row * args.columns;
    const std::int64_t best = write_scores(row, y);
    const Real largest = y[best];
    // A plain hard draw needs no more; a Dual one carries the derivative of the soft value.
    if (args.relaxation == Relaxation::hard && !kIsDual<Real>)
      for (std::int64_t c = 0; c < args.columns; ++c) y[c] = chosen(c, best, largest);
    else
      normalise(y, best, largest);
  }

 private:
  /// The scores, and the place of the first of the largest; the first NaN is taken for the largest.
  STARLING_HD std::int64_t write_scores(std::int64_t row, Real* y) const {
    std::int64_t best = 0;
    for (std::int64_t c = 0; c < args.columns; ++c) {
      const std::int64_t i = row * args.columns + c;
      const Real noise = args.noise != nullptr
                             ? args.noise[i]
                             : Real(static_cast<PlainOf<Real>>(gumbel_value(stream_uniform(args.stream, i))));
      y[c] = (args.logits[i] + noise) / args.temperature;
      if (!(plain(y[c]) <= plain(y[best])) && plain(y[best]) == plain(y[best])) best = c;
    }
    return best;
  }

  STARLING_HD void normalise(Real* y, std::int64_t best, Real largest) const {
    using std::exp;
    AccumulatorOf<Real> sum(0);
    for (std::int64_t c = 0; c < args.columns; ++c) {
      y[c] = exp(y[c] - largest);
      sum += static_cast<AccumulatorOf<Real>>(y[c]);
    }
    const Real total = static_cast<Real>(sum);
    for (std::int64_t c = 0; c < args.columns; ++c) {
      const Real soft = y[c] / total;
      y[c] = args.relaxation == Relaxation::soft
                 ? soft
                 : straight_through_value(chosen(c, best, plain(largest)), soft);
    }
  }

  template <class Score>
  STARLING_HD static Score chosen(std::int64_t c, std::int64_t best, Score largest) {
    if (!(largest == largest)) return largest;
    return c == best ? Score(1) : Score(0);
  }
};

template <class Real>
struct CategoricalGumbelSoftmaxAdjointBody {
  CategoricalGumbelSoftmaxAdjointArgs<Real> args;
  STARLING_HD void operator()(std::int64_t row) const {
    using Accumulator = AccumulatorOf<Real>;
    const Real* y = args.soft_y + row * args.columns;
    const Real* y_adj = args.y_adj + row * args.columns;
    Real* logits_adj = args.logits_adj + row * args.columns;
    Accumulator sum(0);
    for (std::int64_t c = 0; c < args.columns; ++c)
      sum += static_cast<Accumulator>(y[c]) * static_cast<Accumulator>(y_adj[c]);
    const Real mean = static_cast<Real>(sum);
    for (std::int64_t c = 0; c < args.columns; ++c)
      store_gradient(args.mode, logits_adj[c], y[c] * (y_adj[c] - mean) / args.temperature);
  }
};

}  // namespace starling
