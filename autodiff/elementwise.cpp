#include <starling/autodiff/elementwise.hpp>
#include <starling/kernels/elementwise.hpp>
#include <starling/kernels/reduction.hpp>

namespace starling {

namespace {

template <class Real>
Var<Real> unary(const char* name, UnaryOperation operation, Var<Real> x, Real a = Real(0), Real b = Real(0)) {
  Tape<Real>& tape = x.tape();
  const std::int64_t n = x.size();
  const Var<Real> y = tape.output(x.shape());
  kernels::unary<Real>(tape.exec(), {operation, n, a, b, x.data(), tape.mutable_data(y)});
  tape.record(name, {x}, {y}, [=](AdjointContext<Real>& context) {
    const AdjointSlot<Real> slot = context.input_adj(0);
    kernels::unary_adjoint<Real>(context.exec(), {operation, n, a, b, context.input(0), context.output(),
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

/// Axes over which both operands run on evenly are merged: equal shapes and a number against an array become
/// one axis, which needs no division to find an element.
BroadcastLayout broadcast_layout(const Shape& a, const Shape& b, const Shape& result) {
  BroadcastLayout layout;
  std::size_t count = 0;
  for (int axis = 0; axis < result.rank(); ++axis) {
    const std::int64_t extent = result.extent(axis);
    if (extent == 1) continue;
    const std::int64_t a_stride = stride_along(a, result, axis);
    const std::int64_t b_stride = stride_along(b, result, axis);
    const bool merges = count > 0 && layout.a_strides[count - 1] == a_stride * extent &&
                        layout.b_strides[count - 1] == b_stride * extent;
    if (!merges) ++count;
    layout.extents[count - 1] = merges ? layout.extents[count - 1] * extent : extent;
    layout.a_strides[count - 1] = a_stride;
    layout.b_strides[count - 1] = b_stride;
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
    const std::int64_t outer = from.size_between(0, axis);
    const std::int64_t inner = from.size_between(axis + 1, from.rank());
    const bool last = outer * inner == wanted;
    Real* y = last ? slot.data : context.template scratch<Real>(outer * inner);
    kernels::sum_axis<Real>(context.exec(),
                            {outer, extent, inner, 1.0, x, y, last ? slot.mode : GradientMode::overwrite,
                             context.template scratch<double>(sum_axis_workspace(outer, extent, inner))});
    if (last) return;
    x = y;
    from = from.with(axis, 1);
  }
}

template <class Real>
struct BinaryRecord {
  BinaryOperation operation;
  BroadcastLayout layout;
  Shape a, b, result;

  void run(AdjointContext<Real>& context, Operand operand, std::size_t input) const {
    if (!context.wanted(input)) return;
    const Shape& shape = operand == Operand::a ? a : b;
    const std::int64_t n = result.size();
    const AdjointSlot<Real> slot = context.input_adj(input);
    // A repeated operand has its adjoint at the extents of the result first.
    const bool whole = shape.size() == n;
    Real* at_result = whole ? slot.data : context.template scratch<Real>(n);
    kernels::binary_adjoint<Real>(
        context.exec(), {operation, operand, n, layout, context.input(0), context.input(1),
                         context.output_adj(), at_result, whole ? slot.mode : GradientMode::overwrite});
    if (!whole) sum_to_shape(context, at_result, result, shape, slot);
  }
  void operator()(AdjointContext<Real>& context) const {
    run(context, Operand::a, 0);
    run(context, Operand::b, 1);
  }
};

template <class Real>
Var<Real> binary(const char* name, BinaryOperation operation, Var<Real> a, Var<Real> b) {
  Tape<Real>& tape = a.tape();
  const Shape shape = broadcast(name, a.shape(), b.shape());
  const BinaryRecord<Real> record{operation, broadcast_layout(a.shape(), b.shape(), shape), a.shape(),
                                  b.shape(), shape};
  const Real* b_data = tape.mutable_data(b);  // Also throws when b is on another tape.
  const Var<Real> y = tape.output(shape);
  kernels::binary<Real>(tape.exec(),
                        {operation, shape.size(), record.layout, a.data(), b_data, tape.mutable_data(y)});
  tape.record(name, {a, b}, {y}, record);
  return y;
}

}  // namespace

template <class Real>
Var<Real> operator+(Var<Real> a, Var<Real> b) {
  return binary("add", BinaryOperation::add, a, b);
}
template <class Real>
Var<Real> operator-(Var<Real> a, Var<Real> b) {
  return binary("subtract", BinaryOperation::subtract, a, b);
}
template <class Real>
Var<Real> operator*(Var<Real> a, Var<Real> b) {
  return binary("multiply", BinaryOperation::multiply, a, b);
}
template <class Real>
Var<Real> operator/(Var<Real> a, Var<Real> b) {
  return binary("divide", BinaryOperation::divide, a, b);
}

template <class Real>
Var<Real> affine(Var<Real> x, std::type_identity_t<Real> a, std::type_identity_t<Real> b) {
  return unary("affine", UnaryOperation::affine, x, a, b);
}
template <class Real>
Var<Real> reciprocal(Var<Real> x, std::type_identity_t<Real> a) {
  return unary("reciprocal", UnaryOperation::reciprocal, x, a);
}
template <class Real>
Var<Real> power(Var<Real> x, std::type_identity_t<Real> exponent) {
  return unary("power", UnaryOperation::power, x, exponent);
}

template <class Real>
Var<Real> exp(Var<Real> x) {
  return unary("exp", UnaryOperation::exp, x);
}
template <class Real>
Var<Real> expm1(Var<Real> x) {
  return unary("expm1", UnaryOperation::expm1, x);
}
template <class Real>
Var<Real> log(Var<Real> x) {
  return unary("log", UnaryOperation::log, x);
}
template <class Real>
Var<Real> log1p(Var<Real> x) {
  return unary("log1p", UnaryOperation::log1p, x);
}
template <class Real>
Var<Real> sqrt(Var<Real> x) {
  return unary("sqrt", UnaryOperation::sqrt, x);
}
template <class Real>
Var<Real> square(Var<Real> x) {
  return unary("square", UnaryOperation::square, x);
}
template <class Real>
Var<Real> tanh(Var<Real> x) {
  return unary("tanh", UnaryOperation::tanh, x);
}
template <class Real>
Var<Real> sigmoid(Var<Real> x) {
  return unary("sigmoid", UnaryOperation::sigmoid, x);
}
template <class Real>
Var<Real> softplus(Var<Real> x) {
  return unary("softplus", UnaryOperation::softplus, x);
}
template <class Real>
Var<Real> relu(Var<Real> x) {
  return unary("relu", UnaryOperation::relu, x);
}
template <class Real>
Var<Real> abs(Var<Real> x) {
  return unary("abs", UnaryOperation::abs, x);
}

template Var<float> operator+(Var<float>, Var<float>);
template Var<float> operator-(Var<float>, Var<float>);
template Var<float> operator*(Var<float>, Var<float>);
template Var<float> operator/(Var<float>, Var<float>);
template Var<float> affine(Var<float>, float, float);
template Var<float> reciprocal(Var<float>, float);
template Var<float> power(Var<float>, float);
template Var<float> exp(Var<float>);
template Var<float> expm1(Var<float>);
template Var<float> log(Var<float>);
template Var<float> log1p(Var<float>);
template Var<float> sqrt(Var<float>);
template Var<float> square(Var<float>);
template Var<float> tanh(Var<float>);
template Var<float> sigmoid(Var<float>);
template Var<float> softplus(Var<float>);
template Var<float> relu(Var<float>);
template Var<float> abs(Var<float>);
template Var<double> operator+(Var<double>, Var<double>);
template Var<double> operator-(Var<double>, Var<double>);
template Var<double> operator*(Var<double>, Var<double>);
template Var<double> operator/(Var<double>, Var<double>);
template Var<double> affine(Var<double>, double, double);
template Var<double> reciprocal(Var<double>, double);
template Var<double> power(Var<double>, double);
template Var<double> exp(Var<double>);
template Var<double> expm1(Var<double>);
template Var<double> log(Var<double>);
template Var<double> log1p(Var<double>);
template Var<double> sqrt(Var<double>);
template Var<double> square(Var<double>);
template Var<double> tanh(Var<double>);
template Var<double> sigmoid(Var<double>);
template Var<double> softplus(Var<double>);
template Var<double> relu(Var<double>);
template Var<double> abs(Var<double>);

}  // namespace starling
