#include <algorithm>
#include <cstddef>
#include <functional>
#include <vector>

#include <starling/autodiff/axis.hpp>
#include <starling/autodiff/reduction.hpp>
#include <starling/core/check.hpp>
#include <starling/kernels/reduction.hpp>
#include <starling/kernels/softmax.hpp>

namespace starling {

namespace {

struct Axis {
  AxisView view;
  Shape shape;  // without the axis
};

Axis over_everything(const Shape& shape) {
  return {{1, shape.size(), 1}, {}};
}

Axis over_axis(const char* name, const Shape& shape, int axis) {
  const int counted = axis_from_front(name, shape, axis);
  return {view_along(shape, counted), shape.without(counted)};
}

Axis over_filled_axis(const char* name, const Shape& shape, int axis) {
  Axis along = over_axis(name, shape, axis);
  check_that(along.view.reduced > 0, name, "the axis has no elements");
  return along;
}

/// `position` is memory of the tape where the operation is max.
template <class Real>
Var<Real> reduce(Operation name, ReduceOperation operation, Var<Real> x, const Axis& axis, double scale,
                 std::int64_t* position = nullptr) {
  Tape<Real>& tape = x.tape();
  const AxisView view = axis.view;
  const Var<Real> y = tape.output(axis.shape);
  kernels::reduce<Real>(
      tape.exec(), {.operation = operation,
                    .view = view,
                    .scale = scale,
                    .x = x.data(),
                    .y = tape.mutable_data(y),
                    .position = position,
                    .workspace = tape.template memory<std::byte>(reduce_workspace<Real>(operation, view))});
  tape.record(name, {x}, {y}, [operation, view, scale, position](AdjointContext<Real>& context) {
    const AdjointSlot<Real> slot = context.input_adj(0);
    kernels::reduce_adjoint<Real>(context.exec(), {operation, view, scale, context.input(0), context.output(),
                                                   position, context.output_adj(), slot.data, slot.mode});
  });
  return y;
}

/// Sum of the output's adjoint along the axis, in scratch of the adjoint; weighted where a factor is given.
template <class Real>
const Real* sum_of_output_adj(AdjointContext<Real>& context, const AxisView& view, const Real* factor) {
  Real* total = context.template scratch<Real>(view.outer * view.inner);
  kernels::reduce<Real>(
      context.exec(),
      {.operation = ReduceOperation::sum,
       .view = view,
       .x = context.output_adj(),
       .factor = factor,
       .y = total,
       .workspace = context.template scratch<std::byte>(reduce_workspace<Real>(ReduceOperation::sum, view))});
  return total;
}

template <class Real>
Var<Real> normalise(Operation name, Normalisation normalisation, Var<Real> x, int axis) {
  Tape<Real>& tape = x.tape();
  const AxisView view = over_filled_axis(name_of(name), x.shape(), axis).view;
  const Var<Real> y = tape.output(x.shape());
  constexpr ReduceOperation kLogSumExp = ReduceOperation::log_sum_exp;
  Real* log_sum = tape.template memory<Real>(view.outer * view.inner);
  kernels::reduce<Real>(
      tape.exec(), {.operation = kLogSumExp,
                    .view = view,
                    .x = x.data(),
                    .y = log_sum,
                    .workspace = tape.template memory<std::byte>(reduce_workspace<Real>(kLogSumExp, view))});
  kernels::softmax<Real>(tape.exec(), {normalisation, view, x.data(), log_sum, tape.mutable_data(y)});
  tape.record(name, {x}, {y}, [normalisation, view](AdjointContext<Real>& context) {
    const bool weighted = normalisation == Normalisation::softmax;
    const Real* total = sum_of_output_adj<Real>(context, view, weighted ? context.output() : nullptr);
    const AdjointSlot<Real> slot = context.input_adj(0);
    kernels::softmax_adjoint<Real>(context.exec(), {normalisation, view, context.output(),
                                                    context.output_adj(), total, slot.data, slot.mode});
  });
  return y;
}

double mean_scale(const AxisView& view) {
  check_that(view.reduced > 0, "mean", "the mean of no elements is not defined");
  return 1.0 / static_cast<double>(view.reduced);
}

/// The axes counted from the front, the last first, each once.
std::vector<int> last_first(const char* name, const Shape& shape, std::initializer_list<int> axes) {
  std::vector<int> counted;
  for (const int axis : axes) counted.push_back(axis_from_front(name, shape, axis));
  std::ranges::sort(counted, std::ranges::greater{});
  check_that(std::ranges::adjacent_find(counted) == counted.end(), name, "an axis is given twice");
  return counted;
}

}  // namespace

template <class Real>
Var<Real> sum(Var<Real> x) {
  return reduce(Operation::sum, ReduceOperation::sum, x, over_everything(x.shape()), 1.0);
}

template <class Real>
Var<Real> sum(Var<Real> x, int axis) {
  return reduce(Operation::sum, ReduceOperation::sum, x, over_axis("sum", x.shape(), axis), 1.0);
}

template <class Real>
Var<Real> sum(Var<Real> x, std::initializer_list<int> axes) {
  for (const int axis : last_first("sum", x.shape(), axes)) x = sum(x, axis);
  return x;
}

template <class Real>
Var<Real> mean(Var<Real> x) {
  const Axis axis = over_everything(x.shape());
  return reduce(Operation::mean, ReduceOperation::sum, x, axis, mean_scale(axis.view));
}

template <class Real>
Var<Real> mean(Var<Real> x, int axis) {
  const Axis along = over_axis("mean", x.shape(), axis);
  return reduce(Operation::mean, ReduceOperation::sum, x, along, mean_scale(along.view));
}

template <class Real>
Var<Real> mean(Var<Real> x, std::initializer_list<int> axes) {
  for (const int axis : last_first("mean", x.shape(), axes)) x = mean(x, axis);
  return x;
}

template <class Real>
Var<Real> max(Var<Real> x, int axis) {
  const Axis along = over_filled_axis("max", x.shape(), axis);
  auto* position = x.tape().template memory<std::int64_t>(along.shape.size());
  return reduce(Operation::max, ReduceOperation::max, x, along, 1.0, position);
}

template <class Real>
Var<Real> log_sum_exp(Var<Real> x, int axis) {
  return reduce(Operation::log_sum_exp, ReduceOperation::log_sum_exp, x,
                over_filled_axis("log_sum_exp", x.shape(), axis), 1.0);
}

template <class Real>
Var<Real> softmax(Var<Real> x, int axis) {
  return normalise(Operation::softmax, Normalisation::softmax, x, axis);
}

template <class Real>
Var<Real> log_softmax(Var<Real> x, int axis) {
  return normalise(Operation::log_softmax, Normalisation::log_softmax, x, axis);
}

#define STARLING_INSTANTIATE(Real)                                \
  template Var<Real> sum(Var<Real>);                              \
  template Var<Real> sum(Var<Real>, int);                         \
  template Var<Real> sum(Var<Real>, std::initializer_list<int>);  \
  template Var<Real> mean(Var<Real>);                             \
  template Var<Real> mean(Var<Real>, int);                        \
  template Var<Real> mean(Var<Real>, std::initializer_list<int>); \
  template Var<Real> max(Var<Real>, int);                         \
  template Var<Real> log_sum_exp(Var<Real>, int);                 \
  template Var<Real> softmax(Var<Real>, int);                     \
  template Var<Real> log_softmax(Var<Real>, int);
STARLING_INSTANTIATE(float)
STARLING_INSTANTIATE(double)
STARLING_INSTANTIATE(Dual<float>)
STARLING_INSTANTIATE(Dual<double>)
#undef STARLING_INSTANTIATE

}  // namespace starling
