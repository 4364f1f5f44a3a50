#pragma once

#include <starling/core/macros.hpp>
#include <starling/kernels/bernoulli_draws.hpp>
#include <starling/kernels/random_draws_math.hpp>

namespace starling {

template <class Real>
struct BernoulliDrawsBody {
  BernoulliDrawsArgs<Real> args;
  STARLING_HD void operator()(std::int64_t i) const {
    using Plain = PlainOf<Real>;
    const Real p = args.p[i];
    const auto threshold = static_cast<double>(plain(p));
    const double u = args.uniforms == nullptr ? uniform_value<double>(stream_uniform(args.stream, i))
                                              : static_cast<double>(plain(args.uniforms[i]));
    const Plain y = u < threshold ? Plain(1) : (u >= threshold ? Plain(0) : plain(p));
    args.y[i] = straight_through_value(y, p);
  }
};

}  // namespace starling
