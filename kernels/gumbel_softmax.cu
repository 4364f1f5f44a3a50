#include <starling/core/launch.cuh>
#include <starling/kernels/gumbel_softmax_math.hpp>

namespace starling::cuda {

template <class Real>
void bernoulli_gumbel_softmax(const Exec& exec, const BernoulliGumbelSoftmaxArgs<Real>& args) {
  for_each_cuda(exec, "bernoulli_gumbel_softmax", args.n, BernoulliGumbelSoftmaxBody<Real>{args});
}

template <class Real>
void bernoulli_gumbel_softmax_adjoint(const Exec& exec, const BernoulliGumbelSoftmaxAdjointArgs<Real>& args) {
  for_each_cuda(exec, "bernoulli_gumbel_softmax_adjoint", args.n,
                BernoulliGumbelSoftmaxAdjointBody<Real>{args});
}

template <class Real>
void categorical_gumbel_softmax(const Exec& exec, const CategoricalGumbelSoftmaxArgs<Real>& args) {
  for_each_cuda(exec, "categorical_gumbel_softmax", args.rows, CategoricalGumbelSoftmaxBody<Real>{args});
}

template <class Real>
void categorical_gumbel_softmax_adjoint(const Exec& exec,
                                        const CategoricalGumbelSoftmaxAdjointArgs<Real>& args) {
  for_each_cuda(exec, "categorical_gumbel_softmax_adjoint", args.rows,
                CategoricalGumbelSoftmaxAdjointBody<Real>{args});
}

#define STARLING_INSTANTIATE(Real)                                                                  \
  template void bernoulli_gumbel_softmax(const Exec&, const BernoulliGumbelSoftmaxArgs<Real>&);     \
  template void bernoulli_gumbel_softmax_adjoint(const Exec&,                                       \
                                                 const BernoulliGumbelSoftmaxAdjointArgs<Real>&);   \
  template void categorical_gumbel_softmax(const Exec&, const CategoricalGumbelSoftmaxArgs<Real>&); \
  template void categorical_gumbel_softmax_adjoint(const Exec&,                                     \
                                                   const CategoricalGumbelSoftmaxAdjointArgs<Real>&);
STARLING_INSTANTIATE(float)
STARLING_INSTANTIATE(double)
STARLING_INSTANTIATE(Dual<float>)
STARLING_INSTANTIATE(Dual<double>)
#undef STARLING_INSTANTIATE

}  // namespace starling::cuda
