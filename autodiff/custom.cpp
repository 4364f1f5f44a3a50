#include <fmt/format.h>

#include <starling/autodiff/tape.hpp>
#include <starling/core/check.hpp>
#include <starling/core/error.hpp>
#include <starling/kernels/dual_parts.hpp>

namespace starling {

namespace {

template <class Real>
void check_operation(std::string_view name, const CustomOperation<Real>& operation) {
  check_that(static_cast<bool>(operation.forward), name, "custom operation has no forward function");
  check_that(static_cast<bool>(operation.adjoint), name, "custom operation has no adjoint function");
}

template <class Real>
std::vector<std::int64_t> sizes_of(std::span<const Var<Real>> inputs) {
  std::vector<std::int64_t> sizes;
  for (const Var<Real>& input : inputs) sizes.push_back(input.size());
  return sizes;
}

template <class Real>
void run_adjoint(const CustomOperation<Real>& operation, std::span<const std::int64_t> sizes,
                 AdjointContext<Real>& context) {
  std::vector<const Real*> input_data;
  std::vector<Real*> inputs_adj;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const AdjointSlot<Real> slot = context.input_adj(i);
    if (slot.data != nullptr && slot.mode == GradientMode::overwrite)
      context.exec().fill_zero(slot.data, sizes[i] * static_cast<std::int64_t>(sizeof(Real)));
    input_data.push_back(context.input(i));
    inputs_adj.push_back(slot.data);
  }
  operation.adjoint(context.exec(), input_data, context.output(), context.output_adj(), inputs_adj);
}

/// Values and tangents of an array of Dual numbers, in memory of the tape.
template <class Real>
DualPartsArgs<Real> parts_of(Tape<Dual<Real>>& tape, Var<Dual<Real>> x) {
  const std::int64_t n = x.size();
  return {n, tape.mutable_data(x), tape.template memory<Real>(n), tape.template memory<Real>(n)};
}

/// Forward mode: the operation on the values, its tangent function on the tangents.
template <class Real>
void run_tangent(Tape<Dual<Real>>& tape, std::span<const Var<Dual<Real>>> inputs, Var<Dual<Real>> output,
                 const CustomOperation<Real>& operation) {
  std::vector<const Real*> values, tangents;
  for (const Var<Dual<Real>>& input : inputs) {
    const DualPartsArgs<Real> parts = parts_of(tape, input);
    kernels::split_dual<Real>(tape.exec(), parts);
    values.push_back(parts.value);
    tangents.push_back(parts.tangent);
  }
  const DualPartsArgs<Real> result = parts_of(tape, output);
  operation.forward(tape.exec(), values, result.value);
  operation.tangent(tape.exec(), values, result.value, tangents, result.tangent);
  kernels::join_dual<Real>(tape.exec(), result);
}

}  // namespace

template <class Real>
Var<Real> Tape<Real>::custom(std::string_view name, std::span<const Var<Real>> inputs,
                             const Shape& output_shape, CustomOperation<PlainOf<Real>> operation) {
  check_operation(name, operation);
  if constexpr (kIsDual<Real>) {
    check_that(static_cast<bool>(operation.tangent), name,
               "custom operation has no tangent function, which forward mode needs");
    for (const Var<Real>& input : inputs)
      check_that(!input.differentiated(), name,
                 "custom operation has no second derivatives, which a Hessian product needs");
    const Var<Real> y = output(output_shape);
    run_tangent(*this, inputs, y, operation);
    return y;
  } else {
    std::vector<const Real*> input_data;
    for (const Var<Real>& input : inputs) input_data.push_back(value_of(input).data);
    const Var<Real> y = output(output_shape);
    operation.forward(exec_, input_data, mutable_data(y));
    const Var<Real> outputs[] = {y};
    record(keep_name(name), inputs, outputs,
           [operation = std::move(operation), sizes = sizes_of(inputs)](AdjointContext<Real>& context) {
             run_adjoint<Real>(operation, sizes, context);
           });
    return y;
  }
}

#define STARLING_INSTANTIATE(Real)                                                                  \
  template Var<Real> Tape<Real>::custom(std::string_view, std::span<const Var<Real>>, const Shape&, \
                                        CustomOperation<PlainOf<Real>>);
STARLING_INSTANTIATE(float)
STARLING_INSTANTIATE(double)
STARLING_INSTANTIATE(Dual<float>)
STARLING_INSTANTIATE(Dual<double>)
#undef STARLING_INSTANTIATE

}  // namespace starling
