#include <starling/core/launch.cuh>
#include <starling/kernels/softmax_math.hpp>

namespace starling::cuda {

template <class Real>
void softmax(const Exec& exec, const SoftmaxArgs<Real>& args) {
  for_each_cuda(exec, "softmax", args.view.outer * args.view.reduced * args.view.inner,
                SoftmaxBody<Real>{args});
}

template <class Real>
void softmax_adjoint(const Exec& exec, const SoftmaxAdjointArgs<Real>& args) {
  for_each_cuda(exec, "softmax_adjoint", args.view.outer * args.view.reduced * args.view.inner,
                SoftmaxAdjointBody<Real>{args});
}

#define STARLING_INSTANTIATE(Real)                              \
  template void softmax(const Exec&, const SoftmaxArgs<Real>&); \
  template void softmax_adjoint(const Exec&, const SoftmaxAdjointArgs<Real>&);
STARLING_INSTANTIATE(float)
STARLING_INSTANTIATE(double)
STARLING_INSTANTIATE(Dual<float>)
STARLING_INSTANTIATE(Dual<double>)
#undef STARLING_INSTANTIATE

}  // namespace starling::cuda
