#include <starling/kernels/for_each_run.hpp>
#include <starling/kernels/gumbel_softmax_math.hpp>

namespace starling::cpu {

template <class Real>
void bernoulli_gumbel_softmax(const Exec& exec, const BernoulliGumbelSoftmaxArgs<Real>& args) {
  for_each_element_cpu(exec, args.n, BernoulliGumbelSoftmaxBody<Real>{args});
}

template <class Real>
void bernoulli_gumbel_softmax_adjoint(const Exec& exec, const BernoulliGumbelSoftmaxAdjointArgs<Real>& args) {
  for_each_element_cpu(exec, args.n, BernoulliGumbelSoftmaxAdjointBody<Real>{args});
}

template <class Real>
void categorical_gumbel_softmax(const Exec& exec, const CategoricalGumbelSoftmaxArgs<Real>& args) {
  const CategoricalGumbelSoftmaxBody<Real> body{args};
  for_each_run_cpu(
      exec, args.rows, 1, [&](std::int64_t row, std::int64_t, std::int64_t) { body(row); }, 1 + args.columns);
}

template <class Real>
void categorical_gumbel_softmax_adjoint(const Exec& exec,
                                        const CategoricalGumbelSoftmaxAdjointArgs<Real>& args) {
  const CategoricalGumbelSoftmaxAdjointBody<Real> body{args};
  for_each_run_cpu(
      exec, args.rows, 1, [&](std::int64_t row, std::int64_t, std::int64_t) { body(row); }, 1 + args.columns);
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

}  // namespace starling::cpu
