#pragma once

#include <cmath>

#include <starling/core/macros.hpp>
#include <starling/kernels/softmax.hpp>

namespace starling {

/// Where the number that belongs to element `index` of [outer][reduced][inner] lies in [outer][inner].
STARLING_HD inline std::int64_t place_off_axis(const AxisView& view, std::int64_t index) {
  return index / view.inner / view.reduced * view.inner + index % view.inner;
}

template <class Real>
struct SoftmaxBody {
  SoftmaxArgs<Real> args;
  STARLING_HD void operator()(std::int64_t index) const {
    using std::exp;
    const Real log_y = args.x[index] - args.log_sum[place_off_axis(args.view, index)];
    args.y[index] = args.normalisation == Normalisation::softmax ? exp(log_y) : log_y;
  }
};

template <class Real>
struct SoftmaxAdjointBody {
  SoftmaxAdjointArgs<Real> args;
  STARLING_HD void operator()(std::int64_t index) const {
    using std::exp;
    const Real total = args.total[place_off_axis(args.view, index)];
    const Real y = args.y[index];
    const Real y_adj = args.y_adj[index];
    const Real x_adj =
        args.normalisation == Normalisation::softmax ? y * (y_adj - total) : y_adj - exp(y) * total;
    store_gradient(args.mode, args.x_adj[index], x_adj);
  }
};

}  // namespace starling
