#include <fmt/format.h>

#include <starling/autodiff/rearrange.hpp>
#include <starling/core/check.hpp>
#include <starling/core/error.hpp>
#include <starling/kernels/elementwise.hpp>

namespace starling {

namespace {

/// Adds y_adj to elements offset … of the adjoint of x, which has x_size elements.
template <class Real>
void record_view(Tape<Real>& tape, Operation name, Var<Real> x, Var<Real> y, std::int64_t offset) {
  const std::int64_t n = y.size();
  const std::int64_t x_size = x.size();
  tape.record(name, {x}, {y}, [=](AdjointContext<Real>& context) {
    AdjointSlot<Real> slot = context.input_adj(0);
    if (slot.mode == GradientMode::overwrite && n != x_size) {
      context.exec().fill_zero(slot.data, x_size * static_cast<std::int64_t>(sizeof(Real)));
      slot.mode = GradientMode::accumulate;
    }
    if (n == 0) return;
    kernels::unary_adjoint<Real>(
        context.exec(), {UnaryOperation::affine, n, Real(1), Real(0), context.output(), context.output(),
                         context.output_adj(), slot.data + offset, slot.mode});
  });
}

}  // namespace

template <class Real>
Var<Real> reshape(Var<Real> x, const Shape& shape) {
  if (shape.size() != x.size())
    throw InputError(fmt::format("reshape: x has shape {}, which does not hold as many elements as {}",
                                 to_string(x.shape()), to_string(shape)));
  const Var<Real> y = x.tape().alias(x, 0, shape);
  record_view(x.tape(), Operation::reshape, x, y, 0);
  return y;
}

template <class Real>
Var<Real> view_slice(Var<Real> x, std::int64_t offset, const Shape& shape) {
  if (offset < 0 || offset + shape.size() > x.size())
    throw InputError(
        fmt::format("view_slice: {} elements of shape {} from offset {} are outside x of shape {}",
                    shape.size(), to_string(shape), offset, to_string(x.shape())));
  const Var<Real> y = x.tape().alias(x, offset, shape);
  record_view(x.tape(), Operation::view_slice, x, y, offset);
  return y;
}

template <class Real>
Var<Real> stop_gradient(Var<Real> x) {
  Tape<Real>& tape = x.tape();
  if constexpr (kIsDual<Real>) {
    // The values with the derivative of a constant: 0.
    const std::int64_t n = x.size();
    const Var<Real> zero = tape.constant(Real(0));
    const Var<Real> y = tape.output(x.shape());
    kernels::binary<Real>(tape.exec(), {BinaryOperation::straight_through,
                                        n,
                                        {1, {n, 1, 1, 1}, {{{1}, {0}, {0}}}},
                                        x.data(),
                                        zero.data(),
                                        tape.mutable_data(y)});
    return y;
  } else {
    return tape.alias(x, 0, x.shape());
  }
}

#define STARLING_INSTANTIATE(Real)                                      \
  template Var<Real> reshape(Var<Real>, const Shape&);                  \
  template Var<Real> view_slice(Var<Real>, std::int64_t, const Shape&); \
  template Var<Real> stop_gradient(Var<Real>);
STARLING_INSTANTIATE(float)
STARLING_INSTANTIATE(double)
STARLING_INSTANTIATE(Dual<float>)
STARLING_INSTANTIATE(Dual<double>)
#undef STARLING_INSTANTIATE

}  // namespace starling
