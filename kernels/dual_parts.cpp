#include <starling/kernels/dual_parts_math.hpp>
#include <starling/kernels/for_each_element.hpp>

namespace starling::cpu {

template <class Real>
void split_dual(const Exec& exec, const DualPartsArgs<Real>& args) {
  for_each_element_cpu(exec, args.n, SplitDualBody<Real>{args});
}

template <class Real>
void join_dual(const Exec& exec, const DualPartsArgs<Real>& args) {
  for_each_element_cpu(exec, args.n, JoinDualBody<Real>{args});
}

template void split_dual(const Exec&, const DualPartsArgs<float>&);
template void join_dual(const Exec&, const DualPartsArgs<float>&);
template void split_dual(const Exec&, const DualPartsArgs<double>&);
template void join_dual(const Exec&, const DualPartsArgs<double>&);

}  // namespace starling::cpu
