#include <starling/autodiff/axis.hpp>
#include <starling/autodiff/cumulative_sum.hpp>
#include <starling/kernels/cumulative_sum.hpp>

namespace starling {

template <class Real>
Var<Real> cumulative_sum(Var<Real> x, int axis) {
  Tape<Real>& tape = x.tape();
  const AxisView view = view_along(x.shape(), axis_from_front("cumulative_sum", x.shape(), axis));
  const std::int64_t elements = cumulative_sum_workspace(view.outer, view.reduced, view.inner);
  const Var<Real> y = tape.output(x.shape());
  kernels::cumulative_sum<Real>(tape.exec(), {view.outer, view.reduced, view.inner, ScanDirection::forward,
                                              x.data(), tape.mutable_data(y), GradientMode::overwrite,
                                              tape.template memory<AccumulatorOf<Real>>(elements)});
  tape.record(Operation::cumulative_sum, {x}, {y}, [view, elements](AdjointContext<Real>& context) {
    const AdjointSlot<Real> slot = context.input_adj(0);
    kernels::cumulative_sum<Real>(
        context.exec(), {view.outer, view.reduced, view.inner, ScanDirection::backward, context.output_adj(),
                         slot.data, slot.mode, context.template scratch<AccumulatorOf<Real>>(elements)});
  });
  return y;
}

template Var<float> cumulative_sum(Var<float>, int);
template Var<double> cumulative_sum(Var<double>, int);
template Var<Dual<float>> cumulative_sum(Var<Dual<float>>, int);
template Var<Dual<double>> cumulative_sum(Var<Dual<double>>, int);

}  // namespace starling
