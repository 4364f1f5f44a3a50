#include <starling/core/dual.hpp>
#include <starling/core/launch.cuh>
#include <starling/kernels/columns_math.hpp>

namespace starling::cuda {

template <class Real>
void pick_columns(const Exec& exec, const PickColumnsArgs<Real>& args) {
  for_each_cuda(exec, "pick_columns", args.rows, PickColumnsBody<Real>{args});
}

template <class Real>
void pick_columns_adjoint(const Exec& exec, const PickColumnsAdjointArgs<Real>& args) {
  for_each_cuda(exec, "pick_columns_adjoint", args.rows, PickColumnsAdjointBody<Real>{args});
}

#define STARLING_INSTANTIATE(Real)                                       \
  template void pick_columns(const Exec&, const PickColumnsArgs<Real>&); \
  template void pick_columns_adjoint(const Exec&, const PickColumnsAdjointArgs<Real>&);
STARLING_INSTANTIATE(float)
STARLING_INSTANTIATE(double)
STARLING_INSTANTIATE(Dual<float>)
STARLING_INSTANTIATE(Dual<double>)
#undef STARLING_INSTANTIATE

}  // namespace starling::cuda
