#pragma once

#include <cmath>

#include <starling/core/macros.hpp>
#include <starling/kernels/masked_linear.hpp>

namespace starling {

template <class Real>
STARLING_HD inline Real activation_value(Activation activation, Real x) {
  using std::tanh;
  switch (activation) {
    case Activation::relu:
      return x <= Real(0) ? Real(0) : x;
    case Activation::tanh:
      return tanh(x);
    case Activation::identity:
      break;
  }
  return x;
}

/// The slope from the value y = f(x); x itself is not needed by any of them.
template <class Real>
STARLING_HD inline Real activation_slope(Activation activation, Real y) {
  switch (activation) {
    case Activation::relu:
      return y > Real(0) ? Real(1) : Real(0);
    case Activation::tanh:
      return (Real(1) - y) * (Real(1) + y);
    case Activation::identity:
      break;
  }
  return Real(1);
}

struct RowRange {
  std::int64_t first;
  std::int64_t end;
};

/// Rows of group g: whole chunks, as even as that allows, whatever the number of threads.
STARLING_HD inline RowRange rows_of_group(std::int64_t rows, std::int64_t groups, std::int64_t g) {
  const std::int64_t chunks = (rows + kRowChunk - 1) / kRowChunk;
  const std::int64_t end = (g + 1) * chunks / groups * kRowChunk;
  return {g * chunks / groups * kRowChunk, end < rows ? end : rows};
}

template <class Real>
struct MaskWeightBody {
  MaskedLinearArgs<Real> args;
  STARLING_HD void operator()(std::int64_t i) const {
    // A choice, not a product: a masked weight takes no part even where it is not finite.
    args.masked_weight[i] = args.mask == nullptr || plain(args.mask[i]) != 0 ? args.weight[i] : Real(0);
  }
};

/// The bodies below are the device's: one thread per element of a result. The host multiplies matrices by
/// chunks of rows instead (masked_linear.cpp); the tests run both there.
template <class Real>
struct MaskedLinearBody {
  MaskedLinearArgs<Real> args;
  STARLING_HD void operator()(std::int64_t index) const {
    const std::int64_t row = index / args.outputs;
    const std::int64_t o = index - row * args.outputs;
    const Real* x = args.x + row * args.inputs;
    const Real* weight = args.masked_weight + o * args.inputs;
    Real sum = args.bias == nullptr ? Real(0) : args.bias[o];
    if (args.residual != nullptr) sum += args.residual[index];
    for (std::int64_t i = 0; i < args.inputs; ++i) sum += weight[i] * activation_value(args.activation, x[i]);
    args.y[index] = sum;
  }
};

template <class Real>
struct MaskedLinearInputAdjointBody {
  MaskedLinearAdjointArgs<Real> args;
  STARLING_HD void operator()(std::int64_t index) const {
    const std::int64_t row = index / args.inputs;
    const std::int64_t i = index - row * args.inputs;
    const Real* y_adj = args.y_adj + row * args.outputs;
    Real sum = Real(0);
    for (std::int64_t o = 0; o < args.outputs; ++o) sum += y_adj[o] * args.masked_weight[o * args.inputs + i];
    const Real slope = activation_slope(args.activation, activation_value(args.activation, args.x[index]));
    store_gradient(args.x_mode, args.x_adj[index], slope * sum);
  }
};

/// partial[g][o][i] over the rows of group g; i = inputs is the bias.
template <class Real>
struct WeightPartialBody {
  MaskedLinearAdjointArgs<Real> args;
  std::int64_t groups;
  STARLING_HD void operator()(std::int64_t index) const {
    const std::int64_t i = index % (args.inputs + 1);
    const std::int64_t o = index / (args.inputs + 1) % args.outputs;
    const RowRange range = rows_of_group(args.rows, groups, index / (args.inputs + 1) / args.outputs);
    using Wide = AccumulatorOf<Real>;
    Wide sum(0);
    for (std::int64_t row = range.first; row < range.end; ++row) {
      const auto y_adj = static_cast<Wide>(args.y_adj[row * args.outputs + o]);
      sum +=
          i == args.inputs
              ? y_adj
              : y_adj * static_cast<Wide>(activation_value(args.activation, args.x[row * args.inputs + i]));
    }
    args.workspace[index] = sum;
  }
};

/// Adds the groups, first to last: element index of [outputs][inputs + 1].
template <class Real>
struct WeightGradientBody {
  MaskedLinearAdjointArgs<Real> args;
  std::int64_t groups;
  STARLING_HD void operator()(std::int64_t index) const {
    const std::int64_t o = index / (args.inputs + 1);
    const std::int64_t i = index - o * (args.inputs + 1);
    AccumulatorOf<Real> sum(0);
    for (std::int64_t g = 0; g < groups; ++g)
      sum += args.workspace[g * args.outputs * (args.inputs + 1) + index];
    if (i == args.inputs) {
      if (args.bias_adj != nullptr) store_gradient(args.bias_mode, args.bias_adj[o], static_cast<Real>(sum));
      return;
    }
    if (args.weight_adj == nullptr) return;
    const std::int64_t at = o * args.inputs + i;
    const bool open = args.mask == nullptr || plain(args.mask[at]) != 0;
    store_gradient(args.weight_mode, args.weight_adj[at], open ? static_cast<Real>(sum) : Real(0));
  }
};

template <class Real>
struct ResidualAdjointBody {
  MaskedLinearAdjointArgs<Real> args;
  STARLING_HD void operator()(std::int64_t i) const {
    store_gradient(args.residual_mode, args.residual_adj[i], args.y_adj[i]);
  }
};

}  // namespace starling
