#include <starling/core/launch.cuh>
#include <starling/kernels/elementwise_math.hpp>

namespace starling::cuda {

template <class Real>
void unary(const Exec& exec, const UnaryArgs<Real>& args) {
  with_operation(args.operation, [&]<class Operation>(Operation) {
    for_each_cuda(exec, "unary", args.n, UnaryBody<Operation, Real>{args});
  });
}

template <class Real>
void unary_adjoint(const Exec& exec, const UnaryAdjointArgs<Real>& args) {
  with_operation(args.operation, [&]<class Operation>(Operation) {
    for_each_cuda(exec, "unary_adjoint", args.n, UnaryAdjointBody<Operation, Real>{args});
  });
}

template <class Real>
void binary(const Exec& exec, const BinaryArgs<Real>& args) {
  with_operation(args.operation, [&]<class Operation>(Operation) {
    for_each_cuda(exec, "binary", args.n, BinaryBody<Operation, Real>{args});
  });
}

template <class Real>
void binary_adjoint(const Exec& exec, const BinaryAdjointArgs<Real>& args) {
  with_operation(args.operation, [&]<class Operation>(Operation) {
    for_each_cuda(exec, "binary_adjoint", args.n, BinaryAdjointBody<Operation, Real>{args});
  });
}

template void unary(const Exec&, const UnaryArgs<float>&);
template void unary_adjoint(const Exec&, const UnaryAdjointArgs<float>&);
template void binary(const Exec&, const BinaryArgs<float>&);
template void binary_adjoint(const Exec&, const BinaryAdjointArgs<float>&);
template void unary(const Exec&, const UnaryArgs<double>&);
template void unary_adjoint(const Exec&, const UnaryAdjointArgs<double>&);
template void binary(const Exec&, const BinaryArgs<double>&);
template void binary_adjoint(const Exec&, const BinaryAdjointArgs<double>&);

}  // namespace starling::cuda
