#include <starling/core/launch.cuh>
#include <starling/kernels/dual_parts_math.hpp>

namespace starling::cuda {

template <class Real>
void split_dual(const Exec& exec, const DualPartsArgs<Real>& args) {
  for_each_cuda(exec, "split_dual", args.n, SplitDualBody<Real>{args});
}

template <class Real>
void join_dual(const Exec& exec, const DualPartsArgs<Real>& args) {
  for_each_cuda(exec, "join_dual", args.n, JoinDualBody<Real>{args});
}

template void split_dual(const Exec&, const DualPartsArgs<float>&);
template void join_dual(const Exec&, const DualPartsArgs<float>&);
template void split_dual(const Exec&, const DualPartsArgs<double>&);
template void join_dual(const Exec&, const DualPartsArgs<double>&);

}  // namespace starling::cuda
