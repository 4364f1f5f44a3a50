#include <starling/autodiff/reduction.hpp>
#include <starling/core/check.hpp>
#include <starling/kernels/reduction.hpp>

namespace starling {

namespace {

struct AxisSum {
  std::int64_t outer, reduced, inner;
  Shape shape;  // of the result
};

AxisSum over_everything(const Shape& shape) {
  return {1, shape.size(), 1, {}};
}

AxisSum over_axis(const char* name, const Shape& shape, int axis) {
  const int from_front = axis < 0 ? axis + shape.rank() : axis;
  check_index(name, "axis", from_front, shape.rank());
  return {shape.size_between(0, from_front), shape.extent(from_front),
          shape.size_between(from_front + 1, shape.rank()), shape.without(from_front)};
}

template <class Real>
Var<Real> scaled_sum(const char* name, Var<Real> x, const AxisSum& axis, double scale) {
  Tape<Real>& tape = x.tape();
  const Var<Real> y = tape.output(axis.shape);
  double* workspace = tape.template memory<double>(sum_axis_workspace(axis.outer, axis.reduced, axis.inner));
  kernels::sum_axis<Real>(tape.exec(), {axis.outer, axis.reduced, axis.inner, scale, x.data(),
                                        tape.mutable_data(y), GradientMode::overwrite, workspace});
  tape.record(name, {x}, {y}, [axis, scale](AdjointContext<Real>& context) {
    const AdjointSlot<Real> slot = context.input_adj(0);
    kernels::sum_axis_adjoint<Real>(context.exec(), {axis.outer, axis.reduced, axis.inner, scale,
                                                     context.output_adj(), slot.data, slot.mode});
  });
  return y;
}

double mean_scale(const AxisSum& axis) {
  check_that(axis.reduced > 0, "mean", "the mean of no elements is not defined");
  return 1.0 / static_cast<double>(axis.reduced);
}

}  // namespace

template <class Real>
Var<Real> sum(Var<Real> x) {
  return scaled_sum("sum", x, over_everything(x.shape()), 1.0);
}

template <class Real>
Var<Real> sum(Var<Real> x, int axis) {
  return scaled_sum("sum", x, over_axis("sum", x.shape(), axis), 1.0);
}

template <class Real>
Var<Real> mean(Var<Real> x) {
  const AxisSum axis = over_everything(x.shape());
  return scaled_sum("mean", x, axis, mean_scale(axis));
}

template <class Real>
Var<Real> mean(Var<Real> x, int axis) {
  const AxisSum along = over_axis("mean", x.shape(), axis);
  return scaled_sum("mean", x, along, mean_scale(along));
}

template <class Real>
Var<Real> log_sum_exp(Var<Real> x) {
  Tape<Real>& tape = x.tape();
  const AxisSum axis = over_axis("log_sum_exp", x.shape(), -1);
  check_that(axis.reduced > 0, "log_sum_exp", "the last axis has no elements");
  const Var<Real> y = tape.output(axis.shape);
  kernels::log_sum_exp<Real>(tape.exec(), {axis.outer, axis.reduced, x.data(), tape.mutable_data(y)});
  tape.record("log_sum_exp", {x}, {y}, [axis](AdjointContext<Real>& context) {
    const AdjointSlot<Real> slot = context.input_adj(0);
    kernels::log_sum_exp_adjoint<Real>(
        context.exec(), {axis.outer, axis.reduced, context.input(0), context.output(), context.output_adj(),
                         slot.data, slot.mode});
  });
  return y;
}

template Var<float> sum(Var<float>);
template Var<float> sum(Var<float>, int);
template Var<float> mean(Var<float>);
template Var<float> mean(Var<float>, int);
template Var<float> log_sum_exp(Var<float>);
template Var<double> sum(Var<double>);
template Var<double> sum(Var<double>, int);
template Var<double> mean(Var<double>);
template Var<double> mean(Var<double>, int);
template Var<double> log_sum_exp(Var<double>);

}  // namespace starling
