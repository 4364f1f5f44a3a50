#include <starling/core/launch.cuh>
#include <starling/kernels/reduction_math.hpp>

namespace starling::cuda {

template <class Real>
void sum_axis(const Exec& exec, const SumAxisArgs<Real>& args) {
  sum_levels(args, args.x, args.reduced, args.workspace,
             [&](std::int64_t n, const auto& body) { for_each_cuda(exec, "sum_axis", n, body); });
}

template <class Real>
void sum_axis_adjoint(const Exec& exec, const SumAxisAdjointArgs<Real>& args) {
  for_each_cuda(exec, "sum_axis_adjoint", args.outer * args.reduced * args.inner,
                SumAxisAdjointBody<Real>{args});
}

template <class Real>
void log_sum_exp(const Exec& exec, const LogSumExpArgs<Real>& args) {
  for_each_cuda(exec, "log_sum_exp", args.rows, LogSumExpBody<Real>{args});
}

template <class Real>
void log_sum_exp_adjoint(const Exec& exec, const LogSumExpAdjointArgs<Real>& args) {
  for_each_cuda(exec, "log_sum_exp_adjoint", args.rows * args.columns, LogSumExpAdjointBody<Real>{args});
}

template void sum_axis(const Exec&, const SumAxisArgs<float>&);
template void sum_axis_adjoint(const Exec&, const SumAxisAdjointArgs<float>&);
template void log_sum_exp(const Exec&, const LogSumExpArgs<float>&);
template void log_sum_exp_adjoint(const Exec&, const LogSumExpAdjointArgs<float>&);
template void sum_axis(const Exec&, const SumAxisArgs<double>&);
template void sum_axis_adjoint(const Exec&, const SumAxisAdjointArgs<double>&);
template void log_sum_exp(const Exec&, const LogSumExpArgs<double>&);
template void log_sum_exp_adjoint(const Exec&, const LogSumExpAdjointArgs<double>&);

}  // namespace starling::cuda
