#include <array>
#include <cstddef>

#include <starling/autodiff/axis.hpp>
#include <starling/autodiff/elementwise.hpp>
#include <starling/core/check.hpp>
#include <starling/kernels/elementwise.hpp>
#include <starling/kernels/reduction.hpp>

namespace starling {

namespace {

template <class Real>
Var<Real> unary(Operation name, UnaryOperation operation, Var<Real> x, Real a = Real(0), Real b = Real(0)) {
  Tape<Real>& tape = x.tape();
  const Shape shape = x.shape();
  const std::int64_t n = shape.size();
  const Var<Real> y = tape.output(shape);
  kernels::unary<Real>(tape.exec(), {operation, n, a, b, x.data(), tape.mutable_data(y)});
  tape.record(name, {x}, {y}, [operation, a, b](AdjointContext<Real>& context) {
    const AdjointSlot<Real> slot = context.input_adj(0);
    kernels::unary_adjoint<Real>(
        context.exec(), {operation, context.output_shape().size(), a, b, context.input(0), context.output(),
                         context.output_adj(), slot.data, slot.mode});
  });
  return y;
}

/// Stride of `shape` along an axis of the result: 0 where it repeats.
std::int64_t stride_along(const Shape& shape, const Shape& result, int axis) {
  const int own_axis = axis - (result.rank() - shape.rank());
  if (own_axis < 0 || shape.extent(own_axis) != result.extent(axis)) return 0;
  return shape.size_between(own_axis + 1, shape.rank());
}

/// Axes over which all operands run on evenly are merged: equal shapes and a number against an array become
/// one axis, which needs no division to find an element.
BroadcastLayout broadcast_layout(std::initializer_list<Shape> operands, const Shape& result) {
  BroadcastLayout layout;
  std::size_t count = 0;
  for (int axis = 0; axis < result.rank(); ++axis) {
    const std::int64_t extent = result.extent(axis);
    if (extent == 1) continue;
    std::array<std::int64_t, 3> strides{};
    bool merges = count > 0;
    std::size_t o = 0;
    for (const Shape& shape : operands) {
      strides[o] = stride_along(shape, result, axis);
      merges = merges && layout.strides[o][count - 1] == strides[o] * extent;
      ++o;
    }
    if (!merges) ++count;
    layout.extents[count - 1] = merges ? layout.extents[count - 1] * extent : extent;
    for (o = 0; o < operands.size(); ++o) layout.strides[o][count - 1] = strides[o];
  }
  layout.rank = count == 0 ? 1 : static_cast<int>(count);
  return layout;
}

/// Adds up `x`, of shape `from`, over the axes that `to` repeats, one axis at a time, into the slot.
template <class Real>
void sum_to_shape(AdjointContext<Real>& context, const Real* x, Shape from, const Shape& to,
                  AdjointSlot<Real> slot) {
  const std::int64_t wanted = to.size();
  const int missing = from.rank() - to.rank();
  for (int axis = 0; axis < from.rank(); ++axis) {
    const std::int64_t extent = from.extent(axis);
    if (extent == 1 || (axis >= missing && to.extent(axis - missing) == extent)) continue;
    const AxisView view = view_along(from, axis);
    const bool last = view.outer * view.inner == wanted;
    Real* y = last ? slot.data : context.template scratch<Real>(view.outer * view.inner);
    kernels::reduce<Real>(context.exec(), {.operation = ReduceOperation::sum,
                                           .view = view,
                                           .x = x,
                                           .y = y,
                                           .mode = last ? slot.mode : GradientMode::overwrite,
                                           .workspace = context.template scratch<std::byte>(
                                               reduce_workspace<Real>(ReduceOperation::sum, view))});
    if (last) return;
    x = y;
    from = from.with(axis, 1);
  }
}

/// Layout of two operands; the common case of equal shapes first.
BroadcastLayout binary_layout(const Shape& a, const Shape& b, const Shape& result) {
  if (a == b) return {1, {result.size(), 1, 1, 1}, {{{1}, {1}, {}}}};
  return broadcast_layout({a, b}, result);
}

/// Writes the adjoint of input `input`: `write(memory, mode)` makes it at the extents of the result, and the
/// repeats are then summed.
template <class Real, class Write>
void operand_adjoint(AdjointContext<Real>& context, std::size_t input, const Write& write) {
  if (!context.wanted(input)) return;
  const std::int64_t n = context.output_shape().size();
  const Shape& operand = context.input_shape(input);
  const AdjointSlot<Real> slot = context.input_adj(input);
  if (operand.size() == n) return write(slot.data, slot.mode);
  Real* at_result = context.template scratch<Real>(n);
  write(at_result, GradientMode::overwrite);
  sum_to_shape(context, at_result, context.output_shape(), operand, slot);
}

// Records hold the operation only: a thousand small ones stay in the cache, and the layout is found again
// from the shapes faster than it is read.

struct BinaryRecord {
  BinaryOperation operation;

