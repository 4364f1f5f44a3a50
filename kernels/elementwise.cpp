#include <starling/kernels/elementwise_math.hpp>
#include <starling/kernels/for_each_element.hpp>

namespace starling::cpu {

template <class Real>
void unary(const Exec& exec, const UnaryArgs<Real>& args) {
  with_operation(args.operation, [&]<class Operation>(Operation) {
    for_each_element_cpu(exec, args.n, UnaryBody<Operation, Real>{args});
  });
}

template <class Real>
void unary_adjoint(const Exec& exec, const UnaryAdjointArgs<Real>& args) {
  with_operation(args.operation, [&]<class Operation>(Operation) {
    for_each_element_cpu(exec, args.n, UnaryAdjointBody<Operation, Real>{args});
  });
}

template <class Real>
void binary(const Exec& exec, const BinaryArgs<Real>& args) {
  with_binary_body<BinaryBody, Real>(args,
                                     [&](const auto& body) { for_each_element_cpu(exec, args.n, body); });
}

template <class Real>
void binary_adjoint(const Exec& exec, const BinaryAdjointArgs<Real>& args) {
  with_binary_body<BinaryAdjointBody, Real>(
      args, [&](const auto& body) { for_each_element_cpu(exec, args.n, body); });
}

template <class Real>
void where(const Exec& exec, const WhereArgs<Real>& args) {
  for_each_element_cpu(exec, args.n, WhereBody<Real>{args});
}

template <class Real>
void where_adjoint(const Exec& exec, const WhereAdjointArgs<Real>& args) {
  for_each_element_cpu(exec, args.n, WhereAdjointBody<Real>{args});
}

#define STARLING_INSTANTIATE(Real)                                           \
  template void unary(const Exec&, const UnaryArgs<Real>&);                  \
  template void unary_adjoint(const Exec&, const UnaryAdjointArgs<Real>&);   \
  template void binary(const Exec&, const BinaryArgs<Real>&);                \
  template void binary_adjoint(const Exec&, const BinaryAdjointArgs<Real>&); \
  template void where(const Exec&, const WhereArgs<Real>&);                  \
  template void where_adjoint(const Exec&, const WhereAdjointArgs<Real>&);
STARLING_INSTANTIATE(float)
STARLING_INSTANTIATE(double)
STARLING_INSTANTIATE(Dual<float>)
STARLING_INSTANTIATE(Dual<double>)
#undef STARLING_INSTANTIATE

}  // namespace starling::cpu
