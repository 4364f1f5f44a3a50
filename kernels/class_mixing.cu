#include <starling/core/launch.cuh>
#include <starling/kernels/class_mixing.hpp>
#include <starling/kernels/class_mixing_math.hpp>

namespace starling::cuda {

template <class Real>
void class_mixing(const Exec& exec, const ClassMixingArgs<Real>& args) {
  for_each_row_cuda(exec, "class_mixing", args.venues, args.lanes, ClassMixingBody<Real>{args});
}

template <class Real>
void class_mixing_adjoint(const Exec& exec, const ClassMixingAdjointArgs<Real>& args) {
  for_each_row_cuda(exec, "class_mixing_adjoint", args.venues, args.lanes,
                    ClassMixingAdjointBody<Real>{args});
}

template void class_mixing(const Exec&, const ClassMixingArgs<float>&);
template void class_mixing(const Exec&, const ClassMixingArgs<double>&);
template void class_mixing_adjoint(const Exec&, const ClassMixingAdjointArgs<float>&);
template void class_mixing_adjoint(const Exec&, const ClassMixingAdjointArgs<double>&);

}  // namespace starling::cuda
