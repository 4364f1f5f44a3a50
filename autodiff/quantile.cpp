#include <cstddef>

#include <starling/autodiff/quantile.hpp>
#include <starling/core/check.hpp>
#include <starling/kernels/quantile.hpp>

namespace starling {

template <class Real>
Var<Real> quantile(Var<Real> x, double level) {
  Tape<Real>& tape = x.tape();
  const std::int64_t n = x.size();
  check_in_range("quantile", "level", level, 0.0, 1.0);
  check_that(n > 0, "quantile", "x has no elements");
  checked_int32("quantile", "number of elements", n);
  const QuantilePlace place = quantile_place(n, level);
  auto* positions = tape.template memory<std::int64_t>(2);
  const std::int64_t bytes = quantile_workspace_bytes<Real>(tape.exec(), n);
  const Var<Real> y = tape.output({});
  kernels::quantile<Real>(tape.exec(), {n, place, x.data(), tape.mutable_data(y), positions,
                                        tape.template memory<std::byte>(bytes), bytes});
  tape.record(Operation::quantile, {x}, {y}, [n, place, positions](AdjointContext<Real>& context) {
    const AdjointSlot<Real> slot = context.input_adj(0);
    kernels::quantile_adjoint<Real>(context.exec(),
                                    {n, place, positions, context.output_adj(), slot.data, slot.mode});
  });
  return y;
}

template Var<float> quantile(Var<float>, double);
template Var<double> quantile(Var<double>, double);
template Var<Dual<float>> quantile(Var<Dual<float>>, double);
template Var<Dual<double>> quantile(Var<Dual<double>>, double);

}  // namespace starling
