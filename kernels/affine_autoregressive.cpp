#include <starling/kernels/affine_autoregressive_math.hpp>
#include <starling/kernels/for_each_element.hpp>

namespace starling::cpu {

template <class Real>
void affine_autoregressive(const Exec& exec, const AffineAutoregressiveArgs<Real>& args) {
  for_each_element_cpu(exec, args.rows, AffineAutoregressiveBody<Real>{args});
}

template <class Real>
void affine_autoregressive_adjoint(const Exec& exec, const AffineAutoregressiveAdjointArgs<Real>& args) {
  for_each_element_cpu(exec, args.rows, AffineAutoregressiveAdjointBody<Real>{args});
}

template <class Real>
void affine_autoregressive_inverse(const Exec& exec, const AffineAutoregressiveInverseArgs<Real>& args) {
  for_each_element_cpu(exec, args.rows, AffineAutoregressiveInverseBody<Real>{args});
}

template <class Real>
void affine_autoregressive_inverse_adjoint(const Exec& exec,
                                           const AffineAutoregressiveInverseAdjointArgs<Real>& args) {
  for_each_element_cpu(exec, args.rows, AffineAutoregressiveInverseAdjointBody<Real>{args});
}

template void affine_autoregressive(const Exec&, const AffineAutoregressiveArgs<float>&);
template void affine_autoregressive_adjoint(const Exec&, const AffineAutoregressiveAdjointArgs<float>&);
template void affine_autoregressive_inverse(const Exec&, const AffineAutoregressiveInverseArgs<float>&);
template void affine_autoregressive_inverse_adjoint(const Exec&,
                                                    const AffineAutoregressiveInverseAdjointArgs<float>&);
template void affine_autoregressive(const Exec&, const AffineAutoregressiveArgs<double>&);
template void affine_autoregressive_adjoint(const Exec&, const AffineAutoregressiveAdjointArgs<double>&);
template void affine_autoregressive_inverse(const Exec&, const AffineAutoregressiveInverseArgs<double>&);
template void affine_autoregressive_inverse_adjoint(const Exec&,
                                                    const AffineAutoregressiveInverseAdjointArgs<double>&);

}  // namespace starling::cpu