  template <class Real>
  void operator()(AdjointContext<Real>& context) const {
    const BroadcastLayout layout =
        binary_layout(context.input_shape(0), context.input_shape(1), context.output_shape());
    for (const Operand operand : {Operand::a, Operand::b})
      operand_adjoint(context, operand == Operand::a ? 0 : 1, [&](Real* operand_adj, GradientMode mode) {
        kernels::binary_adjoint<Real>(
            context.exec(), {operation, operand, context.output_shape().size(), layout, context.input(0),
                             context.input(1), context.output_adj(), operand_adj, mode});
      });
  }
};

template <class Real>
Var<Real> binary_values(const char* name, BinaryOperation operation, Var<Real> a, Var<Real> b) {
  Tape<Real>& tape = a.tape();
  const Shape a_shape = a.shape();
  const Real* b_data = tape.mutable_data(b);  // Also throws when b is on another tape.
  const Shape b_shape = b.shape();
  const Shape result = a_shape == b_shape ? a_shape : broadcast(name, a_shape, b_shape);
  const Var<Real> y = tape.output(result);
  kernels::binary<Real>(tape.exec(), {operation, result.size(), binary_layout(a_shape, b_shape, result),
                                      a.data(), b_data, tape.mutable_data(y)});
  return y;
}

template <class Real>
Var<Real> binary(Operation name, BinaryOperation operation, Var<Real> a, Var<Real> b) {
  const Var<Real> y = binary_values(name_of(name), operation, a, b);
  a.tape().record(name, {a, b}, {y}, BinaryRecord{operation});
  return y;
}

struct WhereRecord {
  template <class Real>
  void operator()(AdjointContext<Real>& context) const {
    const BroadcastLayout layout = broadcast_layout(
        {context.input_shape(0), context.input_shape(1), context.input_shape(2)}, context.output_shape());
    for (const Operand operand : {Operand::a, Operand::b})
      operand_adjoint(context, operand == Operand::a ? 1 : 2, [&](Real* operand_adj, GradientMode mode) {
        kernels::where_adjoint<Real>(context.exec(),
                                     {operand, context.output_shape().size(), layout, context.input(0),
                                      context.output_adj(), operand_adj, mode});
      });
  }
};

}  // namespace

template <class Real>
Var<Real> operator+(Var<Real> a, Var<Real> b) {
  return binary(Operation::add, BinaryOperation::add, a, b);
}
template <class Real>
Var<Real> operator-(Var<Real> a, Var<Real> b) {
  return binary(Operation::subtract, BinaryOperation::subtract, a, b);
}
template <class Real>
Var<Real> operator*(Var<Real> a, Var<Real> b) {
  return binary(Operation::multiply, BinaryOperation::multiply, a, b);
}
template <class Real>
Var<Real> operator/(Var<Real> a, Var<Real> b) {
  return binary(Operation::divide, BinaryOperation::divide, a, b);
}

template <class Real>
Var<Real> affine(Var<Real> x, std::type_identity_t<Real> a, std::type_identity_t<Real> b) {
  return unary(Operation::affine, UnaryOperation::affine, x, a, b);
}
template <class Real>
Var<Real> reciprocal(Var<Real> x, std::type_identity_t<Real> a) {
  return unary(Operation::reciprocal, UnaryOperation::reciprocal, x, a);
}
template <class Real>
Var<Real> power(Var<Real> x, std::type_identity_t<Real> exponent) {
  return unary(Operation::power, UnaryOperation::power, x, exponent);
}

template <class Real>
Var<Real> exp(Var<Real> x) {
  return unary(Operation::exp, UnaryOperation::exp, x);
}
template <class Real>
Var<Real> expm1(Var<Real> x) {
  return unary(Operation::expm1, UnaryOperation::expm1, x);
}
template <class Real>
Var<Real> log(Var<Real> x) {
  return unary(Operation::log, UnaryOperation::log, x);
}
template <class Real>
Var<Real> log1p(Var<Real> x) {
  return unary(Operation::log1p, UnaryOperation::log1p, x);
}
template <class Real>
Var<Real> sqrt(Var<Real> x) {
  return unary(Operation::sqrt, UnaryOperation::sqrt, x);
}
template <class Real>
Var<Real> square(Var<Real> x) {
  return unary(Operation::square, UnaryOperation::square, x);
}
template <class Real>
Var<Real> tanh(Var<Real> x) {
  return unary(Operation::tanh, UnaryOperation::tanh, x);
}
template <class Real>
Var<Real> sigmoid(Var<Real> x) {
  return unary(Operation::sigmoid, UnaryOperation::sigmoid, x);
}
template <class Real>
Var<Real> softplus(Var<Real> x) {
  return unary(Operation::softplus, UnaryOperation::softplus, x);
}
template <class Real>
Var<Real> relu(Var<Real> x) {
  return unary(Operation::relu, UnaryOperation::relu, x);
}
template <class Real>
Var<Real> abs(Var<Real> x) {
  return unary(Operation::abs, UnaryOperation::abs, x);
}

template <class Real>
Var<Real> clamp(Var<Real> x, std::type_identity_t<Real> low, std::type_identity_t<Real> high) {
  check_that(low <= high, "clamp", "low is above high");
  return unary(Operation::clamp, UnaryOperation::clamp, x, low, high);
}
template <class Real>
Var<Real> clamp_pass_through(Var<Real> x, std::type_identity_t<Real> low, std::type_identity_t<Real> high) {
  check_that(low <= high, "clamp_pass_through", "low is above high");
  return unary(Operation::clamp_pass_through, UnaryOperation::clamp_pass_through, x, low, high);
}

template <class Real>
Var<Real> minimum(Var<Real> a, Var<Real> b) {
  return binary(Operation::minimum, BinaryOperation::minimum, a, b);
}
template <class Real>
Var<Real> maximum(Var<Real> a, Var<Real> b) {
  return binary(Operation::maximum, BinaryOperation::maximum, a, b);
}
template <class Real>
Var<Real> straight_through(Var<Real> hard, Var<Real> soft) {
  return binary(Operation::straight_through, BinaryOperation::straight_through, hard, soft);
}
template <class Real>
Var<Real> greater(Var<Real> a, Var<Real> b) {
  return binary_values("greater", BinaryOperation::greater, a, b);
}
template <class Real>
Var<Real> greater_equal(Var<Real> a, Var<Real> b) {
  return binary_values("greater_equal", BinaryOperation::greater_equal, a, b);
}

template <class Real>
Var<Real> where(Var<Real> condition, Var<Real> a, Var<Real> b) {
  Tape<Real>& tape = condition.tape();
  check_that(!condition.differentiated(), "where", "condition must be a constant");
  const Shape taken = broadcast("where", a.shape(), b.shape());
  const Shape shape = broadcast("where", condition.shape(), taken);
  const BroadcastLayout layout = broadcast_layout({condition.shape(), a.shape(), b.shape()}, shape);
  const Var<Real> y = tape.output(shape);
  kernels::where<Real>(tape.exec(), {shape.size(), layout, condition.data(), tape.mutable_data(a),
                                     tape.mutable_data(b), tape.mutable_data(y)});
  tape.record(Operation::where, {condition, a, b}, {y}, WhereRecord{});
  return y;
}

#define STARLING_INSTANTIATE(Real)                           \
  template Var<Real> operator+(Var<Real>, Var<Real>);        \
  template Var<Real> operator-(Var<Real>, Var<Real>);        \
  template Var<Real> operator*(Var<Real>, Var<Real>);        \
  template Var<Real> operator/(Var<Real>, Var<Real>);        \
  template Var<Real> minimum(Var<Real>, Var<Real>);          \
  template Var<Real> maximum(Var<Real>, Var<Real>);          \
  template Var<Real> greater(Var<Real>, Var<Real>);          \
  template Var<Real> greater_equal(Var<Real>, Var<Real>);    \
  template Var<Real> where(Var<Real>, Var<Real>, Var<Real>); \
  template Var<Real> straight_through(Var<Real>, Var<Real>); \
  template Var<Real> affine(Var<Real>, Real, Real);          \
  template Var<Real> reciprocal(Var<Real>, Real);            \
  template Var<Real> power(Var<Real>, Real);                 \
  template Var<Real> exp(Var<Real>);                         \
  template Var<Real> expm1(Var<Real>);                       \
  template Var<Real> log(Var<Real>);                         \
  template Var<Real> log1p(Var<Real>);                       \
  template Var<Real> sqrt(Var<Real>);                        \
  template Var<Real> square(Var<Real>);                      \
  template Var<Real> tanh(Var<Real>);                        \
  template Var<Real> sigmoid(Var<Real>);                     \
  template Var<Real> softplus(Var<Real>);                    \
  template Var<Real> relu(Var<Real>);                        \
  template Var<Real> abs(Var<Real>);                         \
  template Var<Real> clamp(Var<Real>, Real, Real);           \
  template Var<Real> clamp_pass_through(Var<Real>, Real, Real);
STARLING_INSTANTIATE(float)
STARLING_INSTANTIATE(double)
STARLING_INSTANTIATE(Dual<float>)
STARLING_INSTANTIATE(Dual<double>)
#undef STARLING_INSTANTIATE

}  // namespace starling
