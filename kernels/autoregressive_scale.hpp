#pragma once

#include <cmath>

#include <starling/core/lane_math.hpp>
#include <starling/kernels/autoregressive_flow.hpp>

namespace starling {

/// ln 100: the largest |log s| of the bounded exponential.
inline constexpr double kLargestLogScale = 4.605170185988092;
/// sigmoid(u + 2) + 0.001
inline constexpr double kSigmoidShift = 2.0;
inline constexpr double kSigmoidFloor = 1e-3;

template <class Lane>
struct Scale {
  Lane value;
  Lane log;
  Lane log_slope;  // d log s / du
};

template <class Lane>
STARLING_HD inline Scale<Lane> scale_of(ScaleKind kind, Lane u) {
  using std::abs;
  using std::exp;
  using std::log;
  using Plain = PlainOf<ScalarOf<Lane>>;
  if (kind == ScaleKind::bounded_exponential) {
    const Lane bend = Lane(1) / (Lane(1) + abs(u) * Lane(Plain(1.0 / kLargestLogScale)));
    const Lane log_scale = u * bend;
    return {exp(log_scale), log_scale, bend * bend};
  }
  const Lane v = u + Lane(Plain(kSigmoidShift));
  const Lane e = exp(-abs(v));
  const Lane upper = Lane(1) / (Lane(1) + e);
  const Lane lower = e * upper;
  const Lane value = where_non_negative(v, upper, lower) + Lane(Plain(kSigmoidFloor));
  return {value, log(value), lower * upper / value};
}

/// The activation of a unit, and g times its slope, both without multiplying what is cut off: it may be
/// infinite.
template <class Lane>
STARLING_HD inline Lane activate(Activation activation, Lane x) {
  using std::tanh;
  if (activation == Activation::relu) return where_non_negative(-x, Lane(0), x);
  return activation == Activation::tanh ? tanh(x) : x;
}
/// From the value y = f(x); x itself is not needed by any of them.
template <class Lane>
STARLING_HD inline Lane activation_adjoint(Activation activation, Lane y, Lane g) {
  if (activation == Activation::relu) return where_non_negative(-y, Lane(0), g);
  return activation == Activation::tanh ? (Lane(1) - y) * (Lane(1) + y) * g : g;
}

}  // namespace starling
