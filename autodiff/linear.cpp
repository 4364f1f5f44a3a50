#include <vector>

#include <starling/autodiff/linear.hpp>
#include <starling/core/check.hpp>

namespace starling {

namespace {

template <class Real>
struct LinearRecord {
  std::int64_t rows, inputs, outputs;
  Activation activation;
  const Real* mask;
  const Real* masked_weight;
  bool has_residual;

  void operator()(AdjointContext<Real>& context) const {
    const AdjointSlot<Real> x = context.input_adj(0);
    const AdjointSlot<Real> weight = context.input_adj(1);
    const AdjointSlot<Real> bias = context.input_adj(2);
    const AdjointSlot<Real> residual = has_residual ? context.input_adj(3) : AdjointSlot<Real>{};
    const bool weights_wanted = weight.data != nullptr || bias.data != nullptr;
    using Wide = AccumulatorOf<Real>;
    Wide* workspace = weights_wanted
                          ? context.template scratch<Wide>(masked_linear_workspace(rows, inputs, outputs))
                          : nullptr;
    kernels::masked_linear_adjoint<Real>(
        context.exec(), {rows, inputs, outputs, activation, context.input(0), mask, masked_weight,
                         context.output_adj(), x.data, x.mode, weight.data, weight.mode, bias.data, bias.mode,
                         residual.data, residual.mode, workspace});
  }
};

template <class Real>
void check_linear_shapes(Var<Real> x, Var<Real> weight, Var<Real> bias, const LinearOptions<Real>& options) {
  constexpr const char* kPlace = "masked_linear";
  check_rank(kPlace, "x", x.shape(), 2, "[rows][inputs]");
  check_rank(kPlace, "weight", weight.shape(), 2, "[outputs][inputs]");
  const std::int64_t rows = x.shape().extent(0);
  const std::int64_t outputs = weight.shape().extent(0);
  check_shape(kPlace, "weight", weight.shape(), {outputs, x.shape().last()});
  check_shape(kPlace, "bias", bias.shape(), {outputs});
  if (options.mask) {
    check_shape(kPlace, "mask", options.mask->shape(), weight.shape());
    check_that(!options.mask->differentiated(), kPlace, "mask must be a constant");
  }
  if (options.residual) check_shape(kPlace, "residual", options.residual->shape(), {rows, outputs});
}

}  // namespace

template <class Real>
Var<Real> masked_linear(Var<Real> x, Var<Real> weight, Var<Real> bias, const LinearOptions<Real>& options) {
  check_linear_shapes(x, weight, bias, options);
  Tape<Real>& tape = x.tape();
  const std::int64_t rows = x.shape().extent(0);
  const std::int64_t inputs = x.shape().last();
  const std::int64_t outputs = weight.shape().extent(0);
  const Real* mask = options.mask ? options.mask->data() : nullptr;
  Real* masked_weight = tape.template memory<Real>(outputs * inputs);
  const Var<Real> y = tape.output({rows, outputs});
  kernels::masked_linear<Real>(
      tape.exec(),
      {rows, inputs, outputs, options.activation, x.data(), weight.data(), mask, bias.data(),
       options.residual ? options.residual->data() : nullptr, tape.mutable_data(y), masked_weight});
  const LinearRecord<Real> adjoint{
      rows, inputs, outputs, options.activation, mask, masked_weight, options.residual.has_value()};
  if (options.residual)
    tape.record(Operation::masked_linear, {x, weight, bias, *options.residual}, {y}, adjoint);
  else
    tape.record(Operation::masked_linear, {x, weight, bias}, {y}, adjoint);
  return y;
}

template Var<float> masked_linear(Var<float>, Var<float>, Var<float>, const LinearOptions<float>&);
template Var<double> masked_linear(Var<double>, Var<double>, Var<double>, const LinearOptions<double>&);
template Var<Dual<float>> masked_linear(Var<Dual<float>>, Var<Dual<float>>, Var<Dual<float>>,
                                        const LinearOptions<Dual<float>>&);
template Var<Dual<double>> masked_linear(Var<Dual<double>>, Var<Dual<double>>, Var<Dual<double>>,
                                         const LinearOptions<Dual<double>>&);

}  // namespace starling
