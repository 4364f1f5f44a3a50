#include <starling/core/launch.cuh>
#include <starling/kernels/masked_linear_math.hpp>

namespace starling::cuda {

template <class Real>
void masked_linear(const Exec& exec, const MaskedLinearArgs<Real>& args) {
  for_each_cuda(exec, "mask_weight", args.outputs * args.inputs, MaskWeightBody<Real>{args});
  for_each_cuda(exec, "masked_linear", args.rows * args.outputs, MaskedLinearBody<Real>{args});
}

template <class Real>
void masked_linear_adjoint(const Exec& exec, const MaskedLinearAdjointArgs<Real>& args) {
  const std::int64_t groups = row_groups(args.rows);
  const std::int64_t elements = args.outputs * (args.inputs + 1);
  if (args.weight_adj != nullptr || args.bias_adj != nullptr) {
    for_each_cuda(exec, "weight_partial", groups * elements, WeightPartialBody<Real>{args, groups});
    for_each_cuda(exec, "weight_gradient", elements, WeightGradientBody<Real>{args, groups});
  }
  if (args.x_adj != nullptr)
    for_each_cuda(exec, "masked_linear_input_adjoint", args.rows * args.inputs,
                  MaskedLinearInputAdjointBody<Real>{args});
  if (args.residual_adj != nullptr)
    for_each_cuda(exec, "residual_adjoint", args.rows * args.outputs, ResidualAdjointBody<Real>{args});
}

#define STARLING_INSTANTIATE(Real)                                         \
  template void masked_linear(const Exec&, const MaskedLinearArgs<Real>&); \
  template void masked_linear_adjoint(const Exec&, const MaskedLinearAdjointArgs<Real>&);
STARLING_INSTANTIATE(float)
STARLING_INSTANTIATE(double)
STARLING_INSTANTIATE(Dual<float>)
STARLING_INSTANTIATE(Dual<double>)
#undef STARLING_INSTANTIATE

}  // namespace starling::cuda
