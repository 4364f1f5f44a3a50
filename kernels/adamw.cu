#include <starling/core/launch.cuh>
#include <starling/kernels/adamw_math.hpp>

namespace starling::cuda {

template <class Real>
void adamw(const Exec& exec, const AdamwArgs<Real>& args) {
  for_each_cuda(exec, "adamw", args.n, make_adamw_body(args));
}

template void adamw(const Exec&, const AdamwArgs<float>&);
template void adamw(const Exec&, const AdamwArgs<double>&);

}  // namespace starling::cuda
