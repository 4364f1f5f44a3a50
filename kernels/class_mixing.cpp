#include <starling/core/launch.hpp>
#include <starling/kernels/class_mixing.hpp>
#include <starling/kernels/class_mixing_math.hpp>

namespace starling::cpu {

template <class Real>
void class_mixing(const Exec& exec, const ClassMixingArgs<Real>& args) {
  for_each_row_cpu(exec, args.venues, args.lanes, ClassMixingBody<Real>{args});
}

template <class Real>
void class_mixing_adjoint(const Exec& exec, const ClassMixingAdjointArgs<Real>& args) {
  for_each_row_cpu(exec, args.venues, args.lanes, ClassMixingAdjointBody<Real>{args});
}

template void class_mixing(const Exec&, const ClassMixingArgs<float>&);
template void class_mixing(const Exec&, const ClassMixingArgs<double>&);
template void class_mixing_adjoint(const Exec&, const ClassMixingAdjointArgs<float>&);
template void class_mixing_adjoint(const Exec&, const ClassMixingAdjointArgs<double>&);

}  // namespace starling::cpu
