#include <starling/kernels/for_each_element.hpp>
#include <starling/kernels/gamma_draws_math.hpp>

namespace starling::cpu {

template <class Real>
void gamma_draws(const Exec& exec, const GammaDrawsArgs<Real>& args) {
  for_each_element_cpu(exec, args.n, GammaDrawsBody<Real>{args});
}

template <class Real>
void gamma_draws_adjoint(const Exec& exec, const GammaDrawsAdjointArgs<Real>& args) {
  for_each_element_cpu(exec, args.n, GammaDrawsAdjointBody<Real>{args});
}

#define STARLING_INSTANTIATE(Real)                                     \
  template void gamma_draws(const Exec&, const GammaDrawsArgs<Real>&); \
  template void gamma_draws_adjoint(const Exec&, const GammaDrawsAdjointArgs<Real>&);
STARLING_INSTANTIATE(float)
STARLING_INSTANTIATE(double)
STARLING_INSTANTIATE(Dual<float>)
STARLING_INSTANTIATE(Dual<double>)
#undef STARLING_INSTANTIATE

}  // namespace starling::cpu
