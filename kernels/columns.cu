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

template void pick_columns(const Exec&, const PickColumnsArgs<float>&);
template void pick_columns_adjoint(const Exec&, const PickColumnsAdjointArgs<float>&);
template void pick_columns(const Exec&, const PickColumnsArgs<double>&);
template void pick_columns_adjoint(const Exec&, const PickColumnsAdjointArgs<double>&);

}  // namespace starling::cuda
