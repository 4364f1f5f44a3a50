#include <starling/core/dual.hpp>
#include <starling/kernels/columns_math.hpp>
#include <starling/kernels/for_each_element.hpp>

namespace starling::cpu {

template <class Real>
void pick_columns(const Exec& exec, const PickColumnsArgs<Real>& args) {
  for_each_element_cpu(exec, args.rows, PickColumnsBody<Real>{args});
}

template <class Real>
void pick_columns_adjoint(const Exec& exec, const PickColumnsAdjointArgs<Real>& args) {
  for_each_element_cpu(exec, args.rows, PickColumnsAdjointBody<Real>{args});
}

#define STARLING_INSTANTIATE(Real)                                       \
  template void pick_columns(const Exec&, const PickColumnsArgs<Real>&); \
  template void pick_columns_adjoint(const Exec&, const PickColumnsAdjointArgs<Real>&);
STARLING_INSTANTIATE(float)
STARLING_INSTANTIATE(double)
STARLING_INSTANTIATE(Dual<float>)
STARLING_INSTANTIATE(Dual<double>)
#undef STARLING_INSTANTIATE

}  // namespace starling::cpu
